"""The rebuild of the views from the event store, and the audit of tables, event store and views.

It uses a separate stack, because it stores invalid data and audits the whole event store.
"""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import StringIO
from uuid import uuid4

import pytest
from rich.console import Console

from kernel.cloud_event import MAX_SEQUENCE, Cause, CloudEvent
from kernel.timestamps import timestamp
from payment import PaymentVoided
from tests.e2e.conftest import ENFORCES_ROLES, running
from tests.e2e.shop import Json, Shop
from tests.support.waiting import wait_until
from tools.event_store import event_archive
from tools.event_store.audit import audit
from tools.event_store.consistency import ConsistencyReport, Difference
from tools.event_store.republish import republish
from tools.event_store.stored_objects import set_aside
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.stack import Stack
from tools.terminal import run_query

ENDS = ("CONFIRMED", "REJECTED", "CANCELLED")
OBJECTS = "events/year=2026/month=11/day=20/hour=12/"


@pytest.fixture(scope="module")
def own_shop() -> Iterator[Shop]:
    with running(LocalCloud.for_tests("e2e-rebuild", enforces_roles=ENFORCES_ROLES)) as cloud:
        yield Shop(Stack.read(cloud.stack_file))


@pytest.fixture
def orders(own_shop: Shop) -> list[str]:
    """Create a few settled orders."""
    customer, kettle = own_shop.customer(), own_shop.product()
    methods = ("pm_card_visa", "pm_card_declined", "pm_card_visa")
    placed = [customer.place(kettle, payment_method=method) for method in methods]
    for order_id in placed:
        customer.wait_for(order_id, *ENDS)
    return placed


def rebuild(shop: Shop) -> Json:
    """Rebuild the views as an operator, and return the result."""
    response = shop.operator.post("/views/rebuild")
    assert response.status_code == 202, response.text
    assert response.json()["status"] == "RUNNING"
    return ended(shop, response.json()["rebuild_id"])


def ended(shop: Shop, rebuild_id: str) -> Json:
    def look() -> Json | None:
        response = shop.operator.get(f"/views/rebuild/{rebuild_id}")
        assert response.status_code == 200, response.text
        return response.json() if response.json()["status"] != "RUNNING" else None

    return wait_until(look, description="the end of the rebuild") or {}


def consistent_report(shop: Shop) -> ConsistencyReport:
    """Audit until there are no differences, and return the report."""

    def look() -> ConsistencyReport | None:
        found = audit(shop.stack, in_flight_seconds=0)
        return None if found.differences else found

    return wait_until(
        look, description="consistency", progress=lambda: audit(shop.stack, in_flight_seconds=0).differences
    )


def differences(shop: Shop) -> list[Difference]:
    return audit(shop.stack, in_flight_seconds=0).differences


def views(shop: Shop) -> list[Json]:
    return sorted(shop.items_of("Views"), key=lambda item: (item["pk"], item["sk"]))


def objects(shop: Shop) -> dict[str, bytes]:
    bucket = shop.stack.outputs["EventStoreBucketName"]
    pages = shop.aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/")
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: shop.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def put_object(shop: Shop, name: str, body: bytes) -> str:
    shop.aws.s3.put_object(Bucket=shop.stack.outputs["EventStoreBucketName"], Key=OBJECTS + name, Body=body)
    return OBJECTS + name


def delete_object(shop: Shop, key: str) -> None:
    shop.aws.s3.delete_object(Bucket=shop.stack.outputs["EventStoreBucketName"], Key=key)


