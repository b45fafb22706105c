"""A bad event or a damaged view affects only itself: what the projector rejects and what reads leave out."""

import json
from typing import Any
from uuid import uuid4

import pytest

import project_events
import task_store
from kernel import queue_consumer
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, to_item
from tests.contracts.test_event_models_of_the_views import SAMPLES, event
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import ShopOnMoto, sqs_record

Json = dict[str, Any]


@pytest.fixture
def dead_letters(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """Give the messages that the projector sends to its dead-letter queue."""
    buried: list[Json] = []

    class Sqs:
        def send_message(self, **message: Any) -> None:
            buried.append(message)

    monkeypatch.setattr(queue_consumer, "_sqs", Sqs)
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    return buried


def project(*messages: Json) -> None:
    records = [sqs_record(event("OrderConfirmed")) | {"body": json.dumps(message)} for message in messages]
    answer = project_events.handler({"Records": records}, lambda_context("project_events"))
    assert answer == {"batchItemFailures": []}


def bad(name: str, data: Json | None = None, **changes: Any) -> Json:
    return event(name, data).document() | changes


BAD_EVENTS = [
    pytest.param(bad("OrderPlaced", {}), "ValidationError", id="no data"),
    pytest.param(
        bad("OrderPlaced", {name: value for name, value in SAMPLES["OrderPlaced"].items() if name != "items"}),
        "ValidationError",
        id="an order without lines",
    ),
    pytest.param(bad("ProductStocked", SAMPLES["ProductStocked"] | {"currency": "XX"}), "ValidationError", id="XX"),
    pytest.param(
        bad("StockLevelChanged", sequence=10**30, id=f"inventory:CUP-1:{10**30}"), "ValidationError", id="10^30"
    ),
    pytest.param(bad("StockLevelChanged", id="inventory:CUP-1:2"), "ValidationError", id="an id that does not fit"),
    pytest.param(bad("StockLevelChanged", subject="CUP-2", id="inventory:CUP-2:1"), "Unprocessable", id="another SKU"),
    pytest.param(bad("OrderConfirmed", type="OrderForgotten"), "Unprocessable", id="an unknown type"),
]


@pytest.mark.parametrize(("message", "cause"), BAD_EVENTS)
def test_an_invalid_event_becomes_a_dead_letter_with_its_cause(
    shop: ShopOnMoto, dead_letters: list[Json], message: Json, cause: str
) -> None:
    project(message, event("ProductStocked", subject="CUP-1").document())

    (dead_letter,) = dead_letters
    assert dead_letter["MessageBody"] == json.dumps(message)
    assert dead_letter["MessageAttributes"]["cause"]["StringValue"].startswith(cause)
    assert [item["pk"]["S"] for item in shop.items("Views")] == ["PRODUCT#CUP-1"]


def put_view(pk: str, **attributes: Any) -> None:
    dynamodb().put_item(TableName="Views", Item=to_item({"pk": pk, "sk": "SUMMARY", **attributes}))


@pytest.mark.parametrize(
    "product",
    [
        {"sku": "A", "name": "A", "unit_price": 1, "currency": "XX", "available": 1},
        {"sku": "A", "name": "A", "unit_price": "1", "currency": "EUR", "available": 1},
        {},
        "x",
    ],
    ids=str,
)
def test_a_damaged_product_is_left_out_of_the_shop(shop: ShopOnMoto, product: Any) -> None:
    sku = shop.product()
    put_view("PRODUCT#A", product=product, list="PRODUCTS", list_order="A")

    answer = shop.call("GET", "/products")

    assert answer.status == 200
    assert [each["sku"] for each in answer.document["products"]] == [sku]
    order = shop.order_body((sku, 1), ("A", 1))
    assert shop.post_order(order).status == 422
    shop.place((sku, 1))


DAMAGED_ORDERS: list[Json] = [
    {"ordered": {"customer_id": "x"}, "order": {"status": "PLACED"}},
    {"order": {"status": "PLACED"}},
    {"ordered": {"customer_id": "x", "items": 7, "total": 1, "currency": "EUR", "placed_at": "now"}, "order": {}},
    {},
]


@pytest.mark.parametrize("groups", DAMAGED_ORDERS, ids=str)
def test_a_damaged_order_is_left_out_of_lists(shop: ShopOnMoto, groups: Json) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()
    good = shop.item("Views", pk=f"ORDER#{order_id}", sk="SUMMARY")
    damaged = str(uuid4())
    places = {name: good[name] for name in ("list", "list_order", "placed_on")}
    put_view(f"ORDER#{damaged}", **places, **groups)

    listed = shop.call("GET", "/orders")
    activity = shop.call("GET", "/activity", claims=shop.operator())

    assert [order["order_id"] for order in listed.document["orders"]] == [order_id]
    assert (activity.status, activity.document["orders"]) == (200, 1)
    assert shop.call("GET", f"/orders/{damaged}").status == 404


def test_a_damaged_summary_is_read_from_the_timeline(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.fulfil(order_id)
    order = shop.order(order_id)
    item = shop.item("Views", pk=f"ORDER#{order_id}", sk="SUMMARY")
    dynamodb().put_item(TableName="Views", Item=to_item(item | {"order": {"status": 7}}))

    assert shop.call("GET", f"/orders/{order_id}").document == order


@pytest.mark.parametrize(
    "stored",
    [{}, "x", bad("OrderPlaced", {}), bad("OrderConfirmed", traceparent="zzz")],
    ids=("empty", "text", "data", "trace"),
)
def test_an_invalid_event_in_a_timeline_does_not_hide_its_order(shop: ShopOnMoto, stored: Any) -> None:
    order_id = shop.place((shop.product(), 1))
    order = shop.order(order_id)
    item = {"pk": f"ORDER#{order_id}", "sk": "EVENT#2026-11-20T15:38:00.000000Z#orders#000000007", "event": stored}
    dynamodb().put_item(TableName="Views", Item=to_item(item))

    assert shop.call("GET", f"/orders/{order_id}").document == order
    events = shop.call("GET", f"/orders/{order_id}/events").document["events"]
    assert [CloudEvent.model_validate(one).sequence for one in events] == [1]


def test_a_damaged_task_does_not_hide_the_others(shop: ShopOnMoto) -> None:
    task: Json = {
        "task_id": str(uuid4()),
        "order_id": str(uuid4()),
        "source": "orders",
        "sequence": 2,
        "kind": "review",
        "status": "open",
        "opened_at": "2026-11-20T15:38:00.000000Z",
        "token": "token",
        "open_shard": "open",
    }
    for item in (task, task | {"task_id": str(uuid4()), "kind": "gossip"}):
        dynamodb().put_item(TableName="Tasks", Item=to_item(item))

    (listed,) = task_store.list_tasks("open", limit=10).tasks

    assert listed.task_id == task["task_id"]
