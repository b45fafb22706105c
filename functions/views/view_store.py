"""The views' table: summaries that are updated group by group, timelines, and the lists that lead to summaries.

| item | pk | sk | attributes |
|---|---|---|---|
| an order's summary | `ORDER#{id}` | `SUMMARY` | a map per group, with its sequence and projection number |
| an event of its timeline | `ORDER#{id}` | `EVENT#{time}#{source}#{sequence}` | the event |
| a product | `PRODUCT#{sku}` | `SUMMARY` | as an order's summary, with one group, `product` |

A summary carries `list` and `list_order`, the keys of the index that lists it (a customer's orders by time, the
products by SKU). An order's also carries `placed_on`, which with `list_order` is the key of the index of all orders by
the time of placing. They never change, so updating a summary writes nothing to an index.
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
# What the key of a page of a list consists of, but for the list itself.
PAGE_KEY = {"pk", "sk", "list_order"}
SHARDS = 4
# The attributes of a group: its fields, and which event and which mapping wrote them.
GROUP_PARTS = ("", "_seq", "_projection")
# BatchGetItem takes no more.
MOST_KEYS = 100


class ListPlace(NamedTuple):
    """Where the indexes list a summary: in which list, in which order there, and an order also by day."""

    list: str
    order: str
    placed_on: str | None = None


class StoredOrderView(NamedTuple):
    """An order's groups, and the events of its timeline."""

    groups: dict[str, Any]
    events: list[CloudEvent]


class Page(NamedTuple):
    """Summaries in the list's order, and the key after which the next page starts (None: this was the last)."""

    summaries: list[dict[str, Any]]
    next_key: dict[str, str] | None


def order_key(order_id: str) -> str:
    return f"ORDER#{order_id}"


def product_key(sku: str) -> str:
    return f"PRODUCT#{sku}"


def customer_list(customer_id: str) -> str:
    return f"CUSTOMER#{customer_id}"


def placed_on(time: Timestamp, order_id: str) -> str:
    """Return where the index of all orders lists one: its day, in one of a few shards.

    A partition takes 1000 writes a second, so without shards a busy day's orders would have to fit into one:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
    """
    return _day_shard(time[:10], crc32(order_id.encode()) % SHARDS)


def timeline_key(event: CloudEvent) -> str:
    """Return the sort key of the event in its order's timeline."""
    return f"{TIMELINE}{event.time}#{event.source}#{event.sequence:09d}"


def put_timeline_event(event: CloudEvent) -> None:
    """Store the event in its order's timeline; storing it again changes nothing."""
    dynamodb().put_item(
        TableName=_table(),
        Item=to_item({"pk": order_key(event.subject), "sk": timeline_key(event), "event": event.document()}),
    )


def change_groups(
    key: str, groups: Mapping[str, Mapping[str, Any]], *, sequence: int, projection: int, place: ListPlace | None = None
) -> None:
    """Write groups of a summary's fields, each unless a later event has written it by this mapping or a newer one.

    Needs no read: the condition is the whole comparison, so the last event wins, whatever the order of arrival. All of
    an event's groups go in one write, which is paid for once; where one of them is refused, each is tried by itself.

    Args:
        groups: the fields of each group.
        sequence: of the event.
    """
    if _write_groups(key, groups, sequence, projection, place) or len(groups) == 1:
        return
    for group, fields in groups.items():
        _write_groups(key, {group: fields}, sequence, projection, place)


