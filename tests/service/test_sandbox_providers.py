"""The sandbox providers: what the bank's page and the carrier's controls change, and how the webhooks are delivered."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request
from uuid import uuid4

import pytest

import deliver_webhooks
import webhook_queue
from carrier import Address, carrier
from gateway import DECLINED_AT_BANK, Authorized, Declined, Pending, gateway
from kernel.money import Money
from tests.support.problem_document import assert_problem
from tests.support.queues_on_moto import QueuesOnMoto
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import ADDRESS, Response, ShopOnMoto, sqs_record
from tests.support.webhooks import SECRETS, WebhookSender

AMOUNT = Money(amount=1500, currency="EUR")
ASKS_THE_BANK = "pm_requires_action"


@pytest.fixture
def queues(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> QueuesOnMoto:
    queues = QueuesOnMoto(monkeypatch.setenv)
    for variable, queue in {
        "SANDBOX_DELIVERIES_QUEUE_URL": "SandboxDeliveriesQueue",
        "PAYMENT_WEBHOOKS_QUEUE_URL": "PaymentWebhooksQueue",
        "CARRIER_WEBHOOKS_QUEUE_URL": "CarrierWebhooksQueue",
        "DEAD_LETTER_QUEUE_URL": "SandboxDeliveriesDeadLetterQueue",
    }.items():
        monkeypatch.setenv(variable, queues.urls[queue])
    monkeypatch.setattr(webhook_queue, "MAX_DELAY_SECONDS", 0)
    return queues


@pytest.fixture
def order_id(shop: ShopOnMoto, queues: QueuesOnMoto) -> str:
    """Give an order in the views, whose payment no provider knows yet."""
    order_id = shop.place((shop.product(), 1), payment_method=ASKS_THE_BANK)
    shop.deliver()
    return order_id


def decide(shop: ShopOnMoto, order_id: str, decision: str = "approve", **options: Any) -> Response:
    return shop.call("POST", f"/sandbox/payments/{order_id}", {"decision": decision}, **options)


def move(shop: ShopOnMoto, order_id: str, status: str = "dispatched", **options: Any) -> Response:
    return shop.call("POST", f"/sandbox/shipments/{order_id}", {"status": status}, **options)


def wait_at_bank(order_id: str) -> None:
    assert gateway().authorize(order_id, AMOUNT, ASKS_THE_BANK) == Pending(f"/sandbox/bank/{order_id}")


def book(order_id: str) -> None:
    carrier().book(order_id, Address(**ADDRESS))


def test_a_payment_waits_until_the_customer_approves_it(shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str) -> None:
    wait_at_bank(order_id)
    wait_at_bank(order_id)
    assert shop.money_at_gateway(order_id) == ("PENDING", 1500)

    response = decide(shop, order_id)

    assert (response.status, response.document) == (202, {"order_id": order_id, "status": "HELD"})
    assert shop.money_at_gateway(order_id) == ("HELD", 1500)
    assert gateway().authorize(order_id, AMOUNT, ASKS_THE_BANK) == Authorized(f"auth-{order_id}")
    gateway().capture(order_id, AMOUNT, ASKS_THE_BANK)
    assert gateway().authorize(order_id, AMOUNT, ASKS_THE_BANK) == Authorized(f"auth-{order_id}")


def test_a_payment_that_the_customer_declines_stays_declined(
    shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str
) -> None:
    wait_at_bank(order_id)

    assert decide(shop, order_id, "decline").document["status"] == "DECLINED"

    assert gateway().authorize(order_id, AMOUNT, ASKS_THE_BANK) == Declined(DECLINED_AT_BANK)
    assert_problem(decide(shop, order_id, "approve"), 409)


def test_a_voided_payment_accepts_no_approval(shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str) -> None:
    wait_at_bank(order_id)
    gateway().void(order_id, ASKS_THE_BANK)

    assert gateway().authorize(order_id, AMOUNT, ASKS_THE_BANK) == Declined("VOIDED")
    assert_problem(decide(shop, order_id), 409)
    assert queues.messages("SandboxDeliveriesQueue") == []


def test_a_payment_that_does_not_wait_accepts_no_decision(
    shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str
) -> None:
    assert_problem(decide(shop, order_id), 409)
    gateway().authorize(order_id, AMOUNT, "pm_card_visa")
    assert_problem(decide(shop, order_id), 409)


@pytest.mark.parametrize(
    ("decision", "kind"),
    [("approve", "payment.authorized"), ("decline", "payment.failed")],
)
def test_a_decision_sends_the_webhook_twice(
    shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str, decision: str, kind: str
) -> None:
    wait_at_bank(order_id)

    decide(shop, order_id, decision)

    first, second = map(json.loads, queues.take("SandboxDeliveriesQueue"))
    assert first == second
    body = json.loads(first["body"])
    assert (first["provider"], body["type"]) == ("payments", kind)
    # The gateway answers the same, if the saga asks it before the webhook arrives.
    answer = gateway().authorize(order_id, AMOUNT, ASKS_THE_BANK)
    assert body["data"] == {"order_id": order_id, "amount": 1500, "currency": "EUR"} | asdict(answer)
    # A request whose response was lost can be sent again. The inbox recognizes the webhook by its id.
    assert decide(shop, order_id, decision).status == 202
    assert {json.loads(each)["webhook_id"] for each in queues.take("SandboxDeliveriesQueue")} == {first["webhook_id"]}


@pytest.mark.parametrize("status", ["dispatched", "delivered", "lost"])
def test_a_movement_sends_the_webhook_twice(shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str, status: str) -> None:
    book(order_id)

    response = move(shop, order_id, status)

    tracking_number = f"SANDBOX-{order_id[:8].upper()}"
    assert response.status == 202
    assert response.document == {"order_id": order_id, "tracking_number": tracking_number, "status": status}
    first, second = map(json.loads, queues.take("SandboxDeliveriesQueue"))
    assert first == second
    body = json.loads(first["body"])
    assert (first["provider"], body["type"]) == ("carrier", f"shipment.{status}")
    assert body["data"] == {"order_id": order_id, "tracking_number": tracking_number}


def test_each_movement_is_a_webhook_of_its_own(shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str) -> None:
    book(order_id)
    for status in ("dispatched", "delivered"):
        move(shop, order_id, status)

    assert len({json.loads(each)["webhook_id"] for each in queues.take("SandboxDeliveriesQueue")}) == 2


def test_without_a_booking_no_parcel_moves(shop: ShopOnMoto, queues: QueuesOnMoto, order_id: str) -> None:
    assert_problem(move(shop, order_id), 409)
    book(order_id)
    carrier().cancel(order_id)
    assert_problem(move(shop, order_id), 409)
    assert queues.messages("SandboxDeliveriesQueue") == []


@pytest.mark.parametrize("request_of", [decide, move])
def test_only_the_customer_and_operators_may_use_the_sandbox(shop: ShopOnMoto, order_id: str, request_of: Any) -> None:
    wait_at_bank(order_id)
    book(order_id)

    for unknown in (str(uuid4()), "x", "x" * 9000):
        assert_problem(request_of(shop, unknown), 404)
    assert_problem(request_of(shop, order_id, claims={"sub": str(uuid4()), "token_use": "id"}), 404)
    assert request_of(shop, order_id).status == 202
    assert request_of(shop, order_id, claims=shop.operator()).status == 202


@pytest.mark.parametrize("body", [{}, {"decision": "steal"}, {"decision": "approve", "amount": 1}])
def test_an_invalid_decision_is_a_422(shop: ShopOnMoto, order_id: str, body: dict[str, Any]) -> None:
    assert shop.call("POST", f"/sandbox/payments/{order_id}", body).status == 422


def test_a_stack_without_sandbox_providers_has_no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBOX_TABLE_NAME", raising=False)

    for provider in (gateway, carrier):
        with pytest.raises(RuntimeError, match=r"docs/how-to/use-a-real-provider\.md"):
            provider()


class Api:
    """Stands for the API: sends each request to the real handler, as API Gateway does."""

    def __init__(self, shop: ShopOnMoto) -> None:
        self.shop = shop
        self.statuses: list[int] = []

    def __call__(self, request: Request, timeout: float) -> "Api":
        assert timeout < 25
        assert request.full_url.startswith("https://api.example/api/")
        assert isinstance(request.data, bytes)
        path = request.full_url.removeprefix("https://api.example/api")
        response = self.shop.call(
            "POST", path, headers=dict(request.header_items()), claims={}, changes={"body": request.data.decode()}
        )
        self.statuses.append(response.status)
        if response.status >= 400:
            raise HTTPError(request.full_url, response.status, "refused", {}, None)  # type: ignore[arg-type]
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def api(shop: ShopOnMoto, queues: QueuesOnMoto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    api = Api(shop)
    monkeypatch.setattr(deliver_webhooks, "urlopen", api)
    monkeypatch.setenv("API_URL", "https://api.example/api")
    return api


def deliver(queues: QueuesOnMoto) -> list[dict[str, Any]]:
    """Deliver the queued webhooks, and return the responses of the consumer."""
    return [
        deliver_webhooks.handler({"Records": [sqs_record(json.loads(body))]}, lambda_context())
        for body in queues.take("SandboxDeliveriesQueue")
    ]


def test_delivered_webhooks_are_authentic_and_queued_once(
    shop: ShopOnMoto, queues: QueuesOnMoto, api: Api, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookSender(shop, monkeypatch.setenv)
    wait_at_bank(order_id)
    book(order_id)
    decide(shop, order_id)
    move(shop, order_id)

    assert deliver(queues) == [{"batchItemFailures": []}] * 4

    assert api.statuses == [202] * 4
    assert [len(queues.bodies(queue)) for queue in ("PaymentWebhooksQueue", "CarrierWebhooksQueue")] == [1, 1]


def test_the_first_of_two_secrets_signs(
    shop: ShopOnMoto, queues: QueuesOnMoto, api: Api, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = WebhookSender(shop, monkeypatch.setenv)
    sender.store_secrets(payments=[SECRETS["payments"][0], "whsec_b2xk"])
    wait_at_bank(order_id)
    decide(shop, order_id)

    assert deliver(queues) == [{"batchItemFailures": []}] * 2
    assert api.statuses == [202, 202]


def test_a_refused_delivery_is_retried(
    shop: ShopOnMoto, queues: QueuesOnMoto, api: Api, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    WebhookSender(shop, monkeypatch.setenv)
    wait_at_bank(order_id)
    decide(shop, order_id)
    monkeypatch.setattr(deliver_webhooks, "webhook_secrets", lambda: {"payments": ["whsec_b3RoZXI="]})

    failed = [each["batchItemFailures"] for each in deliver(queues)]

    assert [len(each) for each in failed] == [1, 1]
    assert api.statuses == [401, 401]
    assert shop.items("WebhookInbox") == []
