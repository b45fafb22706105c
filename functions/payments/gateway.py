"""The payment provider: the protocol that the service speaks, and the sandbox that answers here.

To go live, write a `PaymentGateway` for your provider and return it from `gateway`.
"""

from dataclasses import dataclass
from typing import Protocol

from botocore.exceptions import ClientError

from kernel.dynamodb import current_item, dynamodb, from_item, is_condition_failure, to_item
from kernel.money import Money
from kernel.saga_step import ProviderUnavailable
from kernel.settings import setting
from sandbox_cards import SANDBOX_CARDS

# Why a payment is declined whose method the provider does not know: the customer has to choose another.
UNKNOWN_PAYMENT_METHOD = "UNKNOWN_PAYMENT_METHOD"


class GatewayUnavailable(ProviderUnavailable):
    """The payment provider did not answer."""

    reason = "PAYMENT_UNAVAILABLE"


@dataclass(frozen=True)
class Authorized:
    authorization_id: str


@dataclass(frozen=True)
class Declined:
    reason: str


class PaymentGateway(Protocol):
    """A provider that takes the order's id as the idempotency key of every call. All raise GatewayUnavailable."""

    def authorize(self, order_id: str, amount: Money, payment_method: str) -> Authorized | Declined:
        """Hold `amount`, unless the order's payment was voided before."""

    def capture(self, order_id: str, amount: Money, payment_method: str) -> None:
        """Take what is held."""

    def void(self, order_id: str, payment_method: str) -> None:
        """Let go of what is held, and refuse to hold anything for this order from now on."""


class SandboxGateway:
    """A provider without money. What it does follows from the payment method, as with providers' test cards.

    sandbox_cards.py lists them; any other is declined. The gateway keeps its own books, one item per order: status,
    amount, and how often a flaky card was used.
    """

    def authorize(self, order_id: str, amount: Money, payment_method: str) -> Authorized | Declined:
        if payment_method == "pm_gateway_down" or self._must_fail(order_id, payment_method, "pm_gateway_flaky"):
            raise GatewayUnavailable("the payment provider does not answer (authorize)")
        if payment_method == "pm_card_declined":
            return Declined("CARD_DECLINED")
        if payment_method not in SANDBOX_CARDS:
            return Declined(UNKNOWN_PAYMENT_METHOD)
        books = self._book(order_id, "HELD", unless=("HELD", "CAPTURED", "VOIDED"), amount=amount.amount)
        return Declined("VOIDED") if books == "VOIDED" else Authorized(f"auth-{order_id}")

    def capture(self, order_id: str, amount: Money, payment_method: str) -> None:
        if payment_method == "pm_capture_down" or self._must_fail(order_id, payment_method, "pm_capture_flaky"):
            raise GatewayUnavailable("the payment provider does not answer (capture)")
        self._book(order_id, "CAPTURED", unless=("CAPTURED", "VOIDED"), amount=amount.amount)

    def void(self, order_id: str, payment_method: str) -> None:
        if payment_method == "pm_void_down":
            raise GatewayUnavailable("the payment provider does not answer (void)")
        self._book(order_id, "VOIDED", unless=("CAPTURED", "VOIDED"), amount=0)

    def _must_fail(self, order_id: str, payment_method: str, flaky: str) -> bool:
        """Whether this is one of the first two calls with a card that fails twice. No other's calls are counted."""
        return payment_method == flaky and self._count(order_id, f"{flaky}_calls") <= 2

    def _count(self, order_id: str, counter: str) -> int:
        answer = dynamodb().update_item(
            TableName=setting("PAYMENTS_TABLE_NAME"),
            Key=_key(order_id),
            UpdateExpression="ADD #counter :one",
            ExpressionAttributeNames={"#counter": counter},
            ExpressionAttributeValues=to_item({":one": 1}),
            ReturnValues="UPDATED_NEW",
        )
        return int(from_item(answer["Attributes"])[counter])

    def _book(self, order_id: str, entry: str, *, unless: tuple[str, ...], amount: int) -> str:
        """Write `entry` into the books, unless one of `unless` stands there; return what stands there then."""
        try:
            dynamodb().update_item(
                TableName=setting("PAYMENTS_TABLE_NAME"),
                Key=_key(order_id),
                UpdateExpression="SET held_as = :entry, amount = :amount",
                ConditionExpression="attribute_not_exists(held_as) OR NOT held_as IN ({})".format(
                    ", ".join(f":unless{index}" for index in range(len(unless)))
                ),
                ExpressionAttributeValues=to_item(
                    {":entry": entry, ":amount": amount} | {f":unless{i}": word for i, word in enumerate(unless)}
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
            return entry
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            return str(current_item(error)["held_as"])


def _key(order_id: str) -> dict[str, dict[str, str]]:
    # Beside the service's own items, but never one of them: a sandbox needs no table of its own.
    return to_item({"order_id": f"sandbox-gateway#{order_id}"})


def gateway() -> PaymentGateway:
    """Return the provider that payments go through."""
    return SandboxGateway()
