"""Capture the payment of an order. Saga step after the pivot: never compensated. Retried, then left to an operator."""

from gateway import GatewayUnavailable, gateway
from kernel.observability import logger
from kernel.saga_step import Command, Outcome
from payment import AuthorizedPayment, CapturedPayment, Payment
from payment_store import payments


class NotAuthorized(Exception):
    """The provider holds no amount for the order. No run of the saga causes this, so an operator must investigate."""


class CapturePayment(Command):
    """`by_hand` is the comment of an operator who collected the money by other means. The provider charges nothing."""

    by_hand: str | None = None


def capture_payment(command: CapturePayment) -> Outcome:
    """Capture the amount that is held for the order, at most once.

    Returns:
        CAPTURED, with the reason CAPTURED_BY_PROVIDER if the provider had already charged what an operator collected.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
        NotAuthorized: No amount is held for this order.
    """
    payment = payments().load(command.order_id)
    if isinstance(payment, AuthorizedPayment):
        payment = _capture(payment, command)
    if not isinstance(payment, CapturedPayment):
        raise NotAuthorized(f"order {command.order_id}: {payment.status if payment else 'no payment'}")
    if command.by_hand and not payment.is_captured_by_hand:
        logger.error("the provider has charged this order too: pay one of the two amounts back")
        return Outcome(outcome=payment.status, reason="CAPTURED_BY_PROVIDER")
    return Outcome(outcome=payment.status)


def _capture(authorized: AuthorizedPayment, command: CapturePayment) -> Payment:
    by_hand = command.by_hand
    if by_hand is None:
        gateway().capture(command.order_id, authorized.amount, authorized.payment_method)
    elif _has_provider_captured(command.order_id):
        by_hand = None
    cause = command.cause()

    def record(payment: Payment) -> Payment:
        if not isinstance(payment, AuthorizedPayment):
            return payment
        return payment.record_capture(cause, by_hand)

    captured = payments().update(authorized, record)
    if by_hand is None and isinstance(captured, CapturedPayment) and captured.is_captured_by_hand:
        logger.error("an operator has collected this payment too: pay one of the two amounts back")
    return captured


def _has_provider_captured(order_id: str) -> bool:
    """Return whether the provider charged in an earlier call whose answer was lost. False if it does not answer now."""
    try:
        return gateway().has_captured(order_id)
    except GatewayUnavailable:
        logger.error("the provider did not say whether it charged this order")
        return False
