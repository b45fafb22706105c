"""Capture the payment of an order. Saga step after the pivot: retried until it succeeds, never compensated."""

from gateway import gateway
from kernel.saga_step import Command, Outcome
from payment import AuthorizedPayment, CapturedPayment, Payment
from payment_store import payments


class NotAuthorized(Exception):
    """The provider holds no amount for the order. No run of the saga causes this, so an operator must investigate."""


class CapturePayment(Command):
    """`by_hand` is the comment of an operator who collected the money by other means. No provider call is made."""

    by_hand: str | None = None


def capture_payment(command: CapturePayment) -> Outcome:
    """Capture the amount that is held for the order, at most once.

    Returns:
        CAPTURED.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
        NotAuthorized: No amount is held for this order.
    """
    payment = payments().load(command.order_id)
    if isinstance(payment, AuthorizedPayment):
        payment = _capture(payment, command)
    if not isinstance(payment, CapturedPayment):
        raise NotAuthorized(f"order {command.order_id}: {payment.status if payment else 'no payment'}")
    return Outcome(outcome=payment.status)


def _capture(authorized: AuthorizedPayment, command: CapturePayment) -> Payment:
    if command.by_hand is None:
        gateway().capture(command.order_id, authorized.amount, authorized.payment_method)
    cause = command.cause()

    def record(payment: Payment) -> Payment:
        if not isinstance(payment, AuthorizedPayment):
            return payment
        return payment.record_capture(cause, command.by_hand)

    return payments().update(authorized, record)
