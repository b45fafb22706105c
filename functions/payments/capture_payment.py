"""Capture the payment of an order. Runs after the pivot: it is retried until it works, and never compensated."""

from gateway import gateway
from kernel.saga_step import Command, Outcome
from payment import AuthorizedPayment, CapturedPayment, Payment
from payment_store import payments


class NotAuthorized(Exception):
    """No amount is held. No run of the saga leads here, so a person must look."""


class CapturePayment(Command):
    """`by_hand`: a person has taken the money otherwise, and this is their note; the provider is not called."""

    by_hand: str | None = None


def capture_payment(command: CapturePayment) -> Outcome:
    """Take the amount that is held for the order, once.

    Returns:
        CAPTURED.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
        NotAuthorized: Nothing is held for this order.
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
        return payment.captured(cause, command.by_hand) if isinstance(payment, AuthorizedPayment) else payment

    return payments().update(command.order_id, record)
