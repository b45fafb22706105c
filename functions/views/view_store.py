"""The repository of the views: summaries that are updated group by group, timelines, and lists of summaries.

| item | pk | sk | attributes |
|---|---|---|---|
| an order's summary | `ORDER#{id}` | `SUMMARY` | a map per group, with its sequence and projection number |
| an event of its timeline | `ORDER#{id}` | `EVENT#{time}#{source}#{sequence}` | the event |
| a product | `PRODUCT#{sku}` | `SUMMARY` | like an order's summary, with one group, `product` |

A summary has `list` and `list_order`, the keys of ListIndex (a customer's orders by time, the products by SKU). An
order's summary also has `placed_on`, which together with `list_order` is the key of PlacedIndex (all orders by the time
when they were placed). These attributes never change, so updating a summary writes nothing to an index.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from zlib import crc32

from botocore.exceptions import ClientError

from event_models import check_event
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, from_item, get_items, is_condition_failure, to_item
from kernel.observability import logger
from kernel.settings import setting
from kernel.timestamps import Timestamp
from view_upcasters import upcast

SUMMARY = "SUMMARY"
TIMELINE = "EVENT#"
PRODUCTS = "PRODUCTS"
# The attributes of a page key, without the name of the list.
PAGE_KEY = {"pk", "sk", "list_order"}
SHARDS = 4
# The suffixes of a group's attributes: its fields, and the sequence and the mapping's number of the last write.
GROUP_PARTS = ("", "_seq", "_projection")
# BatchGetItem's limit.
MAX_KEYS = 100


class ListPlace(NamedTuple):
    """The index keys of a summary: its list, its sort key in the list, and an order's day and shard."""

    list: str
    order: str
    placed_on: str | None = None


class StoredOrderView(NamedTuple):
    """The groups of an order, and the events of its timeline."""

    groups: dict[str, Any]
    events: list[CloudEvent]


class Page(NamedTuple):
    """Summaries in the list's order, and the key after which the next page starts (None on the last page)."""

    summaries: list[dict[str, Any]]
    next_key: dict[str, str] | None


def order_key(order_id: str) -> str:
    return f"ORDER#{order_id}"


def product_key(sku: str) -> str:
    return f"PRODUCT#{sku}"


def customer_list(customer_id: str) -> str:
    return f"CUSTOMER#{customer_id}"


def placed_on(time: Timestamp, order_id: str) -> str:
    """Return the partition key of an order in PlacedIndex: its day and one of SHARDS shards.

    Without shards, all orders of a day would share one partition, which accepts 1,000 writes a second:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
    """
    return _day_shard(time[:10], crc32(order_id.encode()) % SHARDS)


def timeline_key(event: CloudEvent) -> str:
    """Return the sort key of the event in its order's timeline."""
    return f"{TIMELINE}{event.time}#{event.source}#{event.sequence:09d}"


def put_timeline_event(event: CloudEvent) -> None:
    """Store the event in its order's timeline. Idempotent."""
    dynamodb().put_item(
        TableName=_table(),
        Item=to_item({"pk": order_key(event.subject), "sk": timeline_key(event), "event": event.document()}),
    )


def change_groups(
    key: str, groups: Mapping[str, Mapping[str, Any]], *, sequence: int, projection: int, place: ListPlace | None = None
) -> None:
    """Write groups of a summary. Skips a group that a later event has written with this mapping or a newer one.

    The write needs no read, because its condition compares the sequences. Therefore the last event wins in any order of
    arrival. One write contains all groups of an event, to pay only once. If its condition fails for a group, each group
    is written separately.

    Args:
        key: The partition key of the summary.
        groups: The fields of each group, by its name.
        sequence: The sequence of the event.
        projection: The number of the mapping.
        place: The index keys, for an event that adds the summary to a list.
    """
    if _write_groups(key, groups, sequence, projection, place) or len(groups) == 1:
        return
    for group, fields in groups.items():
        _write_groups(key, {group: fields}, sequence, projection, place)


