"""The payment of an order: held on the customer's card, then captured or voided. Knows no AWS and no provider."""

from enum import StrEnum
from typing import ClassVar

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


class PaymentStatus(StrEnum):
    INTENDED = "INTENDED"
    AUTHORIZED = "AUTHORIZED"
    DECLINED = "DECLINED"
    CAPTURED = "CAPTURED"
    VOIDING = "VOIDING"
    UNDONE = "UNDONE"


class CapturedAlready(Exception):
    """The money is taken: a capture cannot be voided, only refunded."""


class Payment(StateWithEvents):
    """INTENDED: the provider may have been called. VOIDING and UNDONE are tombstones: nothing will be held.

    `amount` and `payment_method` are None on a tombstone that was there before any intent.
    """

    source: ClassVar[str] = SOURCE
    status: PaymentStatus
    amount: Money | None = None
    payment_method: str | None = None
    authorization_id: str | None = None
    decline_reason: str | None = None

    @classmethod
    def intended(cls, order_id: str, amount: Money, payment_method: str) -> "Payment":
        """Say that the provider is about to be called. No event: nothing has happened yet."""
        return cls(order_id=order_id, status=PaymentStatus.INTENDED, amount=amount, payment_method=payment_method)

    @classmethod
    def tombstone(cls, order_id: str) -> "Payment":
        """Refuse every later attempt to authorize for the order. The provider was never called."""
        return cls(order_id=order_id, status=PaymentStatus.UNDONE)

    @property
    def is_undone(self) -> bool:
        return self.status in (PaymentStatus.VOIDING, PaymentStatus.UNDONE)

    @property
    def was_intended(self) -> bool:
        """Whether the provider may know of this payment."""
        return self.amount is not None

    def authorized(self, authorization_id: str, cause: Cause) -> "Payment":
        """Record that the amount is held; a payment that is answered or undone stays as it is."""
        if self.status is not PaymentStatus.INTENDED:
            return self
        event = PaymentAuthorized(amount=self._amount, payment_method=self._method, authorization_id=authorization_id)
        return self.announcing(event, cause, status=PaymentStatus.AUTHORIZED, authorization_id=authorization_id)

    def declined(self, reason: str, cause: Cause) -> "Payment":
        """Record that the provider declined; a payment that is answered or undone stays as it is."""
        if self.status is not PaymentStatus.INTENDED:
            return self
        event = PaymentDeclined(amount=self._amount, payment_method=self._method, reason=reason)
        return self.announcing(event, cause, status=PaymentStatus.DECLINED, decline_reason=reason)

    def captured(self, cause: Cause, by_hand: str | None = None) -> "Payment":
        """Record that the held amount is taken; any but an authorized payment stays as it is."""
        if self.status is not PaymentStatus.AUTHORIZED:
            return self
        event = PaymentCaptured(
            amount=self._amount,
            payment_method=self._method,
            authorization_id=str(self.authorization_id),
            by_hand=by_hand,
        )
        return self.announcing(event, cause, status=PaymentStatus.CAPTURED)

    def voiding(self) -> "Payment":
        """Leave the tombstone, before the provider is asked to let go of what may be held.

        Raises:
            CapturedAlready: it is too late.
        """
        match self.status:
            case PaymentStatus.CAPTURED:
                raise CapturedAlready(self.order_id)
            case PaymentStatus.INTENDED | PaymentStatus.AUTHORIZED:
                return self.model_copy(update={"status": PaymentStatus.VOIDING})
            case PaymentStatus.DECLINED:
                return self.model_copy(update={"status": PaymentStatus.UNDONE})
            case _:
                return self

    def voided(self, cause: Cause, by_hand: str | None = None) -> "Payment":
        """Record that the provider holds nothing any more."""
        if self.status is not PaymentStatus.VOIDING:
            return self
        event = PaymentVoided(amount=self._amount, payment_method=self._method, by_hand=by_hand)
        return self.announcing(event, cause, status=PaymentStatus.UNDONE)

    @property
    def _amount(self) -> Money:
        return Money.model_validate(self.amount)

    @property
    def _method(self) -> str:
        return str(self.payment_method)
