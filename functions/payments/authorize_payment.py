"""Authorize the payment of an order. Saga step; compensated by void_payment."""

from kernel.money import Money
from kernel.saga_step import Command, Outcome

from gateway import UNKNOWN_PAYMENT_METHOD, Authorized, gateway
from payment import Payment, PaymentStatus
from payment_store import payments


class AuthorizePayment(Command):
    amount: Money
    payment_method: str


def authorize_payment(command: AuthorizePayment) -> Outcome:
    """Hold `command.amount` on the customer's card, once per order.

    Returns:
        AUTHORIZED; DECLINED with the reason PAYMENT_DECLINED or UNKNOWN_PAYMENT_METHOD; UNDONE after the compensation.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
    """
    payment = payments().change(
        command.order_id,
        lambda first: first or Payment.intended(command.order_id, command.amount, command.payment_method),
    )
    if payment.status is PaymentStatus.INTENDED:
        payment = _authorize(command)
    if payment.is_undone:
        return _undo_own_call(payment)
    if payment.status is PaymentStatus.DECLINED:
        is_unknown = payment.decline_reason == UNKNOWN_PAYMENT_METHOD
        return Outcome(outcome="DECLINED", reason=UNKNOWN_PAYMENT_METHOD if is_unknown else "PAYMENT_DECLINED")
    return Outcome(outcome="AUTHORIZED")


def _authorize(command: AuthorizePayment) -> Payment:
    answer = gateway().authorize(command.order_id, command.amount, command.payment_method)
    cause = command.cause()

    def record(payment: Payment) -> Payment:
        if isinstance(answer, Authorized):
            return payment.authorized(answer.authorization_id, cause)
        return payment.declined(answer.reason, cause)

    return payments().update(command.order_id, record)


def _undo_own_call(payment: Payment) -> Outcome:
    """The compensation came first. A call of ours, now or before a crash, may have reached the provider after it."""
    if payment.was_intended:
        gateway().void(payment.order_id, str(payment.payment_method))
    return Outcome(outcome="UNDONE")
