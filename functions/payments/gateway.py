"""The payment provider: the protocol that the service uses, and the sandbox implementation of this application.

To go live, write a `PaymentGateway` for your provider and return it from `gateway`.
"""

import os
from dataclasses import dataclass
from typing import Any, Protocol

from kernel import planned_fault
from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.money import Money
from kernel.saga_step import ProviderUnavailable
from kernel.settings import setting
from sandbox_cards import SANDBOX_CARDS

# The decline reason for a payment method that the provider does not know. The customer must choose another method.
UNKNOWN_PAYMENT_METHOD = "UNKNOWN_PAYMENT_METHOD"
# The decline reason if the customer refused the payment at the bank.
DECLINED_AT_BANK = "DECLINED_AT_BANK"


class GatewayUnavailable(ProviderUnavailable):
    """The payment provider did not answer."""

    reason = "PAYMENT_UNAVAILABLE"


@dataclass(frozen=True)
class Authorized:
    authorization_id: str


@dataclass(frozen=True)
class Declined:
    reason: str


@dataclass(frozen=True)
class Pending:
    """The customer must confirm the payment with their bank, at `action_url`. A webhook reports the result."""

    action_url: str


class PaymentGateway(Protocol):
    """A payment provider. Every call can raise GatewayUnavailable, and uses the order id as idempotency key.

    A refund uses the id of its return instead, because an order can have several refunds.
    """

    def authorize(self, order_id: str, amount: Money, payment_method: str) -> Authorized | Declined | Pending:
        """Hold `amount` on the card, unless the payment of the order was voided before.

        A repeated call returns the present state of the payment, so the step can ask what became of a pending one.
        """

    def capture(self, order_id: str, amount: Money, payment_method: str) -> None:
        """Take the held amount."""

    def has_captured(self, order_id: str) -> bool:
        """Return whether the held amount was taken. An earlier call may have succeeded without an answer."""

    def void(self, order_id: str, payment_method: str) -> None:
        """Release the held amount, and decline all later authorizations of this order."""

    def refund(self, order_id: str, return_id: str, amount: Money, payment_method: str) -> None:
        """Pay back a part of the captured amount."""

    def has_refunded(self, order_id: str, return_id: str) -> bool:
        """Return whether the refund was paid back. An earlier call may have succeeded without an answer."""


# Every status of a payment at the sandbox gateway.
STATUSES = ("PENDING", "HELD", "CAPTURED", "DECLINED", "VOIDED")


