"""Void the payment of an order. Compensates authorize_payment."""

from kernel.saga_step import Command, Outcome

from gateway import gateway
from payment import Payment, PaymentStatus
from payment_store import payments


class VoidPayment(Command):
    """`by_hand`: a person has seen to it, and this is their note; the provider is not called."""

    by_hand: str | None = None


def void_payment(command: VoidPayment) -> Outcome:
    """Let go of what is held for the order, and leave a tombstone, so that a late authorize_payment is refused.

    Returns:
        UNDONE, also where nothing was held.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
        CapturedAlready: the money is taken: a person must look.
    """
    payment = payments().change(
        command.order_id, lambda first: first.voiding() if first else Payment.tombstone(command.order_id)
    )
    if payment.status is PaymentStatus.VOIDING:
        if command.by_hand is None:
            gateway().void(command.order_id, str(payment.payment_method))
        cause = command.cause()
        payment = payments().update(command.order_id, lambda now: now.voided(cause, command.by_hand))
    return Outcome(outcome=payment.status)
