"""Orders in their table: one item per event, appended under optimistic concurrency.

The first item of an order also holds the shipping address, which no event may contain, the fingerprint of the request,
and, until the order is settled, its reconciliation, which puts it into the sparse index of unsettled orders.
"""

import heapq
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from botocore.exceptions import ClientError

from kernel.cloud_event import CloudEvent
from kernel.dynamodb import (
    cancellation_codes,
    dynamodb,
    from_item,
    is_condition_failure,
    is_transaction_conflict,
    to_item,
)
from kernel.event_items import stored_events, with_events
from kernel.outbox import ATTEMPTS, ConcurrentChange
from kernel.settings import setting
from kernel.timestamps import Timestamp, now
from order import Order, UnknownOrder
from reconciliation import Reconciliation

# So many partitions share the writes of the index of unsettled orders.
UNSETTLED_SHARDS = 8
# A conflict with another transaction is over in milliseconds; then the order is read again.
MAX_CONFLICT_BACKOFF_SECONDS = 0.1

_IS_NEW = "attribute_not_exists(order_id)"
_NO_ATTENTION = "attribute_not_exists(needs_attention)"

ChooseEvent = Callable[[Order], CloudEvent | None]
Writes = list[dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """What is kept with an order of the request that placed it."""

    fingerprint: str
    shipping_address: dict[str, Any]


@dataclass(frozen=True)
class StoredOrder:
    """An order, the request that placed it, and its reconciliation (None if it is settled)."""

    order: Order
    request: Request
    reconciliation: Reconciliation | None


def load(order_id: str) -> StoredOrder:
    """Return the order as it is now (a consistent read).

    Raises:
        UnknownOrder: there is none with this id.
    """
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
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
    """Return the order as it is now, or None."""
    try:
        return load(order_id)
    except UnknownOrder:
        return None


def create(placed: CloudEvent, request: Request) -> StoredOrder:
    """Store a new order's first event.

    Returns:
        What is stored: this order, or the one that another request has placed under the same id meanwhile.
    """
    item = _item(placed) | {
        "fingerprint": request.fingerprint,
        "shipping_address": request.shipping_address,
        "unsettled_shard": str(crc32(placed.subject.encode()) % UNSETTLED_SHARDS),
        "unsettled_since": placed.time,
    }
    try:
        dynamodb().put_item(TableName=_table(), Item=to_item(item), ConditionExpression=_IS_NEW)
    except ClientError as error:
        if is_condition_failure(error):
            return load(placed.subject)
        raise
    return StoredOrder(Order([placed]), request, Reconciliation(placed.time))


def erase_address(order_id: str) -> bool:
    """Take out of a settled order who ordered, and to where; again, that changes nothing.

    The fingerprint goes too: who guesses the address could tell by it that the guess is right.

    Returns:
        Whether there is none (any more); False where the order is not settled, since its saga may still need it.
    """
    try:
        dynamodb().update_item(
            TableName=_table(),
            Key=to_item({"order_id": order_id, "sequence": 1}),
            UpdateExpression="SET shipping_address = :nobody, fingerprint = :erased, "
            "erased_at = if_not_exists(erased_at, :now)",
            ConditionExpression="attribute_exists(order_id) AND attribute_not_exists(unsettled_shard)",
            ExpressionAttributeValues=to_item({":nobody": {}, ":erased": "erased", ":now": now()}),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if is_condition_failure(error):
            return not _has_item(error)
        raise
    return True


def _has_item(error: ClientError) -> bool:
    """Whether there is an item that a condition refused; it is not there at all otherwise."""
    return "Item" in error.response


def append_event(order_id: str, choose_event: ChooseEvent) -> Order:
    """Load the order, let `choose_event` choose its next event, append that; again, if somebody else was quicker.

    If the event answers what a person was asked, the same transaction removes the note of that from the reconciliation.

    Returns:
        The order afterwards; as it was, where `choose_event` returned None.

    Raises:
        UnknownOrder: there is none with this id.
        ConcurrentChange: others were quicker every time.
    """

    def writes(order: Order, event: CloudEvent | None) -> Writes:
        if event is None:
            return []
        answered = order.needs_attention and not Order([*order.events, event]).needs_attention
        return [_put_event(event), _clear_attention_flag(order_id)] if answered else [_put_event(event)]

    return _append_event(order_id, choose_event, writes)


def request_attention(order_id: str, choose_event: ChooseEvent) -> Order:
    """As `decide`. The same transaction notes it in the reconciliation, which must exist."""

    def writes(_: Order, event: CloudEvent | None) -> Writes:
        return [_put_event(event), _set_attention_flag(order_id)] if event else []

    return _append_event(order_id, choose_event, writes)


def settle(order_id: str, choose_event: ChooseEvent) -> Order:
    """As `decide`, and remove the reconciliation: in one transaction, if there is an event.

    If there is none, another run may be asking for a person right now: its note in the reconciliation refuses ours.
    """

    def writes(_: Order, event: CloudEvent | None) -> Writes:
        if event is None:
            return [_remove_reconciliation(order_id, _NO_ATTENTION)]
        return [_put_event(event), _remove_reconciliation(order_id)]

    order = load(order_id).order
    return order if order.settled else _append_event(order_id, choose_event, writes)


def unsettled(quiet_since: Timestamp) -> Iterator[str]:
    """Yield the orders that have been quiet since `quiet_since`, the quietest first, from the sparse index.

    The index is a moment behind the table.
    """
    shards = (_shard(str(shard), quiet_since) for shard in range(UNSETTLED_SHARDS))
    return (item["order_id"] for item in heapq.merge(*shards, key=lambda item: str(item["unsettled_since"])))


def _shard(shard: str, quiet_since: Timestamp) -> Iterator[dict[str, Any]]:
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
            IndexName="UnsettledIndex",
            KeyConditionExpression="unsettled_shard = :shard AND unsettled_since <= :quiet_since",
            ExpressionAttributeValues=to_item({":shard": shard, ":quiet_since": quiet_since}),
        )
    )
    return (from_item(item) for page in pages for item in page["Items"])