@pytest.mark.usefixtures("orders")
def test_a_rebuild_restores_deleted_views(own_shop: Shop) -> None:
    consistent_report(own_shop)
    before = views(own_shop)
    for item in before:
        own_shop.table("Views").delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    assert {difference.place for difference in differences(own_shop)} == {"views"}

    result = rebuild(own_shop)

    assert result["status"] == "SUCCEEDED"
    stored = sum(1 for _ in own_shop.archive())
    assert result["events"] == {"applied": stored, "unreadable": 0}
    assert result["objects"] == {"total": stored, "done": stored, "failed": 0}, (
        "in the emulator, an object holds one event"
    )
    assert result["started_at"] < result["ended_at"]
    assert "result_file" not in result
    assert views(own_shop) == before
    consistent_report(own_shop)


def test_a_rebuild_overwrites_items_of_an_older_mapping(own_shop: Shop, orders: list[str]) -> None:
    consistent_report(own_shop)
    before = views(own_shop)
    table, summary = own_shop.table("Views"), {"pk": f"ORDER#{orders[0]}", "sk": "SUMMARY"}
    table.update_item(
        Key=summary,
        UpdateExpression="SET payment = :old, payment_projection = :older, ordered = :old, ordered_projection = :older",
        ExpressionAttributeValues={":old": {"customer_id": "written by an older mapping"}, ":older": 0},
    )
    event = next(item for item in before if item["pk"] == summary["pk"] and item["sk"].startswith("EVENT#"))
    table.put_item(Item=event | {"event": {**event["event"], "data": {"as": "written by an older mapping"}}})
    assert [difference.place for difference in differences(own_shop)] == ["views", "views"]

    rebuild(own_shop)

    assert views(own_shop) == before


def test_a_rebuild_reports_unreadable_data_and_applies_all_other_events(own_shop: Shop, orders: list[str]) -> None:
    consistent_report(own_shop)
    before = views(own_shop)
    good = [json.dumps(event).encode() for event in own_shop.stored_events(orders[0])]
    invalid_objects = {
        "shuffled-and-twice": b"".join([*good[::-1], *good]),
        "truncated": gzip.compress(b"\n".join(good) + b"\n")[:-9],
        "foreign": b'{"hello": "world"}\n' + good[0],
        "broken": b"\n".join([good[0][:-20], good[1], b"\xff\xfe", good[2]]),
        "nested": b"[" * 200_000 + b"\n" + good[0],
        "wrong-types": good[0].replace(b'"sequence": 1', b'"sequence": [1]') + b"\n",
        "huge-line": b"x" * 3_000_000 + b"\n" + good[0],
        "bomb": gzip.compress(bytes(300_000_000)),
        "nothing": b"",
        "no-data": good[0].replace(b'"data": {', b'"data": {"customer_id": 1.5, "x": {') + b"}",
    }
    keys = [put_object(own_shop, name, body) for name, body in invalid_objects.items()]
    for item in before:
        own_shop.table("Views").delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    try:
        result = rebuild(own_shop)
    finally:
        for key in keys:
            delete_object(own_shop, key)

    assert result["status"] == "SUCCEEDED"
    assert result["objects"]["failed"] == 0
    body = own_shop.aws.s3.get_object(Bucket=own_shop.stack.outputs["EventStoreBucketName"], Key=result["result_file"])[
        "Body"
    ].read()
    faults = [json.loads(line) for line in body.splitlines()]
    assert len(faults) == result["events"]["unreadable"]
    keys_with_faults = {fault["key"].removeprefix(OBJECTS) for fault in faults}
    assert keys_with_faults == invalid_objects.keys() - {"shuffled-and-twice", "nothing"}
    assert all(fault["cause"] and fault["position"] >= 0 for fault in faults)
    assert not result["result_file"].startswith("events/")
    assert views(own_shop) == before


def test_a_rebuild_during_live_traffic_loses_no_event(own_shop: Shop) -> None:
    customer, kettle = own_shop.customer(), own_shop.product(stock=50)
    with ThreadPoolExecutor(2) as pool:
        rebuilding = pool.submit(rebuild, own_shop)
        placed = [customer.place(kettle) for _ in range(6)]
        rebuilding.result()
    for order_id in placed:
        customer.wait_for(order_id, "CONFIRMED")

    assert consistent_report(own_shop).counts["events in the event store"] >= 6 * len(placed)


