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

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from event_models import check_event
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, from_item, get_items, is_condition_failure, to_item
from kernel.observability import logger
from kernel.settings import setting
from view_upcasters import upcast

SUMMARY = "SUMMARY"
TIMELINE = "EVENT#"
PRODUCTS = "PRODUCTS"
# The attributes of a page key, without the name of the list.
PAGE_KEY = {"pk", "sk", "list_order"}


class ListPlace(NamedTuple):
    """The index keys of a summary: its list, its sort key in the list, and an order's day and shard."""

    list: str
    list_order: str
    placed_on: str | None = None

    def attributes(self) -> dict[str, str]:
        """Return the attributes of the summary."""
        return {name: value for name, value in self._asdict().items() if value is not None}


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


def order_id_of(summary: Mapping[str, Any]) -> str:
    """Return the id of the order of a summary. The reverse of `order_key`."""
    return str(summary["pk"]).removeprefix(order_key(""))


def product_key(sku: str) -> str:
    return f"PRODUCT#{sku}"


def customer_list(customer_id: str) -> str:
    return f"CUSTOMER#{customer_id}"


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
            f"(attribute_not_exists(#sequence{n}) OR #sequence{n} < :sequence"
            f" OR (#sequence{n} = :sequence AND #projection{n} < :projection))"
        )
        names |= {f"#group{n}": group, f"#sequence{n}": f"{group}_seq", f"#projection{n}": f"{group}_projection"}
        values[f":fields{n}"] = dict(fields)
    if place:
        for name, value in place.attributes().items():
            changes.append(f"#{name} = :{name}")
            names[f"#{name}"] = name
            values[f":{name}"] = value
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


def _get(keys: list[str]) -> Iterator[dict[str, Any]]:
    return get_items(_table(), [{"pk": key, "sk": SUMMARY} for key in keys])


def _table() -> str:
    return setting("VIEWS_TABLE_NAME")