def _write_groups(
    key: str, groups: Mapping[str, Mapping[str, Any]], sequence: int, projection: int, place: ListPlace | None
) -> bool:
    """Write all groups, or none if a later event has written one of them.

    Returns:
        Whether the groups were written.
    """
    changes, conditions = [], []
    names: dict[str, str] = {}
    values: dict[str, Any] = {":sequence": sequence, ":projection": projection}
    for n, (group, fields) in enumerate(groups.items()):
        changes.append(f"#group{n} = :fields{n}, #sequence{n} = :sequence, #projection{n} = :projection")
        conditions.append(
            f"(attribute_not_exists(#sequence{n}) OR #sequence{n} < :sequence OR #projection{n} < :projection)"
        )
        names |= {f"#group{n}": group, f"#sequence{n}": f"{group}_seq", f"#projection{n}": f"{group}_projection"}
        values[f":fields{n}"] = dict(fields)
    if place:
        changes.append("#list = :list, list_order = :list_order")
        names["#list"] = "list"
        values |= {":list": place.list, ":list_order": place.order}
        if place.placed_on:
            changes.append("placed_on = :placed_on")
            values[":placed_on"] = place.placed_on
    try:
        dynamodb().update_item(
            TableName=_table(),
            Key=to_item({"pk": key, "sk": SUMMARY}),
            UpdateExpression="SET " + ", ".join(changes),
            ConditionExpression=" AND ".join(conditions),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=to_item(values),
        )
    except ClientError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def load_order(order_id: str) -> StoredOrderView:
    """Return the order's groups and events. An order without the group `ordered` is not projected yet.

    An invalid event is skipped and logged, because it must not hide the order. A rebuild removes it.
    """
    groups: dict[str, Any] = {}
    events: list[CloudEvent] = []
    for item in items_of(order_key(order_id), consistent=False):
        if item["sk"] == SUMMARY:
            groups = item
        else:
            events += _valid_events(item)
    return StoredOrderView(groups, events)


def _valid_events(item: Mapping[str, Any]) -> Iterator[CloudEvent]:
    try:
        event = upcast(CloudEvent.model_validate(item["event"]))
        check_event(event)
        yield event
    except (ValueError, TypeError, KeyError) as error:
        logger.error("skipped an invalid event", extra={"sk": item["sk"], "cause": type(error).__name__})


def list_summaries(list_name: str, *, limit: int, newest_first: bool, start: dict[str, str] | None) -> Page:
    """Return at most `limit` summaries of a list, starting after the key `start`."""
    response = dynamodb().query(
        TableName=_table(),
        IndexName="ListIndex",
        KeyConditionExpression="#list = :list",
        ExpressionAttributeNames={"#list": "list"},
        ExpressionAttributeValues=to_item({":list": list_name}),
        ScanIndexForward=not newest_first,
        Limit=limit,
        **({"ExclusiveStartKey": to_item({"list": list_name, **start})} if start else {}),  # type: ignore[arg-type]
    )
    keys = [str(from_item(item)["pk"]) for item in response["Items"]]
    summaries = {summary["pk"]: summary for summary in _get(keys)}
    last = from_item(response.get("LastEvaluatedKey", {}))
    last.pop("list", None)
    return Page([summaries[key] for key in keys if key in summaries], last or None)


def is_listed(list_name: str, key: Mapping[str, str]) -> bool:
    """Return whether the list has an entry with this page key."""
    summaries = _get([key["pk"]]) if key["sk"] == SUMMARY else ()
    return any((each.get("list"), each.get("list_order")) == (list_name, key["list_order"]) for each in summaries)