def test_only_operators_can_start_a_rebuild_and_only_one_at_a_time(own_shop: Shop) -> None:
    customer = own_shop.customer()
    assert customer.post("/views/rebuild").status_code == 403
    assert customer.get(f"/views/rebuild/{uuid4()}").status_code == 403
    assert own_shop.operator.get(f"/views/rebuild/{uuid4()}").status_code == 404

    first = own_shop.operator.post("/views/rebuild")
    second = own_shop.operator.post("/views/rebuild")

    assert (first.status_code, second.status_code) == (202, 409)
    assert first.headers["Location"] == f"rebuild/{first.json()['rebuild_id']}"
    assert second.headers["Content-Type"] == "application/problem+json"
    assert ended(own_shop, first.json()["rebuild_id"])["status"] == "SUCCEEDED"
    assert rebuild(own_shop)["status"] == "SUCCEEDED"


def test_a_rebuild_removes_forged_events_from_the_views(own_shop: Shop, orders: list[str]) -> None:
    consistent_report(own_shop)
    before = views(own_shop)
    sku = own_shop.product()
    consistent_report(own_shop)
    level = product_in_view(own_shop, sku)
    unknown_order_id = str(uuid4())
    send_forged_event(own_shop, "StockLevelChanged", sku, MAX_SEQUENCE, level | {"unit_price": 1}, source="inventory")
    send_forged_event(own_shop, "OrderConfirmed", orders[0], 999, {"status": "REJECTED", "decided_by": "saga"})
    send_forged_event(own_shop, "OrderConfirmed", unknown_order_id, 1, {"status": "CONFIRMED", "decided_by": "saga"})
    wait_until(
        lambda: {"price": product_in_view(own_shop, sku)["unit_price"]} == {"price": 1}, description="the forged price"
    )
    wait_until(
        lambda: own_shop.item("Views", pk=f"ORDER#{unknown_order_id}", sk="SUMMARY"), description="the forged order"
    )
    wait_until(
        lambda: [item for item in views(own_shop) if item["pk"] == f"ORDER#{orders[0]}" and item["sk"].endswith("999")],
        description="the forged event",
    )
    assert {difference.place for difference in differences(own_shop)} == {"views"}

    assert rebuild(own_shop)["status"] == "SUCCEEDED"

    assert product_in_view(own_shop, sku) == level
    assert [item for item in views(own_shop) if item["pk"] != f"PRODUCT#{sku}"] == before
    consistent_report(own_shop)


def send_forged_event(shop: Shop, kind: str, subject: str, sequence: int, data: Json, source: str = "orders") -> None:
    """Send the projector an event that no service has written."""
    event = {
        "specversion": "1.0",
        "id": f"{source}:{subject}:{sequence}",
        "source": source,
        "type": kind,
        "subject": subject,
        "time": timestamp(datetime.now(UTC)),
        "datacontenttype": "application/json",
        "dataschema": f"urn:serverless-orders:event:{kind}:1",
        "sequence": sequence,
        "correlationid": subject,
        "data": data,
    }
    shop.aws.sqs.send_message(QueueUrl=shop.stack.outputs["ProjectionQueueUrl"], MessageBody=json.dumps(event))


def product_in_view(shop: Shop, sku: str) -> Json:
    item = shop.item("Views", pk=f"PRODUCT#{sku}", sk="SUMMARY")["product"]
    return item | {name: int(item[name]) for name in ("unit_price", "available")}