class SandboxGateway:
    """A simulated provider. The payment method determines the result, as with the test cards of real providers.

    sandbox_cards.py lists the test cards. The gateway declines every other payment method. It stores one item per order
    with the state of the payment, and the number of calls with a flaky card. If a payment waits
    for the customer, the sandbox service changes the status when the customer decides at the sandbox bank. The sandbox
    service also plans faults in this item (kernel/planned_fault.py), which every working card follows.
    """

    def authorize(self, order_id: str, amount: Money, payment_method: str) -> Authorized | Declined | Pending:
        if payment_method == "pm_gateway_down" or self._must_fail(order_id, payment_method, "pm_gateway_flaky"):
            raise GatewayUnavailable("the payment provider does not answer (authorize)")
        if payment_method == "pm_card_declined":
            return Declined("CARD_DECLINED")
        if payment_method not in SANDBOX_CARDS:
            return Declined(UNKNOWN_PAYMENT_METHOD)
        if payment_method == "pm_requires_action":
            return self._ask_bank(order_id, amount)
        status = self._store("authorize", order_id, "HELD", unless=STATUSES, amount=amount.amount)
        return self._ask_bank(order_id, amount) if status == "confirm" else _answer(order_id, status)

    def _ask_bank(self, order_id: str, amount: Money) -> Authorized | Declined | Pending:
        pending = {"amount": amount.amount, "currency": amount.currency}
        return _answer(order_id, self._store("ask_bank", order_id, "PENDING", unless=STATUSES, **pending))

    def capture(self, order_id: str, amount: Money, payment_method: str) -> None:
        if payment_method == "pm_capture_down" or self._must_fail(order_id, payment_method, "pm_capture_flaky"):
            raise GatewayUnavailable("the payment provider does not answer (capture)")
        self._store("capture", order_id, "CAPTURED", unless=("CAPTURED", "VOIDED"), amount=amount.amount)

    def has_captured(self, order_id: str) -> bool:
        return _stored(order_id).get("sandbox_status") == "CAPTURED"

    def void(self, order_id: str, payment_method: str) -> None:
        if payment_method == "pm_void_down":
            raise GatewayUnavailable("the payment provider does not answer (void)")
        self._store("void", order_id, "VOIDED", unless=("CAPTURED", "VOIDED"), amount=0)

    def refund(self, order_id: str, return_id: str, amount: Money, payment_method: str) -> None:
        if payment_method == "pm_refund_down" or self._must_fail(order_id, payment_method, "pm_refund_flaky"):
            raise GatewayUnavailable("the payment provider does not answer (refund)")
        self._call(
            "refund",
            order_id,
            "ADD refunded :amount, refunds :return_id",
            "attribute_not_exists(refunds) OR NOT contains(refunds, :id)",
            {":amount": amount.amount, ":return_id": {return_id}, ":id": return_id},
        )

    def has_refunded(self, order_id: str, return_id: str) -> bool:
        return return_id in _stored(order_id).get("refunds", ())

    def _must_fail(self, order_id: str, payment_method: str, flaky: str) -> bool:
        """Return whether this is one of the first two calls with the card `flaky`. Counts only calls with this card."""
        return payment_method == flaky and self._count(order_id, f"{flaky}_calls") <= 2

    def _count(self, order_id: str, counter: str) -> int:
        response = dynamodb().update_item(
            TableName=setting("SANDBOX_TABLE_NAME"),
            Key=_key(order_id),
            UpdateExpression="ADD #counter :one",
            ExpressionAttributeNames={"#counter": counter},
            ExpressionAttributeValues=to_item({":one": 1}),
            ReturnValues="UPDATED_NEW",
        )
        return int(from_item(response["Attributes"])[counter])

    def _store(self, operation: str, order_id: str, status: str, *, unless: tuple[str, ...], **values: Any) -> str:
        """Store `status` and `values`, unless the stored status is one of `unless`.

        Returns:
            The stored status, or the planned effect of the operation: `refuse` or `confirm`.

        Raises:
            GatewayUnavailable: The operation is planned to fail.
        """
        answer = self._call(
            operation,
            order_id,
            "SET sandbox_status = :status, " + ", ".join(f"{name} = :{name}" for name in values),
            "attribute_not_exists(sandbox_status) OR NOT sandbox_status IN ({})".format(
                ", ".join(f":unless{index}" for index in range(len(unless)))
            ),
            {":status": status}
            | {f":{name}": value for name, value in values.items()}
            | {f":unless{index}": each for index, each in enumerate(unless)},
        )
        return answer.planned or (status if answer.existing is None else str(answer.existing["sandbox_status"]))

    def _call(self, operation: str, order_id: str, *write: Any) -> planned_fault.Answer:
        answer = planned_fault.call(f"gateway#{order_id}", operation, *write)
        if answer.planned == "fail":
            raise GatewayUnavailable(f"the payment provider does not answer ({operation})")
        return answer


def _answer(order_id: str, status: str) -> Authorized | Declined | Pending:
    match status:
        case "refuse":
            return Declined("CARD_DECLINED")
        case "PENDING":
            return Pending(f"/sandbox/bank/{order_id}")
        case "DECLINED":
            return Declined(DECLINED_AT_BANK)
        case "VOIDED":
            return Declined("VOIDED")
        case _:
            return Authorized(f"auth-{order_id}")


def _stored(order_id: str) -> dict[str, Any]:
    response = dynamodb().get_item(TableName=setting("SANDBOX_TABLE_NAME"), Key=_key(order_id), ConsistentRead=True)
    return from_item(response.get("Item", {}))


def _key(order_id: str) -> dict[str, dict[str, str]]:
    return to_item({"record": f"gateway#{order_id}"})


def gateway() -> PaymentGateway:
    """Return the payment provider of this application.

    Raises:
        RuntimeError: The stack has no sandbox providers, and this function returns no real one.
    """
    if not os.environ.get("SANDBOX_TABLE_NAME"):
        raise RuntimeError("This stack has no payment provider: see docs/how-to/use-a-real-provider.md.")
    return SandboxGateway()
