"""Void the payment of an order. Compensates authorize_payment."""

from gateway import gateway
from kernel.saga_step import Command, Outcome
from payment import DeclinedPayment, Payment, UndonePayment, VoidingPayment, start_void
from payment_store import payments


class VoidPayment(Command):
    """`by_hand` is the comment of an operator who released the amount manually. No provider call is made."""

    by_hand: str | None = None


def void_payment(command: VoidPayment) -> Outcome:
    """Release the held amount, and store a tombstone that rejects a late authorize_payment.

    Returns:
        UNDONE, also if no amount was held.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
        AlreadyCaptured: The payment is captured, so an operator must refund it.
    """
    payment = payments().change(
        command.order_id,
        lambda existing: start_void(existing) if existing else UndonePayment(order_id=command.order_id),
    )
    if isinstance(payment, VoidingPayment):
        payment = _void(payment, command)
    return Outcome(outcome=payment.status)


def void_late_authorization(payment: DeclinedPayment | VoidingPayment | UndonePayment) -> None:
    """Void an amount that the provider may hold, although the payment is already declined or compensated.

    Raises:
        GatewayUnavailable: The provider did not answer.
    """
    if payment.payment_method is not None:
        gateway().void(payment.order_id, payment.payment_method)


def _void(voided: VoidingPayment, command: VoidPayment) -> Payment:
    if command.by_hand is None:
        gateway().void(command.order_id, voided.payment_method)
    cause = command.cause()

    def record(payment: Payment) -> Payment:
        if not isinstance(payment, VoidingPayment):
            return payment
        return payment.record_void(cause, command.by_hand)

    return payments().update(voided, record)