def test_unpublishable_records_are_set_aside_once_and_block_no_others(own_shop: Shop) -> None:
    changes: dict[str, Json] = {
        str(uuid4()): change
        for change in (
            {"traceparent": "zzz"},
            {"time": "2026-99-99T00:00:00.000000Z"},
            {"id": "payments:unknown:1"},
            {"data": {"decided_by": 7}},
            {"data": {"by_hand": "x" * 262_144}},
        )
    }
    table = own_shop.table("Payments")
    voided = PaymentVoided(amount={"amount": 1500, "currency": "EUR"}, payment_method="pm_card_visa")
    for order_id, change in changes.items():
        event = CloudEvent.of(voided, source="payments", subject=order_id, sequence=1, cause=Cause())
        table.put_item(Item={"order_id": order_id, "events": [event.document() | change], "event_count": 1})

    queue = own_shop.stack.outputs["UnreadableRecordsQueueUrl"]

    def set_aside_ids() -> list[str]:
        bodies = [json.loads(message["Body"]) for message in own_shop.messages(queue)]
        return sorted(body["keys"]["order_id"]["S"] for body in bodies)

    wait_until(lambda: set_aside_ids() == sorted(changes), description="the records", progress=set_aside_ids)
    customer = own_shop.customer()
    customer.wait_for(customer.place(own_shop.product()), "CONFIRMED")
    assert set_aside_ids() == sorted(changes)
    assert [event for event in own_shop.archive() if event["subject"] in changes] == []

    for order_id in changes:
        table.delete_item(Key={"order_id": order_id})
    consistent_report(own_shop)


def test_an_unreadable_object_is_named_and_can_be_set_aside(own_shop: Shop) -> None:
    key = put_object(own_shop, "latin-1", b'{"name": "Zo\xeb"}\n')
    console = Console(file=StringIO(), width=200)
    sql = "SELECT count(*) FROM events"

    assert run_query.show(console, own_shop.aws, own_shop.stack, sql) == run_query.REFUSED
    assert f"{key}: not UTF-8 text" in console.file.getvalue()

    assert set_aside(own_shop.aws, own_shop.stack, key) == f"set-aside/{key}"
    assert run_query.show(console, own_shop.aws, own_shop.stack, sql) == 0


def test_the_audit_finds_differences_in_tables_event_store_and_views(own_shop: Shop, orders: list[str]) -> None:
    consistent_report(own_shop)
    shop, order_id = own_shop, orders[0]
    payment = shop.item("Payments", order_id=order_id)
    summary = shop.item("Views", pk=f"ORDER#{order_id}", sk="SUMMARY")
    key, body = object_of(shop, f"shipping:{order_id}:1")

    delete_object(shop, key)
    shop.table("Payments").delete_item(Key={"order_id": order_id})
    shop.table("Views").put_item(Item=summary | {"stock": {"status": "STOLEN"}})
    found = {difference[:2] for difference in differences(shop)}

    shop.table("Payments").put_item(Item=payment)
    shop.table("Views").put_item(Item=summary)
    assert {
        ("store", f"shipping:{order_id}:1"),
        ("tables", f"payments:{order_id}:1"),
        ("views", f"ORDER#{order_id}"),
    } <= found
    shop.aws.s3.put_object(Bucket=shop.stack.outputs["EventStoreBucketName"], Key=key, Body=body)
    consistent_report(shop)


def test_a_republication_restores_missing_events_of_the_store(own_shop: Shop, orders: list[str]) -> None:
    consistent_report(own_shop)
    lost = {f"orders:{orders[0]}:1", f"shipping:{orders[2]}:1"}
    for event_id in lost:
        delete_object(own_shop, object_of(own_shop, event_id)[0])
    assert {difference.id for difference in differences(own_shop)} == lost

    assert republish(own_shop.stack) == lost

    consistent_report(own_shop)


def object_of(shop: Shop, event_id: str) -> tuple[str, bytes]:
    """Return the key of the object with this event. In the emulator, an object holds one event."""
    for key, body in objects(shop).items():
        if [event["id"] for event in event_archive.events_in(body)] == [event_id]:
            return key, body
    raise AssertionError(f"no object holds {event_id}")
