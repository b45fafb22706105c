"""Refund a part of the captured amount for a return. Step of refund_return: forward only, never compensated."""

from gateway import GatewayUnavailable, gateway
from kernel.money import Money
from kernel.observability import logger
from kernel.saga_step import Command, Outcome
from payment import CapturedPayment, ExceedsCapture, Payment
from payment_store import payments


class NotCaptured(Exception):
    """The payment of the order is not captured. No run of the saga causes this, so an operator must investigate."""


class RefundPayment(Command):
    """`by_hand` is the comment of an operator who paid the money back by other means. The provider does not pay."""

    return_id: str
    amount: Money
    by_hand: str | None = None


def refund_payment(command: RefundPayment) -> Outcome:
    """Pay `command.amount` back, at most once per return and never more than was captured in sum.

    Returns:
        REFUNDED, with the reason PAID_BY_PROVIDER if the provider had already paid what an operator paid by hand;
        REFUSED with the reason EXCEEDS_CAPTURE, or with CAPTURED_BY_HAND if the provider has not captured the amount
        and therefore cannot refund it.

    Raises:
        GatewayUnavailable: The provider did not answer. The step answers UNAVAILABLE.
        NotCaptured: The payment is not captured.
    """
    payment = _captured(payments().load(command.order_id), command.order_id)
    if payment.is_refunded(command.return_id):
        return _refunded(command, payment)
    if payment.is_captured_by_hand and command.by_hand is None:
        return Outcome(outcome="REFUSED", reason="CAPTURED_BY_HAND")
    by_hand = command.by_hand
    was_called = payment.has_refund(command.return_id)
    if by_hand and was_called and _has_provider_refunded(command):
        by_hand = None
    try:
        intended = payments().update(
            payment,
            lambda current: _captured(current, command.order_id).intend_refund(
                command.return_id, command.amount.amount
            ),
        )
    except ExceedsCapture:
        return Outcome(outcome="REFUSED", reason="EXCEEDS_CAPTURE")
    # A provider forgets an idempotency key after a while, and an operator may retry days later. So ask first.
    if command.by_hand is None and not (was_called and gateway().has_refunded(command.order_id, command.return_id)):
        gateway().refund(command.order_id, command.return_id, command.amount, payment.payment_method)
    cause = command.cause()
    stored = payments().update(
        intended,
        lambda current: _captured(current, command.order_id).record_refund(command.return_id, cause, by_hand),
    )
    # Another run can have recorded the refund first.
    refunded = _captured(stored, command.order_id)
    if refunded.refund_by_hand(command.return_id) and command.by_hand is None:
        logger.error("an operator paid this refund too: collect one of the two", extra={"return": command.return_id})
    return _refunded(command, refunded)


def _refunded(command: RefundPayment, payment: CapturedPayment) -> Outcome:
    if command.by_hand and not payment.refund_by_hand(command.return_id):
        logger.error(
            "the provider has paid this refund too: collect one of the two", extra={"return": command.return_id}
        )
        return Outcome(outcome="REFUNDED", reason="PAID_BY_PROVIDER")
    return Outcome(outcome="REFUNDED")


def _has_provider_refunded(command: RefundPayment) -> bool:
    """Return whether the provider paid in an earlier call whose answer was lost. False if it does not answer now."""
    try:
        return gateway().has_refunded(command.order_id, command.return_id)
    except GatewayUnavailable:
        logger.error("the provider did not say whether it paid this refund", extra={"return": command.return_id})
        return False


def _captured(payment: Payment | None, order_id: str) -> CapturedPayment:
    if not isinstance(payment, CapturedPayment):
        raise NotCaptured(f"order {order_id}: {payment.status if payment else 'no payment'}")
    return payment
