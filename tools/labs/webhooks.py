"""Check lab 10: docs/labs/10-webhooks.md."""

import json

from tools.labs.lab_state import LabState, Step, types_of_events
from tools.terminal.shop import Json

EVENT = "ShipmentAtPickupPoint"
SCHEMA = f"contracts/events/{EVENT}/1.json"
SEND = ".venv/bin/python -m tools.labs.send_webhook"


def webhooks(state: LabState) -> list[Step]:
    """Check the payment that waited, the lost parcel, and the parcel that waits in a shop."""
    orders = state.orders
    waiting = [order for order in orders if (order.get("shipment") or {}).get("status") == "AT_PICKUP_POINT"]
    never_dispatched = {order["order_id"] for order in waiting if not _has(order, "ShipmentDispatched")}
    return [
        Step(
            "An order waited for its payment, and a webhook confirmed it",
            any(_has(order, "OrderAwaitingPayment", "PaymentAuthorized", "OrderConfirmed") for order in orders),
            "make order PAYMENT=pm_requires_action, then: make pay",
        ),
        Step(
            "A lost parcel was refunded",
            any(_has(order, "ShipmentLost", "PaymentRefunded", "ReturnCompleted") for order in orders),
            "make order, make ship LOST=1, make decide DECISION=refund",
        ),
        Step(
            f"The exercise: the event {EVENT} is published",
            (state.root / SCHEMA).exists(),
            "change functions/shipping/shipment.py and contracts/events.json, then: make contracts",
        ),
        Step(
            "The exercise: a parcel waits in a shop, and a repeated webhook added no second event",
            any(types_of_events(order).count(EVENT) == 1 for order in waiting),
            f"make up, make order, {SEND} shipment.at_pickup_point times=3",
        ),
        Step(
            "The exercise: a late shipment.dispatched changed nothing",
            bool(never_dispatched & _reported_as_dispatched(state)),
            f"after shipment.at_pickup_point: {SEND} shipment.dispatched",
        ),
    ]


def _has(order: Json, *types: str) -> bool:
    return set(types) <= set(types_of_events(order))


def _reported_as_dispatched(state: LabState) -> set[str]:
    """Return the orders whose parcel is dispatched, according to a webhook in the inbox."""
    items = state.items("WebhookInboxTable")
    return {json.loads(item["body"])["data"]["order_id"] for item in items if item["type"] == "shipment.dispatched"}
