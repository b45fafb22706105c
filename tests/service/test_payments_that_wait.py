"""Payments that the customer confirms at their bank, with webhooks that are early, late, repeated, wrong or lost."""

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

import authorize_payment
import order_store
import permits
import sweep_orders
from kernel.cloud_event import CloudEvent
from kernel.timestamps import timestamp
from tests.support.fake_gateway import REQUIRES_ACTION, FakeGateway, deliver_webhook, use_fake_gateway
from tests.support.fake_step_functions import FakeStepFunctions, use_fake_step_functions
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.saga_run import REVIEW_THRESHOLD, invoke_handler, lambda_context, run_saga
from tests.support.shop_on_moto import ShopOnMoto
from tests.support.telemetry import Telemetry, telemetry_of, values_of

STOCK = 5
TIMEOUT = timedelta(seconds=900)


@pytest.fixture
def bank(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    return use_fake_gateway(monkeypatch)


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    monkeypatch.setenv("QUIET_SECONDS", "300")
    return use_fake_step_functions(monkeypatch)


@pytest.fixture
def telemetry(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Telemetry:
    return telemetry_of(monkeypatch, capsys)


@pytest.fixture
def sku(shop: ShopOnMoto) -> str:
    return shop.product(stock=STOCK, unit_price=1500)


@pytest.fixture
def order_id(shop: ShopOnMoto, bank: FakeGateway, sku: str) -> str:
    """Give an order that awaits its payment."""
    return awaiting(shop, sku)


def awaiting(shop: ShopOnMoto, sku: str) -> str:
    order_id = shop.place((sku, 2), payment_method=REQUIRES_ACTION)
    assert shop.fulfil(order_id)[-1] == "WaitsForPayment"
    return order_id


def payment_events(shop: ShopOnMoto, order_id: str) -> list[CloudEvent]:
    events = [event for event in shop.events() if (event.source, event.subject) == ("payments", order_id)]
    return sorted(events, key=lambda event: event.sequence)


def payment_types(shop: ShopOnMoto, order_id: str) -> list[str]:
    return [event.type for event in payment_events(shop, order_id)]


def end(shop: ShopOnMoto, order_id: str) -> tuple[str, str | None]:
    """Return the status and the reason of a settled order."""
    order = order_store.load(order_id).order
    assert order.settled
    return order.status, order.reason


def wait(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    """Move the clocks of the payments service and of the sweeper."""
    later = datetime.now(UTC) + span

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # noqa: ARG003
            return later

    monkeypatch.setattr(authorize_payment, "now", lambda: timestamp(later))
    monkeypatch.setattr(sweep_orders, "datetime", Later)


def sweep() -> dict[str, int]:
    return dict(sweep_orders.handler({}, lambda_context("sweep_orders")))


def test_the_order_waits_and_shows_where_to_confirm_the_payment(shop: ShopOnMoto, order_id: str, sku: str) -> None:
    seen = shop.order(order_id)

    assert seen["status"] == "AWAITING_PAYMENT"
    assert seen["payment"] == {
        "status": "ACTION_REQUIRED",
        "payment_method": REQUIRES_ACTION,
        "action_url": f"https://bank.example/{order_id}",
    }
    assert shop.available(sku) == STOCK - 2
    assert not shop.is_settled(order_id)


def test_an_authorization_starts_a_run_that_confirms_the_order(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str, step_functions: FakeStepFunctions
) -> None:
    assert not deliver_webhook(bank.approve(order_id))
    authorized = payment_events(shop, order_id)[-1]
    assert (authorized.type, authorized.data["decided_by"]) == ("PaymentAuthorized", "webhook")
    assert authorized.data["authorization_id"] == f"auth-{order_id}"

    shop.start_fulfilment(authorized)
    ((name, saga_input),) = step_functions.runs.items()
    run_saga(saga_input)

    assert name == f"{order_id}-payments-2"
    assert end(shop, order_id) == ("CONFIRMED", None)
    assert bank.statuses[order_id] == "CAPTURED"
    assert shop.order(order_id)["payment"] == {"status": "CAPTURED", "payment_method": REQUIRES_ACTION}


def test_a_payment_that_fails_rejects_the_order(shop: ShopOnMoto, bank: FakeGateway, order_id: str, sku: str) -> None:
    assert not deliver_webhook(bank.decline(order_id))
    declined = payment_events(shop, order_id)[-1]
    assert (declined.type, declined.data["decided_by"]) == ("PaymentDeclined", "webhook")

    shop.fulfil(order_id)

    assert end(shop, order_id) == ("REJECTED", "PAYMENT_DECLINED")
    assert shop.available(sku) == STOCK
    assert shop.order(order_id)["payment"]["status"] == "DECLINED"


def test_the_providers_reason_is_kept(shop: ShopOnMoto, bank: FakeGateway, order_id: str) -> None:
    deliver_webhook(bank.webhook(order_id, "payment.failed", reason="INSUFFICIENT_FUNDS"))

    assert payment_events(shop, order_id)[-1].data["reason"] == "INSUFFICIENT_FUNDS"


def test_a_run_without_a_webhook_records_an_answer_that_starts_no_other_run(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str
) -> None:
    bank.approve(order_id)

    shop.fulfil(order_id)

    assert end(shop, order_id) == ("CONFIRMED", None)
    assert all("decided_by" not in event.data for event in payment_events(shop, order_id))


def test_three_deliveries_are_one_authorization(shop: ShopOnMoto, bank: FakeGateway, order_id: str) -> None:
    webhook = bank.approve(order_id)

    assert [deliver_webhook(webhook) for _ in range(3)] == [False] * 3
    shop.fulfil(order_id)
    assert not deliver_webhook(webhook)

    assert payment_types(shop, order_id) == ["PaymentActionRequired", "PaymentAuthorized", "PaymentCaptured"]
    assert bank.statuses[order_id] == "CAPTURED"


def test_the_first_result_counts(shop: ShopOnMoto, bank: FakeGateway, order_id: str) -> None:
    deliver_webhook(bank.approve(order_id))
    deliver_webhook(bank.webhook(order_id, "payment.failed"))

    shop.fulfil(order_id)

    assert end(shop, order_id) == ("CONFIRMED", None)


def test_an_authorization_after_a_decline_is_voided(shop: ShopOnMoto, bank: FakeGateway, order_id: str) -> None:
    deliver_webhook(bank.webhook(order_id, "payment.failed"))
    deliver_webhook(bank.approve(order_id))

    assert bank.statuses[order_id] == "VOIDED"
    assert payment_types(shop, order_id) == ["PaymentActionRequired", "PaymentDeclined"]


def test_an_early_webhook_is_delivered_again_until_the_payment_is_pending(
    shop: ShopOnMoto, bank: FakeGateway, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = shop.place((sku, 2), payment_method=REQUIRES_ACTION)
    early = bank.webhook(order_id, "payment.authorized", amount=3000)
    assert deliver_webhook(early), "no payment"
    with monkeypatch.context() as patch:
        patch.setattr(bank, "authorize", lambda *_: 1 / 0)
        shop.fulfil(order_id)
    assert deliver_webhook(early), "the intent is stored, and the provider's answer is lost"

    assert shop.fulfil(order_id)[-1] == "WaitsForPayment"
    assert not deliver_webhook(early)

    assert payment_types(shop, order_id) == ["PaymentActionRequired", "PaymentAuthorized"]


def test_a_webhook_about_an_unknown_order_becomes_a_dead_letter(
    bank: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = QueuesOnMoto(monkeypatch.setenv)
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", queues.urls["NotificationsDeadLetterQueue"])
    webhook = bank.webhook("01ca0000-0000-4000-8000-000000000001", "payment.authorized")

    assert deliver_webhook(webhook, receives=4)
    assert not deliver_webhook(webhook, receives=5)

    (letter,) = queues.messages("NotificationsDeadLetterQueue")
    assert json.loads(letter["Body"]) == webhook
    assert "PaymentNotPending" in letter["MessageAttributes"]["cause"]["StringValue"]


@pytest.mark.parametrize("changed", [{"amount": 1}, {"amount": 3001}, {"currency": "USD"}, {"currency": "eur"}])
@pytest.mark.parametrize("kind", ["payment.authorized", "payment.failed"])
def test_a_webhook_with_another_amount_changes_nothing_and_raises_an_alarm(
    shop: ShopOnMoto,
    bank: FakeGateway,
    order_id: str,
    telemetry: Telemetry,
    kind: str,
    changed: dict[str, Any],
) -> None:
    assert not deliver_webhook(bank.webhook(order_id, kind, **changed))

    assert values_of(telemetry.metrics(), "WebhookAmountMismatch") == [1]
    assert [(line["level"], line["correlation_id"]) for line in telemetry.lines()] == [("ERROR", order_id)]
    assert payment_types(shop, order_id) == ["PaymentActionRequired"]
    assert shop.order(order_id)["status"] == "AWAITING_PAYMENT"

    deliver_webhook(bank.approve(order_id))
    shop.fulfil(order_id)
    assert end(shop, order_id) == ("CONFIRMED", None)


def test_a_customer_can_cancel_while_the_payment_is_pending(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str, sku: str
) -> None:
    assert shop.call("POST", f"/orders/{order_id}/cancellation").status == 202
    shop.fulfil(order_id)

    assert end(shop, order_id) == ("CANCELLED", None)
    assert bank.statuses[order_id] == "VOIDED"
    assert shop.available(sku) == STOCK
    assert payment_types(shop, order_id) == ["PaymentActionRequired", "PaymentVoided"]


@pytest.mark.parametrize("compensated", [True, False], ids=["after the void", "before the void"])
def test_an_authorization_after_a_cancellation_is_voided(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str, sku: str, *, compensated: bool
) -> None:
    shop.call("POST", f"/orders/{order_id}/cancellation")
    late = bank.approve(order_id)
    if compensated:
        shop.fulfil(order_id)
        bank.statuses[order_id] = "HELD"  # the provider held the amount just after the void

    assert not deliver_webhook(late)
    shop.fulfil(order_id)

    assert end(shop, order_id) == ("CANCELLED", None)
    assert bank.statuses[order_id] == "VOIDED"
    assert shop.available(sku) == STOCK


def test_a_void_that_the_provider_does_not_answer_is_delivered_again(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str
) -> None:
    late = bank.approve(order_id)
    shop.call("POST", f"/orders/{order_id}/cancellation")
    shop.fulfil(order_id)
    bank.is_down = True

    assert deliver_webhook(late)
    bank.is_down = False
    assert not deliver_webhook(late)


def test_an_order_whose_time_is_over_expires(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, TIMEOUT)

    shop.fulfil(order_id)

    assert end(shop, order_id) == ("REJECTED", "PAYMENT_EXPIRED")
    assert bank.statuses[order_id] == "VOIDED"
    assert shop.available(sku) == STOCK
    assert not deliver_webhook(bank.webhook(order_id, "payment.authorized"))
    assert (end(shop, order_id)[0], bank.statuses[order_id]) == ("REJECTED", "VOIDED")


@pytest.mark.parametrize(
    ("answer", "status"),
    [(FakeGateway.approve, "CONFIRMED"), (FakeGateway.decline, "REJECTED")],
    ids=["approved", "declined"],
)
def test_the_provider_is_asked_before_an_order_expires(
    shop: ShopOnMoto,
    bank: FakeGateway,
    order_id: str,
    monkeypatch: pytest.MonkeyPatch,
    answer: Any,
    status: str,
) -> None:
    lost = answer(bank, order_id)
    wait(monkeypatch, TIMEOUT)

    shop.fulfil(order_id)
    deliver_webhook(lost)

    assert end(shop, order_id) == (status, "PAYMENT_DECLINED" if status == "REJECTED" else None)


def test_a_payment_that_is_confirmed_in_time_does_not_expire_while_the_provider_is_asked(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = bank.authorize

    def ask_just_before_the_timeout(*arguments: Any) -> Any:
        answer = ask(*arguments)
        bank.approve(order_id)
        wait(monkeypatch, TIMEOUT)
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(bank, "authorize", ask_just_before_the_timeout)
        assert shop.fulfil(order_id)[-1] == "WaitsForPayment"

    assert not deliver_webhook(bank.webhook(order_id, "payment.authorized"))
    shop.fulfil(order_id)
    assert end(shop, order_id) == ("CONFIRMED", None)


def test_the_sweeper_runs_the_order_only_after_the_timeout(
    shop: ShopOnMoto, order_id: str, step_functions: FakeStepFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, TIMEOUT / 2)
    assert [sweep(), sweep()] == [{"left_alone": 1}, {}], "one write postpones it"
    wait(monkeypatch, TIMEOUT - timedelta(seconds=5))
    assert sweep() == {}

    wait(monkeypatch, TIMEOUT)
    assert sweep() == {"run_again": 1}

    (saga_input,) = step_functions.runs.values()
    run_saga(saga_input)
    assert end(shop, order_id) == ("REJECTED", "PAYMENT_EXPIRED")


@pytest.mark.usefixtures("step_functions")
def test_the_sweeper_runs_the_order_after_a_timeout_that_is_shorter_than_its_quiet_period(
    shop: ShopOnMoto, bank: FakeGateway, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYMENT_TIMEOUT_SECONDS", "60")
    awaiting(shop, sku)

    wait(monkeypatch, timedelta(seconds=200))
    assert sweep() == {}
    wait(monkeypatch, timedelta(seconds=302))
    assert sweep() == {"run_again": 1}


def test_an_order_is_rejected_if_too_many_orders_of_its_customer_await_their_payment(
    shop: ShopOnMoto, bank: FakeGateway, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    first = awaiting(shop, sku)
    second = shop.place((sku, 2), payment_method=REQUIRES_ACTION)

    shop.fulfil(second)

    assert end(shop, second) == ("REJECTED", "TOO_MANY_WAITING")
    assert bank.statuses == {first: "PENDING", second: "VOIDED"}
    assert shop.available(sku) == STOCK - 2


@pytest.mark.parametrize("decide", ["approve", "decline", "cancel"])
def test_a_decided_order_no_longer_counts_as_waiting(
    shop: ShopOnMoto, bank: FakeGateway, sku: str, monkeypatch: pytest.MonkeyPatch, decide: str
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    first = awaiting(shop, sku)
    if decide == "cancel":
        shop.call("POST", f"/orders/{first}/cancellation")
    else:
        deliver_webhook(getattr(bank, decide)(first))
    shop.fulfil(first)

    awaiting(shop, sku)


def test_a_cancellation_during_the_step_releases_its_permit(
    shop: ShopOnMoto, bank: FakeGateway, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    first = shop.place((sku, 2), payment_method=REQUIRES_ACTION)
    append = order_store.append_event

    def overtaken(order_id: str, choose_event: Any) -> Any:
        monkeypatch.setattr(order_store, "append_event", append)
        shop.call("POST", f"/orders/{order_id}/cancellation")
        shop.fulfil(order_id)
        return append(order_id, choose_event)

    with monkeypatch.context() as patch:
        patch.setattr(order_store, "append_event", overtaken)
        assert invoke_handler("AwaitPayment", shop.saga_input(first)) == {"outcome": "CANCELLED"}

    awaiting(shop, sku)


def test_an_order_that_needs_attention_instead_holds_no_permit_to_wait(
    shop: ShopOnMoto, bank: FakeGateway, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_WAITING_ORDERS", "1")
    order_id = shop.place((sku, 2), payment_method=REQUIRES_ACTION)
    invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["AuthorizePayment"]})
    assert invoke_handler("AwaitPayment", {"order_id": order_id}) == {"outcome": "AWAITING"}

    awaiting(shop, sku)


def test_the_run_that_ends_releases_its_permit(
    shop: ShopOnMoto, bank: FakeGateway, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_RUNNING_SAGAS", "1")
    order_id = shop.place((sku, 2), payment_method=REQUIRES_ACTION)
    permits.running_sagas().acquire(order_id)

    shop.fulfil(order_id)

    assert permits.running_sagas().acquire("another order")


def test_a_large_order_is_reviewed_after_its_payment_is_authorized(shop: ShopOnMoto, bank: FakeGateway) -> None:
    order_id = awaiting(shop, shop.product(unit_price=REVIEW_THRESHOLD))

    deliver_webhook(bank.approve(order_id))

    assert shop.fulfil(order_id)[-1] == "WaitsForReview"
    assert shop.order(order_id)["status"] == "IN_REVIEW"


def test_a_webhook_that_overtakes_the_step_does_not_stop_the_order(
    shop: ShopOnMoto, bank: FakeGateway, sku: str
) -> None:
    order_id = shop.place((sku, 2), payment_method=REQUIRES_ACTION)
    for step in ("ReserveStock", "AuthorizePayment"):
        invoke_handler(step, shop.saga_input(order_id))
    deliver_webhook(bank.approve(order_id))
    shop.fulfil(order_id)

    assert invoke_handler("AwaitPayment", {"order_id": order_id}) == {"outcome": "CONFIRMED"}
    assert end(shop, order_id) == ("CONFIRMED", None)


def test_a_retry_after_attention_awaits_the_payment_again(shop: ShopOnMoto, bank: FakeGateway, order_id: str) -> None:
    invoke_handler("RequestAttention", {"order_id": order_id, "failed_steps": ["Sweep"]})
    assert shop.fulfil(order_id)[-1] == "WaitsForPayment"
    assert shop.order(order_id)["status"] == "NEEDS_ATTENTION"
    sequence = order_store.load(order_id).order.attention
    invoke_handler("RequestRetry", {"order_id": order_id, "sequence": sequence})

    shop.fulfil(order_id)

    assert shop.order(order_id)["status"] == "AWAITING_PAYMENT"


@pytest.mark.parametrize("sequence", list(permutations(["approve", "cancel", "run"])), ids=str)
def test_every_sequence_ends_with_one_decision_and_no_stray_hold(
    shop: ShopOnMoto, bank: FakeGateway, order_id: str, sku: str, sequence: tuple[str, ...]
) -> None:
    approved = bank.approve(order_id)
    for each in sequence:
        if each == "approve":
            deliver_webhook(approved)
        elif each == "cancel":
            shop.call("POST", f"/orders/{order_id}/cancellation")
        else:
            shop.fulfil(order_id)
    shop.fulfil(order_id)

    confirmed = end(shop, order_id)[0] == "CONFIRMED"
    assert bank.statuses[order_id] == ("CAPTURED" if confirmed else "VOIDED")
    assert shop.available(sku) == (STOCK - 2 if confirmed else STOCK)
