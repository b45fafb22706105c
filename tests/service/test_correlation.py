"""Every log line and trace of an order carries its id, from the request to the email."""

import json
from importlib import import_module

import pytest

from tests.support.order_processing import EMAIL, PERSON, OrderProcessing, order_processing
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.saga_run import invoke_handler, lambda_context
from tests.support.shop_on_moto import ShopOnMoto
from tests.support.telemetry import Telemetry, telemetry_of, traced

TRACE = "1-5759e988-bd862e3fe1be46a994272793"
TRACEPARENT = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"

# The function disables this logger and says why. pytest enables it again.
pytestmark = pytest.mark.filterwarnings("ignore:Couldn't determine the remaining time left")


@pytest.fixture
def processing(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> OrderProcessing:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1")
    return order_processing(shop, monkeypatch)


@pytest.fixture
def telemetry(
    processing: OrderProcessing, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Telemetry:
    """Give the telemetry that is recorded after the shop is stocked."""
    return telemetry_of(monkeypatch, capsys)


@pytest.mark.parametrize("payment_method", ["pm_card_visa", "pm_card_declined"])
def test_every_log_line_from_the_request_to_the_email_has_the_order_id(
    processing: OrderProcessing, telemetry: Telemetry, payment_method: str
) -> None:
    order_id = processing.process_order(payment_method)

    lines = telemetry.lines()
    assert processing.fakes.sent_emails == 1
    assert {line.get("correlation_id") for line in lines} == {order_id}
    assert {line["function_name"] for line in lines} >= {
        "orders_api", "relay_events", "start_fulfilment", "inventory_saga", "project_events", "send_notifications",
        "queries",
    }  # fmt: skip
    assert len(lines) == processing.pieces_of_work + processing.fakes.sent_emails, "a line for each piece of work"


def test_the_line_of_a_metric_outside_a_batch_has_the_order_id(
    processing: OrderProcessing, telemetry: Telemetry
) -> None:
    order_id = processing.process_order("pm_card_declined")

    (rejected,) = [line for line in telemetry.metrics() if "OrdersRejected" in line]
    assert rejected["correlation_id"] == order_id


def test_a_line_about_success_has_only_what_its_log_group_does_not_say(
    processing: OrderProcessing, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = {"level", "message", "timestamp", "service", "correlation_id"}
    processing.place()
    assert telemetry.lines()[-1].keys() - {"function_name"} == searched | {"xray_trace_id"}

    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=0")
    processing.place()
    assert telemetry.lines()[-1].keys() - {"function_name"} == searched, "X-Ray has no such trace"


def test_a_line_about_a_fault_has_all_details(
    processing: OrderProcessing, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", QueuesOnMoto(monkeypatch.setenv).urls["ProjectionDeadLetterQueue"])
    record = {"messageId": "1", "body": "no event", "attributes": {}, "eventSource": "aws:sqs"}

    import_module("project_events").handler({"Records": [record]}, lambda_context("project_events"))

    (line,) = telemetry.lines()
    assert {"location", "function_request_id", "cold_start", "xray_trace_id"} <= line.keys()


@pytest.mark.parametrize("payment_method", ["pm_card_visa", "pm_card_declined"])
def test_no_log_line_contains_personal_data(
    processing: OrderProcessing, telemetry: Telemetry, payment_method: str
) -> None:
    processing.process_order(payment_method)

    told = json.dumps([telemetry.lines(), telemetry.metrics()], ensure_ascii=False)
    assert [text for text in (*PERSON.values(), EMAIL, processing.shop.customer_id) if text in told] == []


def test_log_lines_of_two_orders_in_one_batch_have_their_own_ids(
    processing: OrderProcessing, telemetry: Telemetry
) -> None:
    orders = {processing.place(), processing.place()}
    events = processing.relay()
    processing.consume("project_events", *events)

    for function in ("relay_events", "project_events"):
        lines = [line for line in telemetry.lines() if line["function_name"] == function]
        assert {line["correlation_id"] for line in lines} == orders


def test_a_message_without_an_order_has_no_correlation_id(
    shop: ShopOnMoto, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = QueuesOnMoto(monkeypatch.setenv)
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", queues.urls["ProjectionDeadLetterQueue"])
    event = shop.events()[0]
    records = [
        {"messageId": "1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs"}
        for body in (json.dumps(event.document()), "no event")
    ]

    import_module("project_events").handler({"Records": records}, lambda_context("project_events"))

    consumed, buried = telemetry.lines()
    assert consumed["correlation_id"] == event.correlationid
    assert buried["level"] == "ERROR"
    assert "correlation_id" not in buried


def test_every_event_has_the_trace_in_which_it_was_created(processing: OrderProcessing) -> None:
    processing.process_order("pm_card_declined")

    events = processing.shop.events()
    assert {"OrderPlaced", "StockReserved", "PaymentDeclined", "OrderRejected", "StockReleased"} <= {
        event.type for event in events
    }
    assert {event.traceparent for event in events if event.type != "ProductStocked"} == {TRACEPARENT}


def test_every_trace_is_annotated_with_the_order_id(
    processing: OrderProcessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with traced(monkeypatch) as annotations:
        order_id = processing.place()
        assert annotations() == [{"order_id": order_id}]

    with traced(monkeypatch) as annotations:
        invoke_handler("ReserveStock", processing.shop.saga_input(order_id))
        assert annotations() == [{"order_id": order_id, "step": "ReserveStock"}]

    with traced(monkeypatch) as annotations:
        assert processing.shop.call("GET", f"/orders/{order_id}").status == 404
        assert annotations() == [{"order_id": order_id}]


def test_each_event_of_a_batch_has_its_own_subsegment(
    processing: OrderProcessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = sorted([processing.place(), processing.place()])
    found = [{"order_id": order_id, "caused_in": TRACE} for order_id in orders]

    with traced(monkeypatch) as annotations:
        events = processing.relay()
        assert sorted(annotations(), key=str) == sorted(found, key=str)

    with traced(monkeypatch) as annotations:
        processing.consume("project_events", *events)
        assert sorted(annotations(), key=str) == sorted(found, key=str)
