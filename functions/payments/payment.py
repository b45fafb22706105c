"""The payment of an order: held on the customer's card, then captured or voided. Knows no AWS and no provider."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kernel.cloud_event import Cause, EventData
from kernel.money import Money
from kernel.state_with_events import StateWithEvents

SOURCE = "payments"


class PaymentAuthorized(EventData):
    amount: Money
    payment_method: str
    authorization_id: str


class PaymentDeclined(EventData):
    amount: Money
    payment_method: str
    reason: str


class PaymentCaptured(EventData):
    """`by_hand` is the note of the person who took the money otherwise, such as by a bank transfer."""

    amount: Money
    payment_method: str
    authorization_id: str
    by_hand: str | None = None


class PaymentVoided(EventData):
    """Nothing is held on the customer's card, whatever was before. `by_hand` is the note of who saw to it."""

    amount: Money
    payment_method: str
    by_hand: str | None = None


class AlreadyCaptured(Exception):
    """The money is taken: a capture cannot be voided, only refunded."""


class _RequestedPayment(StateWithEvents):
    """A payment that the saga has asked for."""

    source: ClassVar[str] = SOURCE
    amount: Money
    payment_method: str


class IntendedPayment(_RequestedPayment):
    """The provider may have been called, and its answer is not recorded. No event says so."""

    status: Literal["INTENDED"] = "INTENDED"

    def authorized(self, authorization_id: str, cause: Cause) -> "AuthorizedPayment":
        """Record that the provider holds the amount."""
        event = PaymentAuthorized(
            amount=self.amount, payment_method=self.payment_method, authorization_id=authorization_id
        )
        return self.transition_to(
            AuthorizedPayment, authorization_id=authorization_id, events=self.events_with(event, cause)
        )

    def declined(self, reason: str, cause: Cause) -> "DeclinedPayment":
        """Record that the provider declined."""
        event = PaymentDeclined(amount=self.amount, payment_method=self.payment_method, reason=reason)
        return self.transition_to(DeclinedPayment, decline_reason=reason, events=self.events_with(event, cause))


class AuthorizedPayment(_RequestedPayment):
    """The provider holds the amount."""

    status: Literal["AUTHORIZED"] = "AUTHORIZED"
    authorization_id: str

    def captured(self, cause: Cause, by_hand: str | None = None) -> "CapturedPayment":
        """Record that the held amount is taken."""
        event = PaymentCaptured(
            amount=self.amount,
            payment_method=self.payment_method,
            authorization_id=self.authorization_id,
            by_hand=by_hand,
        )
        return self.transition_to(CapturedPayment, events=self.events_with(event, cause))


class DeclinedPayment(_RequestedPayment):
    """The provider holds nothing."""

    status: Literal["DECLINED"] = "DECLINED"
    decline_reason: str


class CapturedPayment(_RequestedPayment):
    """The money is taken."""

    status: Literal["CAPTURED"] = "CAPTURED"
    authorization_id: str


class VoidingPayment(_RequestedPayment):
    """A tombstone: nothing will be authorized. The provider may still hold the amount."""

    status: Literal["VOIDING"] = "VOIDING"

    def voided(self, cause: Cause, by_hand: str | None = None) -> "UndonePayment":
        """Record that the provider holds nothing any more."""
        event = PaymentVoided(amount=self.amount, payment_method=self.payment_method, by_hand=by_hand)
        return self.transition_to(UndonePayment, events=self.events_with(event, cause))


class UndonePayment(StateWithEvents):
    """A tombstone: nothing is held, and nothing will be authorized.

    Attributes:
        amount: None if the compensation ran before any authorization. The same holds for `payment_method`.
    """

    source: ClassVar[str] = SOURCE
    status: Literal["UNDONE"] = "UNDONE"
    amount: Money | None = None
    payment_method: str | None = None


Payment = Annotated[
    IntendedPayment | AuthorizedPayment | DeclinedPayment | CapturedPayment | VoidingPayment | UndonePayment,
    Field(discriminator="status"),
]


def voiding(payment: Payment) -> Payment:
    """Leave the tombstone, before the provider is asked to release what it may hold.

    Raises:
        AlreadyCaptured: It is too late.
    """
    match payment:
        case CapturedPayment():
            raise AlreadyCaptured(payment.order_id)
        case IntendedPayment() | AuthorizedPayment():
            return payment.transition_to(VoidingPayment)
        case DeclinedPayment():
            return payment.transition_to(UndonePayment)
        case VoidingPayment() | UndonePayment():
            return payment
