"""The payment of an order: held on the card, then captured or voided. Pure: imports nothing from AWS or a provider."""

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
    """`by_hand` is the comment of an operator who collected the money by other means, such as a bank transfer."""

    amount: Money
    payment_method: str
    authorization_id: str
    by_hand: str | None = None


class PaymentVoided(EventData):
    """The provider holds no amount. `by_hand` is the comment of an operator who released it manually."""

    amount: Money
    payment_method: str
    by_hand: str | None = None


class AlreadyCaptured(Exception):
    """The payment is captured. A captured payment cannot be voided, only refunded."""


class _RequestedPayment(StateWithEvents):
    """A payment that the saga requested."""

    source: ClassVar[str] = SOURCE
    amount: Money
    payment_method: str


class IntendedPayment(_RequestedPayment):
    """A semantic lock: the step may have called the provider, but has not recorded the answer. Emits no event."""

    status: Literal["INTENDED"] = "INTENDED"

    def record_authorization(self, authorization_id: str, cause: Cause) -> "AuthorizedPayment":
        """Record that the provider holds the amount."""
        event = PaymentAuthorized(
            amount=self.amount, payment_method=self.payment_method, authorization_id=authorization_id
        )
        return self.transition_to(
            AuthorizedPayment, authorization_id=authorization_id, events=self.events_with(event, cause)
        )

    def record_decline(self, reason: str, cause: Cause) -> "DeclinedPayment":
        """Record that the provider declined the payment."""
        event = PaymentDeclined(amount=self.amount, payment_method=self.payment_method, reason=reason)
        return self.transition_to(DeclinedPayment, decline_reason=reason, events=self.events_with(event, cause))


class AuthorizedPayment(_RequestedPayment):
    """The provider holds the amount."""

    status: Literal["AUTHORIZED"] = "AUTHORIZED"
    authorization_id: str

    def record_capture(self, cause: Cause, by_hand: str | None = None) -> "CapturedPayment":
        """Record that the held amount is captured."""
        event = PaymentCaptured(
            amount=self.amount,
            payment_method=self.payment_method,
            authorization_id=self.authorization_id,
            by_hand=by_hand,
        )
        return self.transition_to(CapturedPayment, events=self.events_with(event, cause))


class DeclinedPayment(_RequestedPayment):
    """The provider declined and holds no amount."""

    status: Literal["DECLINED"] = "DECLINED"
    decline_reason: str


class CapturedPayment(_RequestedPayment):
    """The provider transferred the amount."""

    status: Literal["CAPTURED"] = "CAPTURED"
    authorization_id: str


class VoidingPayment(_RequestedPayment):
    """A tombstone that rejects a late authorization. The provider may still hold the amount."""

    status: Literal["VOIDING"] = "VOIDING"

    def record_void(self, cause: Cause, by_hand: str | None = None) -> "UndonePayment":
        """Record that the provider no longer holds the amount."""
        event = PaymentVoided(amount=self.amount, payment_method=self.payment_method, by_hand=by_hand)
        return self.transition_to(UndonePayment, events=self.events_with(event, cause))


class UndonePayment(StateWithEvents):
    """A tombstone that rejects a late authorization. The provider holds no amount.

    Attributes:
        amount: The requested amount. None if the compensation ran before any authorization.
        payment_method: The requested payment method, or None like `amount`.
    """

    source: ClassVar[str] = SOURCE
    status: Literal["UNDONE"] = "UNDONE"
    amount: Money | None = None
    payment_method: str | None = None


Payment = Annotated[
    IntendedPayment | AuthorizedPayment | DeclinedPayment | CapturedPayment | VoidingPayment | UndonePayment,
    Field(discriminator="status"),
]


def start_void(payment: Payment) -> Payment:
    """Return the tombstone. Store it before calling the provider, because it must reject a late authorization.

    Raises:
        AlreadyCaptured: The payment is captured and cannot be voided.
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
