"""What lab 1 asks for: docs/labs/1-first-order.md."""

from tools.labs.evidence import Evidence, one_tells
from tools.labs.step import Step


def first_order(evidence: Evidence) -> list[Step]:
    """Each kind of order was watched, and the sandbox provider knows of expired cards."""
    orders = evidence.orders
    return [
        Step(
            "An order went all the way",
            one_tells(orders, status="CONFIRMED", stock="RESERVED", payment="CAPTURED", shipment="BOOKED"),
            "make order",
        ),
        Step(
            "A declined card: the order is rejected, and its stock is back",
            one_tells(orders, status="REJECTED", payment_reason="CARD_DECLINED", stock="RELEASED"),
            "make order PAYMENT=pm_card_declined",
        ),
        Step(
            "A refused address: the money is back too",
            one_tells(orders, status="REJECTED", shipment="REFUSED", payment="VOIDED", stock="RELEASED"),
            "make order POSTAL_CODE=00000",
        ),
        Step(
            "The exercise: an expired card is declined with the reason CARD_EXPIRED",
            one_tells(orders, status="REJECTED", payment_reason="CARD_EXPIRED", stock="RELEASED"),
            "change functions/payments/gateway.py, then: make up, make order PAYMENT=pm_card_expired",
        ),
    ]
