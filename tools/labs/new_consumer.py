"""Check lab 3: docs/labs/3-new-consumer.md."""

import json
from typing import Any

from tools.labs.lab_state import LabState, Step

EVENTS = {"OrderPlaced", "OrderConfirmed"}
MINOR_UNITS_PER_POINT = 100


def new_consumer(state: LabState) -> list[Step]:
    """Check the consumer that awards loyalty points: resources, filter, points and dead-letter queue."""
    resources = state.resources
    points = {item["order_id"]: item for item in state.items("LoyaltyTable")}
    confirmed = {order["order_id"]: order for order in state.orders if order["status"] == "CONFIRMED"}
    correct = [order_id for order_id, order in confirmed.items() if _has_points(points.get(order_id, {}), order)]
    return [
        Step(
            "A queue, its dead-letter queue, a table and a function are deployed",
            {"LoyaltyQueue", "LoyaltyDeadLetterQueue", "LoyaltyTable", "AwardPointsFunction"} <= resources.keys(),
            "template.yaml, section Loyalty; then: make up",
        ),
        Step(
            "The subscription's filter accepts only OrderPlaced and OrderConfirmed",
            _filtered(state) == EVENTS,
            "Filter of Loyalty in the mapping Consumers of template.yaml",
        ),
        Step(
            f"A confirmed order has its points: {len(correct)} of {len(confirmed)}",
            bool(correct),
            "functions/loyalty/award_points.py, then: make up, make order",
        ),
        Step(
            "A rejected order has no confirmed points",
            bool(points)
            and any(order["order_id"] in points for order in state.orders if order["status"] == "REJECTED")
            and all(order_id in confirmed for order_id, item in points.items() if item.get("confirmed")),
            "make order PAYMENT=pm_card_declined",
        ),
        Step(
            "An invalid message is in the dead-letter queue, with its cause",
            _dead_letters(state) > 0,
            ".venv/bin/python -m tools.labs.send_message LoyaltyQueue 'no event'",
        ),
    ]


def _has_points(item: dict[str, Any], order: dict[str, Any]) -> bool:
    return item.get("confirmed") is True and item.get("points") == order["total"] // MINOR_UNITS_PER_POINT


def _filtered(state: LabState) -> set[str]:
    """Return the event types that the subscription's filter policy accepts."""
    subscription = state.resources.get("LoyaltySubscription")
    if not subscription:
        return set()
    attributes = state.aws.sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    policy: dict[str, list[str]] = json.loads(attributes.get("FilterPolicy", "{}"))
    return set(policy.get("type", ()))


def _dead_letters(state: LabState) -> int:
    queue = state.resources.get("LoyaltyDeadLetterQueue")
    if not queue:
        return 0
    response = state.aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(response["Attributes"]["ApproximateNumberOfMessages"])
