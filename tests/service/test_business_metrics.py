"""Business metrics: what is counted and measured. A retry does not count twice."""

from typing import Any

import pytest

import publisher
from kernel.observability import count, metrics_of_batch
from publisher import NotAccepted
from tests.support.fulfilments import Situation
from tests.support.order_processing import OrderProcessing, order_processing
from tests.support.saga_run import REVIEW_THRESHOLD, invoke_handler, run_saga
from tests.support.shop_on_moto import ShopOnMoto
from tests.support.telemetry import Telemetry, telemetry_of, values_of


@pytest.fixture
def processing(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> OrderProcessing:
    return order_processing(shop, monkeypatch)


@pytest.fixture
def telemetry(
    processing: OrderProcessing, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Telemetry:
    capsys.readouterr()
    return telemetry_of(monkeypatch, capsys)


def test_a_confirmed_order_counts_as_placed_and_as_confirmed(processing: OrderProcessing, telemetry: Telemetry) -> None:
    processing.shop.fulfil(processing.place())
    processing.relay()

    metrics = telemetry.metrics()
    assert values_of(metrics, "OrdersPlaced") == [1]
    assert values_of(metrics, "OrdersConfirmed") == [1]
    assert values_of(metrics, "OrdersRejected") == []


def test_a_rejected_order_counts_by_its_reason(processing: OrderProcessing, telemetry: Telemetry) -> None:
    processing.shop.fulfil(processing.place("pm_card_declined"))
    processing.relay()

    (rejected,) = [line for line in telemetry.metrics() if "OrdersRejected" in line]
    assert rejected["reason"] == "PAYMENT_DECLINED"
    assert rejected["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["reason", "service"]]


def test_a_cancelled_order_counts(processing: OrderProcessing, telemetry: Telemetry) -> None:
    order_id = processing.place()
    assert processing.shop.call("POST", f"/orders/{order_id}/cancellation").status == 202
    processing.relay()

    assert values_of(telemetry.metrics(), "OrdersCancelled") == [1]


def test_an_order_that_needs_attention_counts(processing: OrderProcessing, telemetry: Telemetry) -> None:
    processing.shop.fulfil(processing.place("pm_capture_down"))
    processing.relay()

    assert values_of(telemetry.metrics(), "OrdersNeedingAttention") == [1]


def test_a_repeated_request_counts_as_one_order(processing: OrderProcessing, telemetry: Telemetry) -> None:
    body = processing.shop.order_body((processing.sku, 1))
    for _ in range(2):
        assert processing.shop.post_order(body, "key").status == 202
    processing.relay()

    assert values_of(telemetry.metrics(), "OrdersPlaced") == [1]


def test_an_event_is_counted_when_it_is_published(
    processing: OrderProcessing, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        def publish_batch(self, **_: Any) -> dict[str, Any]:
            return {"Failed": [{"Code": "Throttled"}]}

    processing.place()
    with monkeypatch.context() as patch:
        patch.setattr(publisher, "_sns", Refusing)
        with pytest.raises(NotAccepted):
            processing.relay()
    assert telemetry.metrics() == []

    processing.relay()
    assert values_of(telemetry.metrics(), "OrdersPlaced") == [1]


def test_the_time_to_confirm_is_measured_once(processing: OrderProcessing, telemetry: Telemetry) -> None:
    saga_input = processing.shop.saga_input(processing.place())
    for _ in range(2):
        invoke_handler("ConfirmOrder", saga_input)

    (seconds,) = values_of(telemetry.metrics(), "TimeToConfirm")
    assert 0 <= seconds < 60


def test_an_order_that_waited_for_an_operator_has_no_time_to_confirm(shop: ShopOnMoto, telemetry: Telemetry) -> None:
    order = Situation("reviewed", unit_price=REVIEW_THRESHOLD).place(shop)
    run_saga(order.input())
    answer = {"order_id": order.order_id, "kind": "review", "sequence": 2, "decision": "approve"}
    assert invoke_handler("AnswerReview", answer)["outcome"] == "PLACED"
    run_saga(order.input())

    assert order.end().status == "CONFIRMED"
    assert values_of(telemetry.metrics(), "TimeToConfirm") == []


def test_an_order_that_needed_attention_has_no_time_to_confirm(
    processing: OrderProcessing, telemetry: Telemetry
) -> None:
    saga_input = processing.shop.saga_input(processing.place())
    order = {"order_id": saga_input["order_id"]}
    invoke_handler("RequestAttention", order | {"failed_steps": ["ReserveStock"]})
    invoke_handler("RequestRetry", order | {"sequence": 2})

    assert invoke_handler("ConfirmOrder", saga_input)["outcome"] == "CONFIRMED"
    assert values_of(telemetry.metrics(), "TimeToConfirm") == []


def test_lags_are_measured_for_each_event(processing: OrderProcessing, telemetry: Telemetry) -> None:
    processing.place()
    events = processing.relay()
    processing.consume("project_events", *events)

    metrics = telemetry.metrics()
    for name in ("ArchiveLag", "ProjectionLag"):
        assert len(values_of(metrics, name)) == len(events)
        assert all(0 <= seconds < 60 for seconds in values_of(metrics, name))


def test_the_metrics_of_a_batch_are_one_line(processing: OrderProcessing, telemetry: Telemetry) -> None:
    for _ in range(2):
        processing.place()
    events = processing.relay()

    (line,) = telemetry.metrics()
    assert line["OrdersPlaced"] == [1, 1]
    assert len(line["ArchiveLag"]) == 2

    processing.consume("project_events", *events)
    (line,) = telemetry.metrics()
    assert len(line["ProjectionLag"]) == 2


def test_a_line_has_at_most_a_hundred_values_of_a_metric(telemetry: Telemetry) -> None:
    """CloudWatch accepts no more."""
    with metrics_of_batch():
        for _ in range(150):
            count("OrdersPlaced")

    assert [len(line["OrdersPlaced"]) for line in telemetry.metrics()] == [100, 50]


def test_a_clock_that_is_ahead_causes_no_negative_lag(processing: OrderProcessing, telemetry: Telemetry) -> None:
    processing.place()
    ahead = [event.model_copy(update={"time": "2999-01-01T00:00:00.000000Z"}) for event in processing.relay()]
    telemetry.metrics()
    processing.consume("project_events", *ahead)

    assert values_of(telemetry.metrics(), "ProjectionLag") == [0]
