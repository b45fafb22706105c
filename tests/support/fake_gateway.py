"""A payment provider in memory, whose customers confirm payments at their bank, and its webhooks."""

from typing import Any
from uuid import uuid4

import pytest

import authorize_payment
import capture_payment
import payment_webhooks
import void_payment
from gateway import Authorized, Declined, GatewayUnavailable, Pending
from kernel.money import Money
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import sqs_record

REQUIRES_ACTION = "pm_requires_action"
Webhook = dict[str, Any]


class FakeGateway:
    """The provider. `statuses` holds what became of each order: PENDING, HELD, DECLINED, VOIDED or CAPTURED."""

    def __init__(self) -> None:
        self.statuses: dict[str, str] = {}
        self.amounts: dict[str, Money] = {}
        self.is_down = False

    def authorize(self, order_id: str, amount: Money, _payment_method: str) -> Authorized | Declined | Pending:
        self._answer()
        self.amounts[order_id] = amount
        match self.statuses.setdefault(order_id, "PENDING"):
            case "PENDING":
                return Pending(f"https://bank.example/{order_id}")
            case "HELD" | "CAPTURED":
                return Authorized(f"auth-{order_id}")
            case status:
                return Declined(status)

    def capture(self, order_id: str, _amount: Money, _payment_method: str) -> None:
        self._answer()
        assert self.statuses[order_id] in ("HELD", "CAPTURED")
        self.statuses[order_id] = "CAPTURED"

    def void(self, order_id: str, _payment_method: str) -> None:
        self._answer()
        assert self.statuses.get(order_id) != "CAPTURED"
        self.statuses[order_id] = "VOIDED"

    def approve(self, order_id: str) -> Webhook:
        """The customer approves a pending payment at the bank. Return the webhook about it."""
        assert self.statuses[order_id] == "PENDING"
        self.statuses[order_id] = "HELD"
        return self.webhook(order_id, "payment.authorized", authorization_id=f"auth-{order_id}")

    def decline(self, order_id: str) -> Webhook:
        """The customer declines a pending payment at the bank. Return the webhook about it."""
        assert self.statuses[order_id] == "PENDING"
        self.statuses[order_id] = "DECLINED"
        return self.webhook(order_id, "payment.failed")

    def webhook(self, order_id: str, kind: str, **data: Any) -> Webhook:
        """Return a webhook about the payment of an order. `data` replaces members of its data."""
        amount = self.amounts.get(order_id, Money(amount=1500, currency="EUR"))
        return {
            "webhook_id": f"msg_{uuid4().hex}",
            "type": kind,
            "timestamp": "2026-11-20T15:40:00Z",
            "data": {"order_id": order_id, "amount": amount.amount, "currency": amount.currency, **data},
        }

    def _answer(self) -> None:
        if self.is_down:
            raise GatewayUnavailable("the payment provider does not answer")


def use_fake_gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """Let the payments service call a fake provider."""
    fake = FakeGateway()
    for module in (authorize_payment, capture_payment, void_payment):
        monkeypatch.setattr(module, "gateway", lambda: fake)
    return fake


def deliver_webhook(webhook: Webhook, receives: int = 1) -> bool:
    """Deliver a webhook from the queue of the payments service. Return whether the queue must deliver it again."""
    record = sqs_record(webhook)
    record["attributes"]["ApproximateReceiveCount"] = str(receives)
    response = payment_webhooks.handler({"Records": [record]}, lambda_context("payment_webhooks"))
    return bool(response["batchItemFailures"])