def replace_reconciliation(order_id: str, seen: Reconciliation, wanted: Reconciliation) -> bool:
    """Replace the reconciliation that was `seen`.

    Returns:
        Whether it was replaced; False if another sweeper replaced it, or the order was settled, meanwhile.
    """
    replacement = _update_first(
        order_id,
        "SET unsettled_since = :since, sweeps = :sweeps, sweeps_without_event = :without_event, swept_at = :swept_at",
        "unsettled_since = :seen",
        {
            ":since": wanted.quiet_since,
            ":sweeps": wanted.runs,
            ":without_event": wanted.runs_without_event,
            ":swept_at": wanted.events_at_last_run,
            ":seen": seen.quiet_since,
        },
    )
    return _try_write([replacement])


def _reconciliation(first: dict[str, Any]) -> Reconciliation | None:
    if "unsettled_since" not in first:
        return None
    return Reconciliation(
        quiet_since=first["unsettled_since"],
        runs=first.get("sweeps", 0),
        runs_without_event=first.get("sweeps_without_event", 0),
        events_at_last_run=first.get("swept_at", 0),
    )


def _append_event(
    order_id: str, choose_event: ChooseEvent, writes: Callable[[Order, CloudEvent | None], Writes]
) -> Order:
    for _ in range(ATTEMPTS):
        order = load(order_id).order
        event = choose_event(order)
        if _try_write(writes(order, event)):
            return Order([*order.events, event] if event else order.events, settled=order.settled)
    raise ConcurrentChange(f"order {order_id} changed {ATTEMPTS} times while it was being decided")


def _try_write(writes: Writes) -> bool:
    """Write all or nothing; False where a condition refused it, or a transaction that wrote the same at that moment."""
    try:
        match writes:
            case []:
                pass
            case [{"Put": put}]:
                dynamodb().put_item(**put)
            case [{"Update": update}]:
                dynamodb().update_item(**update)
            case _:
                dynamodb().transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
    except ClientError as error:
        if is_transaction_conflict(error):
            time.sleep(random.uniform(0, MAX_CONFLICT_BACKOFF_SECONDS))  # noqa: S311 (spreads load, hides nothing)
        elif "CancellationReasons" in error.response:
            cancellation_codes(error)
        elif not is_condition_failure(error):
            raise
        return False
    return True


def _put_event(event: CloudEvent) -> dict[str, Any]:
    return {"Put": {"TableName": _table(), "Item": to_item(_item(event)), "ConditionExpression": _IS_NEW}}


def _set_attention_flag(order_id: str) -> dict[str, Any]:
    return _update_first(order_id, "SET needs_attention = :yes", "attribute_exists(unsettled_shard)", {":yes": True})


def _clear_attention_flag(order_id: str) -> dict[str, Any]:
    return _update_first(order_id, "REMOVE needs_attention", "attribute_exists(order_id)")


def _remove_reconciliation(order_id: str, condition: str = "attribute_exists(order_id)") -> dict[str, Any]:
    return _update_first(order_id, "REMOVE unsettled_shard, unsettled_since, needs_attention", condition)


def _update_first(
    order_id: str, expression: str, condition: str, values: dict[str, Any] | None = None
) -> dict[str, Any]:
    update = {
        "TableName": _table(),
        "Key": to_item({"order_id": order_id, "sequence": 1}),
        "UpdateExpression": expression,
        "ConditionExpression": condition,
    }
    return {"Update": update | ({"ExpressionAttributeValues": to_item(values)} if values else {})}


def _item(event: CloudEvent) -> dict[str, Any]:
    return with_events({"order_id": event.subject, "sequence": event.sequence}, [event])


def _table() -> str:
    return setting("ORDERS_TABLE_NAME")
