"""Capture the payment of an order. Comes after the pivot: it is repeated until it works, never compensated."""

from kernel.money import Money
from kernel.saga_step import Command, Outcome

from gateway import gateway
from payment import Payment, PaymentStatus
from payment_store import payments


class NotAuthorized(Exception):
    """Nothing is held that could be captured: no run of the saga leads here, so a person must look."""


class CapturePayment(Command):
    """`by_hand`: a person has taken the money otherwise, and this is their note; the provider is not called."""

    by_hand: str | None = None


def capture_payment(command: CapturePayment) -> Outcome:
    """Take what is held for the order, once.

    Returns:
        CAPTURED.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
        NotAuthorized: nothing is held for this order.
    """
    payment = payments().load(command.order_id)
    if payment is not None and payment.status is PaymentStatus.AUTHORIZED:
        payment = _capture(payment, command)
    if payment is None or payment.status is not PaymentStatus.CAPTURED:
        raise NotAuthorized(f"order {command.order_id}: {payment.status if payment else 'no payment'}")
    return Outcome(outcome=payment.status)


def _capture(payment: Payment, command: CapturePayment) -> Payment:
    if command.by_hand is None:
        gateway().capture(command.order_id, Money.model_validate(payment.amount), str(payment.payment_method))
    cause = command.cause()
    return payments().update(command.order_id, lambda now: now.captured(cause, command.by_hand))
