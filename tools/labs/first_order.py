"""Check lab 1: docs/labs/1-first-order.md."""

from tools.labs.lab_state import LabState, Step, any_order_has


def first_order(state: LabState) -> list[Step]:
    """Check that each kind of order was placed, and that the sandbox provider declines expired cards."""
    orders = state.orders
    return [
        Step(
            "An order was confirmed, paid and booked",
            any_order_has(orders, status="CONFIRMED", stock="RESERVED", payment="CAPTURED", shipment="BOOKED"),
            "make order",
        ),
        Step(
            "A declined card: the order was rejected and its stock released",
            any_order_has(orders, status="REJECTED", payment_reason="CARD_DECLINED", stock="RELEASED"),
            "make order PAYMENT=pm_card_declined",
        ),
        Step(
            "A refused address: the order was rejected, its payment voided and its stock released",
            any_order_has(orders, status="REJECTED", shipment="REFUSED", payment="VOIDED", stock="RELEASED"),
            "make order POSTAL_CODE=00000",
        ),
        Step(
            "The exercise: an expired card is declined with the reason CARD_EXPIRED",
            any_order_has(orders, status="REJECTED", payment_reason="CARD_EXPIRED", stock="RELEASED"),
            "change functions/payments/gateway.py, then: make up, make order PAYMENT=pm_card_expired",
        ),
    ]
