"""The payment of an order: held on the card, then captured or voided. Pure: imports nothing from AWS or a provider."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from kernel.cloud_event import Cause, EventData
from kernel.money import Money
from kernel.state_with_events import StateWithEvents
from kernel.timestamps import Timestamp, timestamp

SOURCE = "payments"
# The actor of an event that no run of the saga caused. Such an event starts the next run.
Webhook = Literal["webhook"]


class PaymentActionRequired(EventData):
    """The customer must confirm the payment with their bank, at `action_url`."""

    amount: Money
    payment_method: str
    action_url: str


class PaymentAuthorized(EventData):
    amount: Money
    payment_method: str
    authorization_id: str
    decided_by: Webhook | None = None


class PaymentDeclined(EventData):
    amount: Money
    payment_method: str
    reason: str
    decided_by: Webhook | None = None


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


class PaymentRefunded(EventData):
    """A part of the captured amount was paid back. `by_hand` is the comment of an operator who did so by other means.

    `refunded` is the sum of all refunds of the order so far, in minor units of the amount's currency.
    """

    amount: Money
    payment_method: str
    return_id: str
    refunded: int = Field(ge=0)
    by_hand: str | None = None


class ExceedsCapture(Exception):
    """The refunds of an order would exceed its captured amount."""


class AlreadyCaptured(Exception):
    """The payment is captured. A captured payment cannot be voided, only refunded."""


class _RequestedPayment(StateWithEvents):
    """A payment that the saga requested."""

    source: ClassVar[str] = SOURCE
    amount: Money
    payment_method: str


class _UndecidedPayment(_RequestedPayment):
    """A payment without the provider's final answer."""

    def record_authorization(
        self, authorization_id: str, cause: Cause, decided_by: Webhook | None = None
    ) -> "AuthorizedPayment":
        """Record that the provider holds the amount."""
        event = PaymentAuthorized(
            amount=self.amount,
            payment_method=self.payment_method,
            authorization_id=authorization_id,
            decided_by=decided_by,
        )
        return self.transition_to(
            AuthorizedPayment, authorization_id=authorization_id, events=self.events_with(event, cause)
        )

    def record_decline(self, reason: str, cause: Cause, decided_by: Webhook | None = None) -> "DeclinedPayment":
        """Record that the provider declined the payment."""
        event = PaymentDeclined(
            amount=self.amount, payment_method=self.payment_method, reason=reason, decided_by=decided_by
        )
        return self.transition_to(DeclinedPayment, decline_reason=reason, events=self.events_with(event, cause))


class IntendedPayment(_UndecidedPayment):
    """A semantic lock: the step may have called the provider, but has not recorded the answer. Emits no event."""

    status: Literal["INTENDED"] = "INTENDED"

    def record_pending(self, action_url: str, timeout: timedelta, cause: Cause) -> "PendingPayment":
        """Record that the customer must confirm the payment with their bank, within `timeout`."""
        event = PaymentActionRequired(amount=self.amount, payment_method=self.payment_method, action_url=action_url)
        return self.transition_to(
            PendingPayment,
            action_url=action_url,
            expires_at=timestamp(datetime.fromisoformat(cause.at) + timeout),
            events=self.events_with(event, cause),
        )


class PendingPayment(_UndecidedPayment):
    """The customer must confirm the payment with their bank. A webhook reports the result.

    Attributes:
        action_url: Where the customer confirms the payment.
        expires_at: From this time on, the order no longer waits for the customer.
    """

    status: Literal["PENDING"] = "PENDING"
    action_url: str
    expires_at: Timestamp

    def is_expired(self, at: Timestamp) -> bool:
        """Return whether the customer's time to confirm is over at the time `at`."""
        return at >= self.expires_at


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


class Refund(BaseModel):
    """A refund for a return. INTENDED: the provider may have been called, but its answer is not recorded."""

    model_config = ConfigDict(frozen=True)

    return_id: str
    amount: int
    status: Literal["INTENDED", "REFUNDED"]


class CapturedPayment(_RequestedPayment):
    """The provider transferred the amount, or an operator collected it by other means.

    Attributes:
        refunds: What is paid back, at most once for each return.
    """

    status: Literal["CAPTURED"] = "CAPTURED"
    authorization_id: str
    refunds: tuple[Refund, ...] = ()

    @property
    def is_captured_by_hand(self) -> bool:
        """Whether an operator collected the money by other means."""
        return any(event.type == "PaymentCaptured" and event.data.get("by_hand") for event in self.events)

    def has_refund(self, return_id: str) -> bool:
        """Return whether the provider may have been called for this return."""
        return any(each.return_id == return_id for each in self.refunds)

    def is_refunded(self, return_id: str) -> bool:
        """Return whether the refund for this return is recorded as done."""
        return any(each.return_id == return_id and each.status == "REFUNDED" for each in self.refunds)

    def refund_by_hand(self, return_id: str) -> str | None:
        """Return the comment of the operator who paid this refund by other means, or None."""
        refunds = [event.data for event in self.events if event.type == "PaymentRefunded"]
        return next((each.get("by_hand") for each in refunds if each["return_id"] == return_id), None)

    def intend_refund(self, return_id: str, amount: int) -> "CapturedPayment":
        """Record the intent, unless the return has a refund. Store it before calling the provider.

        Raises:
            ExceedsCapture: The refunds would exceed the captured amount.
        """
        if self.has_refund(return_id):
            return self
        if sum(each.amount for each in self.refunds) + amount > self.amount.amount:
            raise ExceedsCapture(self.order_id)
        intended = Refund(return_id=return_id, amount=amount, status="INTENDED")
        return self.model_copy(update={"refunds": (*self.refunds, intended)})

    def record_refund(self, return_id: str, cause: Cause, by_hand: str | None = None) -> "CapturedPayment":
        """Record that the intended refund is paid back."""
        if self.is_refunded(return_id):
            return self
        refunds = tuple(
            each.model_copy(update={"status": "REFUNDED"}) if each.return_id == return_id else each
            for each in self.refunds
        )
        amount = next(each.amount for each in refunds if each.return_id == return_id)
        event = PaymentRefunded(
            amount=Money(amount=amount, currency=self.amount.currency),
            payment_method=self.payment_method,
            return_id=return_id,
            refunded=sum(each.amount for each in refunds if each.status == "REFUNDED"),
            by_hand=by_hand,
        )
        return self.with_event(event, cause, refunds=refunds)


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
    IntendedPayment
    | PendingPayment
    | AuthorizedPayment
    | DeclinedPayment
    | CapturedPayment
    | VoidingPayment
    | UndonePayment,
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
        case IntendedPayment() | PendingPayment() | AuthorizedPayment():
            return payment.transition_to(VoidingPayment)
        case DeclinedPayment():
            return payment.transition_to(UndonePayment)
        case VoidingPayment() | UndonePayment():
            return payment
