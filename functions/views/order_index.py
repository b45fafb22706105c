"""The orders in the indexes of the views: the orders of all customers, or of one, by the time when they were placed.

A place is an order's sort key in both indexes: the time, then the id. Places sort like the times.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from kernel.dynamodb import dynamodb, from_item, get_items, to_item
from kernel.settings import setting
from kernel.timestamps import Timestamp
from order_place import SHARDS, day_shard
from view_store import SUMMARY, TIMELINE, customer_list

# Bounds the queries of a search for orders of all customers: SHARDS a day.
MAX_DAYS = 31
PLACE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{6}Z#[0-9a-f-]{36})?", re.ASCII)
# BatchGetItem's limit.
MAX_KEYS = 100


class OrderKey(NamedTuple):
    """An order in an index: its place, and the partition key of its summary."""

    place: str
    pk: str


class KeyPage(NamedTuple):
    """Orders, newest first, and the place before which the search continues (None if it is complete)."""

    keys: list[OrderKey]
    rest: str | None


def orders_of_all(since: Timestamp, before: str, *, limit: int) -> KeyPage:
    """Return at most `limit` orders of all customers.

    Args:
        since: The earliest time when an order was placed.
        before: A time or a place. The orders are before it.
        limit: The maximum number of orders. It also limits the keys that are read per day and shard.
    """
    keys: list[OrderKey] = []
    days = days_between(since, before)
    for day in days[:MAX_DAYS]:
        missing = limit + 1 - len(keys)
        of_day = [
            key
            for shard in range(SHARDS)
            for key in _query("PlacedIndex", "placed_on", day_shard(day, shard), since, before, missing)
        ]
        keys += sorted(of_day, reverse=True)[:missing]
        if len(keys) > limit:
            return KeyPage(keys[:limit], keys[limit - 1].place)
    return KeyPage(keys, days[MAX_DAYS - 1] if len(days) > MAX_DAYS else None)


def orders_of(customer_id: str, since: Timestamp, before: str, *, limit: int) -> KeyPage:
    """Return at most `limit` orders of a customer. The arguments are those of `orders_of_all`."""
    keys = _query("ListIndex", "list", customer_list(customer_id), since, before, limit + 1)
    return KeyPage(keys[:limit], keys[limit - 1].place if len(keys) > limit else None)


def summaries(partition_keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the summaries of these orders, in the given order. Skips orders without a summary."""
    for first in range(0, len(partition_keys), MAX_KEYS):
        part = partition_keys[first : first + MAX_KEYS]
        found = {each["pk"]: each for each in get_items(_table(), [{"pk": pk, "sk": SUMMARY} for pk in part])}
        yield from (found[pk] for pk in part if pk in found)


def updated_at(partition_key: str) -> Timestamp | None:
    """Return the time of an order's latest event, or None if its timeline is empty.

    The summary does not contain it: the write of each event would become larger, and events arrive in any order.
    """
    response = dynamodb().query(
        TableName=_table(),
        KeyConditionExpression="pk = :pk AND begins_with(sk, :timeline)",
        ExpressionAttributeValues=to_item({":pk": partition_key, ":timeline": TIMELINE}),
        ProjectionExpression="sk",
        ScanIndexForward=False,
        Limit=1,
    )
    latest = [str(item["sk"]) for item in map(from_item, response["Items"])]
    return latest[0].split("#")[1] if latest else None


def days_between(since: str, until: str) -> list[str]:
    """Return the UTC days from `since` to `until`, such as `2026-11-20`, newest first, at most MAX_DAYS + 1."""
    first, last = date.fromisoformat(since[:10]), date.fromisoformat(until[:10])
    count = min((last - first).days, MAX_DAYS) + 1
    return [(last - timedelta(days=back)).isoformat() for back in range(count)]


def is_place(text: str) -> bool:
    """Return whether the text is a place, or the day at which a search continues."""
    try:
        return PLACE.fullmatch(text) is not None and bool(date.fromisoformat(text[:10]))
    except ValueError:
        return False


def _query(index: str, name: str, partition: str, since: str, before: str, limit: int) -> list[OrderKey]:
    if since >= before:
        return []
    response = dynamodb().query(
        TableName=_table(),
        IndexName=index,
        KeyConditionExpression="#partition = :partition AND list_order BETWEEN :since AND :before",
        ExpressionAttributeNames={"#partition": name},
        ExpressionAttributeValues=to_item({":partition": partition, ":since": since, ":before": before}),
        ScanIndexForward=False,
        # BETWEEN includes the order at the place `before`, which is left out below.
        Limit=limit + 1,
    )
    keys = [OrderKey(str(item["list_order"]), str(item["pk"])) for item in map(from_item, response["Items"])]
    return [key for key in keys if key.place < before][:limit]


def _table() -> str:
    return setting("VIEWS_TABLE_NAME")
