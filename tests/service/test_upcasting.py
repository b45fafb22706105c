"""An event of an earlier version, from a store or a queue, is read like one of the latest version."""

import json
from typing import Any

import pytest

import project_events
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import to_item
from kernel.event_items import new_events
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import ShopOnMoto
from view_store import put_timeline_event

BOOKED = {"status": "BOOKED", "carrier": "sandbox", "tracking_number": "T-1"}


@pytest.fixture
def order_id(shop: ShopOnMoto) -> str:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()
    return order_id


def booked_in_version_1(order_id: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"shipping:{order_id}:1",
        "source": "shipping",
        "type": "ShipmentBooked",
        "subject": order_id,
        "time": "2026-01-31T12:00:00.000000Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:serverless-orders:event:ShipmentBooked:1",
        "sequence": 1,
        "correlationid": order_id,
        "data": {"tracking_number": "T-1"},
    }


def message(event: dict[str, Any]) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": "1"}
    record = {"messageId": "1", "body": json.dumps(event), "attributes": attributes, "eventSource": "aws:sqs"}
    return {"Records": [record]}


def test_it_is_projected_as_the_latest(shop: ShopOnMoto, order_id: str) -> None:
    project_events.handler(message(booked_in_version_1(order_id)), lambda_context())

    assert shop.order(order_id)["shipment"] == BOOKED


def test_a_timeline_from_before_the_new_version_is_read_as_the_latest(shop: ShopOnMoto, order_id: str) -> None:
    put_timeline_event(CloudEvent.model_validate(booked_in_version_1(order_id)))

    then = shop.call("GET", f"/orders/{order_id}", query={"as_of": "2999-01-01T00:00:00Z"})
    events = shop.call("GET", f"/orders/{order_id}/events").document["events"]

    assert then.document["shipment"] == BOOKED
    (booked,) = [event for event in events if event["type"] == "ShipmentBooked"]
    assert booked["dataschema"] == "urn:serverless-orders:event:ShipmentBooked:2"
    assert booked["data"] == {"carrier": "sandbox", "tracking_number": "T-1"}


def test_a_republished_event_is_unchanged() -> None:
    booked = booked_in_version_1("1")

    (announced,) = new_events(to_item({"order_id": "1", "version": 1, "events": [booked]}), None)

    assert announced.document() == booked
