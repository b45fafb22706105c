"""Every event type of every service: its data, its envelope, and what the views make of it."""

import json
import re
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

import order_view
import product_view
from contracts.generator.event_catalogue import CATALOGUE
from contracts.generator.event_schemas import event_types
from kernel.cloud_event import Cause, CloudEvent
from tests.support.published_events import assert_as_published

MONEY = {"amount": 1500, "currency": "EUR"}
TRACEPARENT = "00-691f2c3a8b1e4d5f60718293a4b5c6d7-0123456789abcdef-01"
LINES = [{"sku": "CUP-1", "quantity": 2}]
LEVEL = {"sku": "CUP-1", "name": "Cup", "unit_price": 250, "currency": "EUR", "available": 8}
RETURN = {
    "return_id": "c270ae3f-3b25-53f6-821b-55f21ec11871",
    "items": [{"sku": "CUP-1", "quantity": 1, "unit_price": 250}],
    "refund_amount": 250,
    "currency": "EUR",
    "reason": "It is chipped.",
    "requested_at": "2026-11-20T15:38:00.000000Z",
}
ANSWERED = {
    **RETURN,
    "decided_by": "operator",
    "operator_id": "01ca0000-0000-4000-8000-000000000002",
    "comment": "the photo shows the chip",
}
EVENT_TYPES = {kind.name: (kind.source, kind.model) for kind in event_types()}
# The data of each event type that has data.
SAMPLES: dict[str, dict[str, Any]] = {name: {} for name in EVENT_TYPES} | {
    "OrderPlaced": {
        "status": "PLACED",
        "decided_by": "customer",
        "customer_id": "alice",
        "items": [{"sku": "CUP-1", "name": "Cup", "quantity": 2, "unit_price": 250}],
        "total": 500,
        "currency": "EUR",
        "payment_method": "pm_card_visa",
    },
    "OrderConfirmed": {"status": "CONFIRMED", "decided_by": "saga"},
    "OrderRejected": {"status": "REJECTED", "decided_by": "saga", "reason": "PAYMENT_DECLINED"},
    "OrderCancelled": {"status": "CANCELLED", "decided_by": "customer"},
    "OrderAwaitingPayment": {"status": "AWAITING_PAYMENT", "decided_by": "saga"},
    "OrderReviewRequested": {"status": "IN_REVIEW", "decided_by": "saga", "total": 100000, "currency": "EUR"},
    "OrderReviewApproved": {
        "status": "PLACED",
        "decided_by": "operator",
        "operator_id": "01ca0000-0000-4000-8000-000000000002",
        "comment": "a known customer",
    },
    "OrderNeedsAttention": {
        "status": "NEEDS_ATTENTION",
        "decided_by": "saga",
        "failed_steps": ["VoidPayment"],
        "decision": "REJECTED",
        "reason": "ADDRESS_REFUSED",
        "total": 500,
        "currency": "EUR",
    },
    "OrderRetryRequested": {
        "status": "REJECTED",
        "decided_by": "operator",
        "reason": "ADDRESS_REFUSED",
        "by_hand": ["VoidPayment"],
        "operator_id": "01ca0000-0000-4000-8000-000000000002",
        "comment": "the bank released the amount",
    },
    "OrderResolved": {"status": "CONFIRMED", "decided_by": "saga"},
    "StockReserved": {"items": LINES},
    "StockReservationRejected": {"out_of_stock": ["CUP-1"]},
    "StockReleased": {"items": LINES},
    "ProductStocked": LEVEL,
    "StockLevelChanged": LEVEL,
    "PaymentActionRequired": {
        "amount": MONEY,
        "payment_method": "pm_requires_action",
        "action_url": "https://bank.example/01ca0000-0000-4000-8000-000000000001",
    },
    "PaymentAuthorized": {
        "amount": MONEY,
        "payment_method": "pm_requires_action",
        "authorization_id": "auth-1",
        "decided_by": "webhook",
    },
    "PaymentDeclined": {"amount": MONEY, "payment_method": "pm_card_declined", "reason": "CARD_DECLINED"},
    "PaymentCaptured": {"amount": MONEY, "payment_method": "pm_card_visa", "authorization_id": "auth-1"},
    "PaymentVoided": {"amount": MONEY, "payment_method": "pm_card_visa"},
    "ShipmentBooked": {"carrier": "sandbox", "tracking_number": "T-1"},
    "PaymentRefunded": {
        "amount": {"amount": 250, "currency": "EUR"},
        "payment_method": "pm_card_visa",
        "return_id": "c270ae3f-3b25-53f6-821b-55f21ec11871",
        "refunded": 250,
    },
    "StockReturned": {
        "return_id": "c270ae3f-3b25-53f6-821b-55f21ec11871",
        "items": [{"sku": "CUP-1", "quantity": 1}],
    },
    "ReturnRequested": RETURN | {"status": "REQUESTED", "decided_by": "customer"},
    "ReturnAccepted": ANSWERED | {"status": "ACCEPTED", "restock": True},
    "ReturnRefused": ANSWERED | {"status": "REFUSED"},
    "ReturnNeedsAttention": RETURN
    | {
        "status": "ACCEPTED",
        "decided_by": "saga",
        "failed_steps": ["RefundPayment"],
        "needs_attention": True,
    },
    "ReturnResolved": ANSWERED | {"status": "ACCEPTED", "by_hand": ["RefundPayment"]},
    "ReturnCompleted": RETURN | {"status": "COMPLETED", "decided_by": "saga"},
    "ShipmentDispatched": {"carrier": "sandbox", "tracking_number": "T-1"},
    "ShipmentDelivered": {"carrier": "sandbox", "tracking_number": "T-1"},
    "ShipmentLost": {"carrier": "sandbox", "tracking_number": "T-1"},
    "ShipmentRefused": {"reason": "ADDRESS_NOT_SERVED"},
}
each_type = pytest.mark.parametrize("name", EVENT_TYPES)