def orders_placed(days: Iterable[str], since: Timestamp, *, limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Return the summaries of the newest orders of all customers, and whether there are more.

    Args:
        days: The UTC days to search, such as `2026-11-20`, newest first.
        since: The earliest time when an order was placed.
        limit: The maximum number of orders. It also limits the keys that are read per day and shard.
    """
    keys: list[dict[str, Any]] = []
    for day in days:
        for shard in range(SHARDS):
            keys += _placed_on(_day_shard(day, shard), since, limit + 1)
        if len(keys) > limit:
            break
    newest = sorted(keys, key=lambda key: str(key["list_order"]), reverse=True)[:limit]
    found = [
        summary
        for first in range(0, len(newest), MAX_KEYS)
        for summary in _get([key["pk"] for key in newest[first : first + MAX_KEYS]])
    ]
    return found, len(keys) > limit


def scan_page(start: dict[str, str] | None) -> tuple[list[dict[str, Any]], dict[str, str] | None]:
    """Return a page of all items as plain values, and the key after which the next page starts (None on the last)."""
    response = dynamodb().scan(
        TableName=_table(),
        ConsistentRead=True,
        **({"ExclusiveStartKey": to_item(start)} if start else {}),  # type: ignore[arg-type]
    )
    return list(map(from_item, response["Items"])), from_item(response.get("LastEvaluatedKey", {})) or None


def items_of(key: str, *, consistent: bool = True) -> list[dict[str, Any]]:
    """Return the items of an order or a product: its summary and its timeline."""
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": key}),
            ConsistentRead=consistent,
        )
    )
    return [from_item(item) for page in pages for item in page["Items"]]


def delete_timeline_item(key: str, sort_key: str) -> None:
    """Delete an event from its order's timeline."""
    dynamodb().delete_item(TableName=_table(), Key=to_item({"pk": key, "sk": sort_key}))


def summary_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a summary that the projection writes: its groups and index keys."""
    groups = {name.removesuffix("_seq") for name in item if name.endswith("_seq")}
    names = {"list", "list_order", "placed_on"} | {f"{group}{part}" for group in groups for part in GROUP_PARTS}
    return {name: value for name, value in item.items() if name in names}


def replace_summary(key: str, current: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Replace the attributes of a summary that the projection writes, with optimistic locking.

    Args:
        key: The partition key of the summary.
        current: The summary that was read; empty if it is missing.
        expected: The new attributes. If empty, the summary is deleted.

    Returns:
        False if another writer changed a group since the read. Nothing is written.
    """
    sequences = sorted({name for name in (*current, *expected) if name.endswith("_seq")})
    names = {f"#seq{n}": name for n, name in enumerate(sequences)}
    values = {f":seq{n}": current[name] for n, name in enumerate(sequences) if name in current}
    condition = " AND ".join(
        f"#seq{n} = :seq{n}" if name in current else f"attribute_not_exists(#seq{n})"
        for n, name in enumerate(sequences)
    )
    try:
        if expected:
            _replace_attributes(key, summary_attributes(current), expected, condition, names, values)
        else:
            _delete_summary(key, condition, names, values)
    except ClientError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def _replace_attributes(
    key: str,
    current: Mapping[str, Any],
    expected: Mapping[str, Any],
    condition: str,
    names: dict[str, str],
    values: dict[str, Any],
) -> None:
    changed = [name for name, value in expected.items() if current.get(name) != value]
    removed = sorted(current.keys() - expected.keys())
    set_parts = [f"#set{n} = :set{n}" for n in range(len(changed))]
    remove_parts = [f"#remove{n}" for n in range(len(removed))]
    expression = ("SET " + ", ".join(set_parts) if set_parts else "") + (
        " REMOVE " + ", ".join(remove_parts) if remove_parts else ""
    )
    if not expression:
        return
    dynamodb().update_item(
        TableName=_table(),
        Key=to_item({"pk": key, "sk": SUMMARY}),
        UpdateExpression=expression.strip(),
        ConditionExpression=condition,
        ExpressionAttributeNames=names
        | {f"#set{n}": name for n, name in enumerate(changed)}
        | {f"#remove{n}": name for n, name in enumerate(removed)},
        **_values(values | {f":set{n}": expected[name] for n, name in enumerate(changed)}),
    )


def _delete_summary(key: str, condition: str, names: dict[str, str], values: dict[str, Any]) -> None:
    dynamodb().delete_item(
        TableName=_table(),
        Key=to_item({"pk": key, "sk": SUMMARY}),
        **({"ConditionExpression": condition, "ExpressionAttributeNames": names} if condition else {}),  # type: ignore[arg-type]
        **_values(values),
    )


def _values(values: dict[str, Any]) -> Any:
    """Return the argument for an expression's values; none if empty, because DynamoDB refuses an empty map."""
    return {"ExpressionAttributeValues": to_item(values)} if values else {}


def _placed_on(day_shard: str, since: Timestamp, limit: int) -> list[dict[str, Any]]:
    response = dynamodb().query(
        TableName=_table(),
        IndexName="PlacedIndex",
        KeyConditionExpression="placed_on = :placed_on AND list_order >= :since",
        ExpressionAttributeValues=to_item({":placed_on": day_shard, ":since": since}),
        ScanIndexForward=False,
        Limit=limit,
    )
    return [from_item(item) for item in response["Items"]]


def _day_shard(day: str, shard: int) -> str:
    return f"{day}#{shard}"


def _get(keys: list[str]) -> Iterator[dict[str, Any]]:
    return get_items(_table(), [{"pk": key, "sk": SUMMARY} for key in keys])


def _table() -> str:
    return setting("VIEWS_TABLE_NAME")