def _write_groups(
    key: str, groups: Mapping[str, Mapping[str, Any]], sequence: int, projection: int, place: ListPlace | None
) -> bool:
    """Write all the groups or, where a later event has written one of them, none; return whether they are written."""
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
    """Return what is projected of the order; without its group `ordered` it counts as not there yet.

    An event that is not what its type promises is left out and logged: it must not hide the order. A rebuild removes
    it.
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
        logger.error("left an event out of a timeline", extra={"sk": item["sk"], "cause": type(error).__name__})


def list_summaries(list_name: str, *, limit: int, newest_first: bool, start: dict[str, str] | None) -> Page:
    """Return at most `limit` summaries of a list, from the one after `start` on."""
    answer = dynamodb().query(
        TableName=_table(),
        IndexName="ListIndex",
        KeyConditionExpression="#list = :list",
        ExpressionAttributeNames={"#list": "list"},
        ExpressionAttributeValues=to_item({":list": list_name}),
        ScanIndexForward=not newest_first,
        Limit=limit,
        **({"ExclusiveStartKey": to_item({"list": list_name, **start})} if start else {}),  # type: ignore[arg-type]
    )
    keys = [str(from_item(item)["pk"]) for item in answer["Items"]]
    summaries = {summary["pk"]: summary for summary in _get(keys)}
    last = from_item(answer.get("LastEvaluatedKey", {}))
    last.pop("list", None)
    return Page([summaries[key] for key in keys if key in summaries], last or None)


def is_listed(list_name: str, key: Mapping[str, str]) -> bool:
    """Return whether the list has an entry with this key of a page."""
    summaries = _get([key["pk"]]) if key["sk"] == SUMMARY else ()
    return any((each.get("list"), each.get("list_order")) == (list_name, key["list_order"]) for each in summaries)


def orders_placed(days: Iterable[str], since: Timestamp, *, limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Return the summaries of the newest orders, of all customers, and whether there are more than these.

    Args:
        days: the UTC days that may hold some, the newest first, such as `2026-11-20`.
        since: no order that was placed before.
        limit: so many at most. It bounds what is read, too: for each day and shard, so many keys.
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
        for first in range(0, len(newest), MOST_KEYS)
        for summary in _get([key["pk"] for key in newest[first : first + MOST_KEYS]])
    ]
    return found, len(keys) > limit


def scan_page(start: dict[str, str] | None) -> tuple[list[dict[str, Any]], dict[str, str] | None]:
    """Return a page of all items, as plain values, and the key after which the next page starts (None: the last)."""
    answer = dynamodb().scan(
        TableName=_table(),
        ConsistentRead=True,
        **({"ExclusiveStartKey": to_item(start)} if start else {}),  # type: ignore[arg-type]
    )
    return list(map(from_item, answer["Items"])), from_item(answer.get("LastEvaluatedKey", {})) or None


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
    """Return the attributes of a summary that projecting writes: its groups and its places in lists."""
    groups = {name.removesuffix("_seq") for name in item if name.endswith("_seq")}
    names = {"list", "list_order", "placed_on"} | {f"{group}{part}" for group in groups for part in GROUP_PARTS}
    return {name: value for name, value in item.items() if name in names}


def replace_summary(key: str, seen: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Make a summary hold what is wanted of the attributes that projecting writes; without any, delete it.

    Args:
        seen: the summary as it was read, empty if there was none.

    Returns:
        False if another writer changed a group since then: nothing is written.
    """
    sequences = sorted({name for name in (*seen, *wanted) if name.endswith("_seq")})
    names = {f"#seq{n}": name for n, name in enumerate(sequences)}
    values = {f":seq{n}": seen[name] for n, name in enumerate(sequences) if name in seen}
    condition = " AND ".join(
        f"#seq{n} = :seq{n}" if name in seen else f"attribute_not_exists(#seq{n})" for n, name in enumerate(sequences)
    )
    try:
        if wanted:
            _replace_attributes(key, summary_attributes(seen), wanted, condition, names, values)
        else:
            _delete_summary(key, condition, names, values)
    except ClientError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def _replace_attributes(
    key: str,
    present: Mapping[str, Any],
    wanted: Mapping[str, Any],
    condition: str,
    names: dict[str, str],
    values: dict[str, Any],
) -> None:
    changed = [name for name, value in wanted.items() if present.get(name) != value]
    gone = sorted(present.keys() - wanted.keys())
    set_parts = [f"#set{n} = :set{n}" for n in range(len(changed))]
    remove_parts = [f"#remove{n}" for n in range(len(gone))]
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
        | {f"#remove{n}": name for n, name in enumerate(gone)},
        **_values(values | {f":set{n}": wanted[name] for n, name in enumerate(changed)}),
    )


def _delete_summary(key: str, condition: str, names: dict[str, str], values: dict[str, Any]) -> None:
    dynamodb().delete_item(
        TableName=_table(),
        Key=to_item({"pk": key, "sk": SUMMARY}),
        **({"ConditionExpression": condition, "ExpressionAttributeNames": names} if condition else {}),  # type: ignore[arg-type]
        **_values(values),
    )


def _values(values: dict[str, Any]) -> Any:
    """Return the argument for an expression's values, of which DynamoDB refuses an empty map."""
    return {"ExpressionAttributeValues": to_item(values)} if values else {}


def _placed_on(day_shard: str, since: Timestamp, limit: int) -> list[dict[str, Any]]:
    answer = dynamodb().query(
        TableName=_table(),
        IndexName="PlacedIndex",
        KeyConditionExpression="placed_on = :placed_on AND list_order >= :since",
        ExpressionAttributeValues=to_item({":placed_on": day_shard, ":since": since}),
        ScanIndexForward=False,
        Limit=limit,
    )
    return [from_item(item) for item in answer["Items"]]


def _day_shard(day: str, shard: int) -> str:
    return f"{day}#{shard}"


def _get(keys: list[str]) -> Iterator[dict[str, Any]]:
    return get_items(_table(), [{"pk": key, "sk": SUMMARY} for key in keys])


def _table() -> str:
    return setting("VIEWS_TABLE_NAME")
