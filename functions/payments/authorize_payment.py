"""Authorize the payment of an order. Saga step; its compensation is void_payment."""

from gateway import UNKNOWN_PAYMENT_METHOD, Authorized, gateway
from kernel.money import Money
from kernel.saga_step import Command, Outcome
from payment import DeclinedPayment, IntendedPayment, Payment, UndonePayment, VoidingPayment
from payment_store import payments


class AuthorizePayment(Command):
    amount: Money
    payment_method: str


def authorize_payment(command: AuthorizePayment) -> Outcome:
    """Hold `command.amount` on the customer's card, at most once per order.

    Returns:
        AUTHORIZED; DECLINED with the reason PAYMENT_DECLINED or UNKNOWN_PAYMENT_METHOD; UNDONE if the compensation ran
        first.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
    """
    intended = IntendedPayment(order_id=command.order_id, amount=command.amount, payment_method=command.payment_method)
    payment = payments().create(intended)
    if isinstance(payment, IntendedPayment):
        payment = _authorize(payment, command)
    match payment:
        case DeclinedPayment():
            # The event keeps the provider's reason. The saga gets one stable code.
            is_unknown = payment.decline_reason == UNKNOWN_PAYMENT_METHOD
            return Outcome(outcome="DECLINED", reason=UNKNOWN_PAYMENT_METHOD if is_unknown else "PAYMENT_DECLINED")
        case VoidingPayment() | UndonePayment():
            return _void_late_call(payment)
        case _:
            return Outcome(outcome="AUTHORIZED")


def _authorize(intended: IntendedPayment, command: AuthorizePayment) -> Payment:
    answer = gateway().authorize(command.order_id, command.amount, command.payment_method)
    cause = command.cause()

    def record(payment: Payment) -> Payment:
        if not isinstance(payment, IntendedPayment):
            return payment
        if isinstance(answer, Authorized):
            return payment.record_authorization(answer.authorization_id, cause)
        return payment.record_decline(answer.reason, cause)

    return payments().update(intended, record)


def _void_late_call(payment: VoidingPayment | UndonePayment) -> Outcome:
    """Void again, because this step's authorize call may have reached the provider after the compensation."""
    if payment.payment_method is not None:
        gateway().void(payment.order_id, payment.payment_method)
    return Outcome(outcome="UNDONE")