def sample(name: str, **envelope: Any) -> CloudEvent:
    source, kind = EVENT_TYPES[name]
    data = kind.model_validate(SAMPLES[name])
    return CloudEvent.of(data, source=source, subject="subject", sequence=3, cause=Cause(), **envelope)


def test_every_sample_is_of_an_event_type() -> None:
    assert set(SAMPLES) == set(EVENT_TYPES)


@each_type
def test_its_name_is_a_noun_and_what_happened(name: str) -> None:
    assert re.fullmatch(r"([A-Z][a-z]+){2,}", name)


@each_type
def test_its_data_is_unchanged_after_a_round_trip(name: str) -> None:
    _, kind = EVENT_TYPES[name]
    event = sample(name)

    arrived = CloudEvent.model_validate_json(json.dumps(event.document()))

    assert arrived == event
    assert kind.model_validate(arrived.data).model_dump(mode="json", exclude_none=True) == SAMPLES[name]


@each_type
def test_its_data_conforms_to_the_published_schema(name: str) -> None:
    assert_as_published(sample(name).document())


@each_type
def test_it_refuses_unknown_members(name: str) -> None:
    _, kind = EVENT_TYPES[name]

    with pytest.raises(ValidationError):
        kind.model_validate(SAMPLES[name] | {"surprise": 1})


@each_type
def test_it_cannot_be_changed(name: str) -> None:
    with pytest.raises(ValidationError):
        sample(name).sequence = 4  # type: ignore[misc]


@each_type
def test_its_envelope_is_cloudevents_1_0(name: str) -> None:
    source, kind = EVENT_TYPES[name]
    document = sample(name).document()

    # https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#naming-conventions
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", attribute) for attribute in document)
    assert document.keys() >= {"specversion", "id", "source", "type"}
    assert document["specversion"] == "1.0"
    assert document["id"] == f"{source}:subject:3"
    assert (document["source"], document["type"], document["subject"]) == (source, name, "subject")
    assert datetime.fromisoformat(document["time"]).tzinfo is not None
    assert document["datacontenttype"] == "application/json"
    assert document["dataschema"] == f"urn:serverless-orders:event:{name}:{kind.schema_version}"
    assert document["correlationid"] == "subject"
    # An extension is a boolean, an integer of 32 bits, or text.
    assert isinstance(document["sequence"], int)
    assert None not in document.values()


def test_an_absent_cause_is_no_attribute_and_a_known_one_is() -> None:
    cause = Cause(causation_id="orders:1:1", traceparent=TRACEPARENT)
    _, kind = EVENT_TYPES["OrderConfirmed"]
    event = CloudEvent.of(kind(), source="orders", subject="1", sequence=2, cause=cause, correlation_id="2")

    assert not {"causationid", "traceparent"} & sample("OrderConfirmed").document().keys()
    document = event.document()
    assert [document[name] for name in ("causationid", "traceparent", "correlationid")] == [
        "orders:1:1",
        TRACEPARENT,
        "2",
    ]


@each_type
def test_the_views_show_it_where_the_catalogue_says(name: str) -> None:
    event = sample(name)
    group = CATALOGUE[name].get("view", {}).get("group")

    changes = [] if product_view.is_level(event) else order_view.changes_of(event)
    # Each return has a group of its own, which its id names.
    groups = {change.group.partition("#")[0] for change in changes} or {"product"} & {group}

    assert groups - {"decision", "ordered"} == ({group} if group else set())


@each_type
def test_the_views_do_not_take_it_from_another_service(name: str) -> None:
    event = sample(name).model_copy(update={"source": "elsewhere"})

    assert not product_view.is_level(event)
    assert order_view.changes_of(event) == []


def test_an_order_event_tells_the_status_that_results_and_who_decided() -> None:
    for name, (source, _) in EVENT_TYPES.items():
        if source == "orders":
            assert {"status", "decided_by"} <= sample(name).data.keys()


@pytest.mark.parametrize("attribute", ["id", "source", "type", "subject", "time", "dataschema", "sequence", "data"])
def test_an_incomplete_envelope_is_refused(attribute: str) -> None:
    document = sample("OrderConfirmed").document()
    del document[attribute]

    with pytest.raises(ValidationError):
        CloudEvent.model_validate(document)


@pytest.mark.parametrize(
    "change",
    [
        {"specversion": "0.3"},
        {"sequence": 0, "id": "orders:subject:0"},
        {"sequence": 10**30, "id": f"orders:subject:{10**30}"},
        {"sequence": 4},
        {"id": "orders:subject:4"},
        {"source": "or\ufffeders", "id": "or\ufffeders:subject:3"},
        {"subject": "", "id": "orders::3"},
        {"time": "yesterday"},
        {"time": "2026-99-99T00:00:00.000000Z"},
        {"time": "2026-02-30T00:00:00.000000Z"},
        {"traceparent": "zzz"},
        {"traceparent": 1},
        {"data": None},
    ],
    ids=str,
)
def test_an_invalid_envelope_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CloudEvent.model_validate(sample("OrderConfirmed").document() | change)
