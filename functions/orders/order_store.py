"""Repository of orders: one item per event, appended with optimistic locking.

The first item of an order also contains the shipping address (events must not contain it), the fingerprint of the
request and, until the order is settled, its reconciliation. An item with a reconciliation is in the sparse index of
unsettled orders.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from botocore.exceptions import ClientError

from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, from_item, get_items, is_condition_failure, to_item
from kernel.event_items import stored_events
from kernel.outbox import WRITE_ATTEMPTS, ConcurrentChange
from kernel.timestamps import Timestamp, now
from order import Order, UnknownOrder
from order_writes import (
    IS_NEW,
    Writes,
    clear_attention_flag,
    item_of,
    put_event,
    remove_reconciliation,
    set_attention_flag,
    table,
    try_write,
    update_first,
)
from reconciliation import Reconciliation

# The number of partitions that share the writes of the index of unsettled orders.
UNSETTLED_SHARDS = 8
# BatchGetItem's limit.
MAX_KEYS = 100

_NO_ATTENTION = "attribute_not_exists(needs_attention)"

ChooseEvent = Callable[[Order], CloudEvent | None]


@dataclass(frozen=True)
class Request:
    """The stored parts of the request that placed an order.

    Attributes:
        fingerprint: The digest of the request body. It detects another request with the same Idempotency-Key.
        shipping_address: The address; empty after an erasure.
    """

    fingerprint: str
    shipping_address: dict[str, Any]


@dataclass(frozen=True)
class StoredOrder:
    """An order, the request that placed it, and its reconciliation (None if it is settled)."""

    order: Order
    request: Request
    reconciliation: Reconciliation | None


def load(order_id: str) -> StoredOrder:
    """Return the current order (consistent read).

    Raises:
        UnknownOrder: There is no order with this id.
    """
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=table(),
            KeyConditionExpression="order_id = :order_id",
            ExpressionAttributeValues=to_item({":order_id": order_id}),
            ConsistentRead=True,
        )
    )
    items = [from_item(item) for page in pages for item in page["Items"]]
    if not items:
        raise UnknownOrder(order_id)
    events = [event for item in items for event in stored_events(item)]
    first = items[0]
    reconciliation = _reconciliation(first)
    return StoredOrder(
        Order(events, settled=reconciliation is None),
        Request(first["fingerprint"], first["shipping_address"]),
        reconciliation,
    )


def find(order_id: str) -> StoredOrder | None:
    """Return the current order (consistent read), or None."""
    try:
        return load(order_id)
    except UnknownOrder:
        return None


def create(placed: CloudEvent, request: Request) -> StoredOrder:
    """Store the first event of a new order.

    Returns:
        The stored order: this one, or the one that a concurrent request placed under the same id.
    """
    item = item_of(placed) | {
        "fingerprint": request.fingerprint,
        "shipping_address": request.shipping_address,
        "unsettled_shard": str(crc32(placed.subject.encode()) % UNSETTLED_SHARDS),
        "unsettled_since": placed.time,
    }
    try:
        dynamodb().put_item(TableName=table(), Item=to_item(item), ConditionExpression=IS_NEW)
    except ClientError as error:
        if is_condition_failure(error):
            return load(placed.subject)
        raise
    return StoredOrder(Order([placed]), request, Reconciliation(placed.time))


def erase_address(order_id: str) -> bool:
    """Erase the shipping address and the fingerprint of a settled order. Idempotent.

    The fingerprint is a hash, which would let someone confirm a guessed address.

    Returns:
        Whether the order now has no address. False if it is not settled, because its saga may still need the address.
    """
    try:
        dynamodb().update_item(
            TableName=table(),
            Key=to_item({"order_id": order_id, "sequence": 1}),
            UpdateExpression="SET shipping_address = :no_address, fingerprint = :erased, "
            "erased_at = if_not_exists(erased_at, :now)",
            ConditionExpression="attribute_exists(order_id) AND attribute_not_exists(unsettled_shard)",
            ExpressionAttributeValues=to_item({":no_address": {}, ":erased": "erased", ":now": now()}),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if is_condition_failure(error):
            return not _has_item(error)
        raise
    return True


def not_erased(order_ids: Sequence[str]) -> Iterator[str]:
    """Yield the orders that have not been erased, in the given order."""
    for first in range(0, len(order_ids), MAX_KEYS):
        part = order_ids[first : first + MAX_KEYS]
        items = get_items(table(), [{"order_id": order_id, "sequence": 1} for order_id in part])
        erased = {item["order_id"] for item in items if "erased_at" in item}
        yield from (order_id for order_id in part if order_id not in erased)


def _has_item(error: ClientError) -> bool:
    """Return whether the item exists whose condition failed."""
    return "Item" in error.response


def append_event(order_id: str, choose_event: ChooseEvent) -> Order:
    """Append the next event of an order with optimistic locking. Retries when another writer appended first.

    If the event closes the order's attention, the same transaction clears the attention flag of the reconciliation.

    Args:
        order_id: The id of the order.
        choose_event: Takes the current order and returns its next event, or None to append nothing.

    Returns:
        The order after the event.

    Raises:
        UnknownOrder: There is no order with this id.
        ConcurrentChange: Other writers came first at every attempt.
    """

    def writes(order: Order, event: CloudEvent | None) -> Writes:
        if event is None:
            return []
        answered = order.needs_attention and not Order([*order.events, event]).needs_attention
        return [put_event(event), clear_attention_flag(order_id)] if answered else [put_event(event)]

    return _append_event(order_id, choose_event, writes)


def request_attention(order_id: str, choose_event: ChooseEvent) -> Order:
    """Append an event like `append_event`, and set the attention flag of the reconciliation, which must exist."""

    def writes(_: Order, event: CloudEvent | None) -> Writes:
        return [put_event(event), set_attention_flag(order_id)] if event else []

    return _append_event(order_id, choose_event, writes)


def settle(order_id: str, choose_event: ChooseEvent) -> Order:
    """Append an event like `append_event`, and remove the reconciliation in the same transaction.

    Without an event, the removal requires that the attention flag is not set, because a concurrent run can request
    attention at the same time.
    """

    def writes(_: Order, event: CloudEvent | None) -> Writes:
        if event is None:
            return [remove_reconciliation(order_id, _NO_ATTENTION)]
        return [put_event(event), remove_reconciliation(order_id)]

    order = load(order_id).order
    return order if order.settled else _append_event(order_id, choose_event, writes, order)


def unsettled(quiet_since: Timestamp) -> Iterator[str]:
    """Yield the ids of unsettled orders without activity since `quiet_since`, oldest first.

    The sparse index is eventually consistent.
    """
    shards = (_shard(str(shard), quiet_since) for shard in range(UNSETTLED_SHARDS))
    return (item["order_id"] for item in heapq.merge(*shards, key=lambda item: str(item["unsettled_since"])))


def _shard(shard: str, quiet_since: Timestamp) -> Iterator[dict[str, Any]]:
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=table(),
            IndexName="UnsettledIndex",
            KeyConditionExpression="unsettled_shard = :shard AND unsettled_since <= :quiet_since",
            ExpressionAttributeValues=to_item({":shard": shard, ":quiet_since": quiet_since}),
        )
    )
    return (from_item(item) for page in pages for item in page["Items"])


def replace_reconciliation(order_id: str, current: Reconciliation, updated: Reconciliation) -> bool:
    """Replace a reconciliation with optimistic locking.

    Args:
        order_id: The id of the order.
        current: The reconciliation that the caller read.
        updated: The new reconciliation.

    Returns:
        Whether it was replaced. False if another sweeper replaced it, or if the order was settled in the meantime.
    """
    replacement = update_first(
        order_id,
        "SET unsettled_since = :since, sweeps = :sweeps, sweeps_without_event = :without_event, "
        "events_at_last_sweep = :events",
        "unsettled_since = :current",
        {
            ":since": updated.quiet_since,
            ":sweeps": updated.runs,
            ":without_event": updated.runs_without_event,
            ":events": updated.events_at_last_run,
            ":current": current.quiet_since,
        },
    )
    return try_write([replacement])


def _reconciliation(first: dict[str, Any]) -> Reconciliation | None:
    if "unsettled_since" not in first:
        return None
    return Reconciliation(
        quiet_since=first["unsettled_since"],
        runs=first.get("sweeps", 0),
        runs_without_event=first.get("sweeps_without_event", 0),
        events_at_last_run=first.get("events_at_last_sweep", 0),
    )


def _append_event(
    order_id: str,
    choose_event: ChooseEvent,
    writes: Callable[[Order, CloudEvent | None], Writes],
    loaded: Order | None = None,
) -> Order:
    for _ in range(WRITE_ATTEMPTS):
        order, loaded = loaded or load(order_id).order, None
        event = choose_event(order)
        if try_write(writes(order, event)):
            return Order([*order.events, event] if event else order.events, settled=order.settled)
    raise ConcurrentChange(f"order {order_id}: other writers appended an event first, {WRITE_ATTEMPTS} times")
