"""Authorize the payment of an order. Saga step; its compensation is void_payment."""

from datetime import timedelta

from gateway import UNKNOWN_PAYMENT_METHOD, Authorized, Declined, gateway
from kernel.money import Money
from kernel.saga_step import Command, Outcome
from kernel.settings import setting
from kernel.timestamps import now
from payment import DeclinedPayment, IntendedPayment, Payment, PendingPayment, UndonePayment, VoidingPayment
from payment_store import payments
from void_payment import void_late_authorization


class AuthorizePayment(Command):
    amount: Money
    payment_method: str


def authorize_payment(command: AuthorizePayment) -> Outcome:
    """Hold `command.amount` on the customer's card, at most once per order.

    A repeated step asks the provider what became of a pending payment, also if a webhook got lost.

    Returns:
        AUTHORIZED; PENDING while the customer must confirm the payment with their bank; EXPIRED with the reason
        PAYMENT_EXPIRED if the provider still waits for the customer when the step asks after PAYMENT_TIMEOUT_SECONDS;
        DECLINED with the reason PAYMENT_DECLINED or UNKNOWN_PAYMENT_METHOD; UNDONE if the compensation ran first.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
    """
    intended = IntendedPayment(order_id=command.order_id, amount=command.amount, payment_method=command.payment_method)
    payment = payments().create(intended)
    asked_at = now()
    if isinstance(payment, IntendedPayment | PendingPayment):
        payment = _authorize(payment, command)
    match payment:
        case PendingPayment():
            # The customer may have confirmed the payment in time, but after the provider's answer.
            if payment.is_expired(asked_at):
                return Outcome(outcome="EXPIRED", reason="PAYMENT_EXPIRED")
            return Outcome(outcome="PENDING")
        case DeclinedPayment():
            # The event keeps the provider's reason. The saga gets one stable code.
            is_unknown = payment.decline_reason == UNKNOWN_PAYMENT_METHOD
            return Outcome(outcome="DECLINED", reason=UNKNOWN_PAYMENT_METHOD if is_unknown else "PAYMENT_DECLINED")
        case VoidingPayment() | UndonePayment():
            # This step's call may have reached the provider after the compensation.
            void_late_authorization(payment)
            return Outcome(outcome="UNDONE")
        case _:
            return Outcome(outcome="AUTHORIZED")


def _authorize(undecided: IntendedPayment | PendingPayment, command: AuthorizePayment) -> Payment:
    answer = gateway().authorize(command.order_id, undecided.amount, undecided.payment_method)
    cause = command.cause()

    def record(payment: Payment) -> Payment:
        if not isinstance(payment, IntendedPayment | PendingPayment):
            return payment
        match answer:
            case Authorized():
                return payment.record_authorization(answer.authorization_id, cause)
            case Declined():
                return payment.record_decline(answer.reason, cause)
        if isinstance(payment, IntendedPayment):
            timeout = timedelta(seconds=int(setting("PAYMENT_TIMEOUT_SECONDS")))
            return payment.record_pending(answer.action_url, timeout, cause)
        return payment

    return payments().update(undecided, record)
