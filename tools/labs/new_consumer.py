"""What lab 3 asks for: docs/labs/3-new-consumer.md."""

import json
from typing import Any

from tools.labs.evidence import Evidence
from tools.labs.step import Step

EVENTS = {"OrderPlaced", "OrderConfirmed"}
MINOR_UNITS_A_POINT = 100


def new_consumer(evidence: Evidence) -> list[Step]:
    """Loyalty points are a consumer of their own, with all that one needs."""
    resources = evidence.resources
    points = {item["order_id"]: item for item in evidence.items("LoyaltyTable")}
    confirmed = {order["order_id"]: order for order in evidence.orders if order["status"] == "CONFIRMED"}
    right = [order_id for order_id, order in confirmed.items() if _is_right(points.get(order_id, {}), order)]
    return [
        Step(
            "There are a queue, its dead-letter queue, a table and a function",
            {"LoyaltyQueue", "LoyaltyDeadLetterQueue", "LoyaltyTable", "AwardPointsFunction"} <= resources.keys(),
            "template.yaml, section Loyalty; then: make up",
        ),
        Step(
            "The subscription lets OrderPlaced and OrderConfirmed through, and nothing else",
            _filtered(evidence) == EVENTS,
            "Filter of Loyalty in the mapping Consumers of template.yaml",
        ),
        Step(
            f"A confirmed order has its points: {len(right)} of {len(confirmed)}",
            bool(right),
            "functions/loyalty/award_points.py, then: make up, make order",
        ),
        Step(
            "An order that is not confirmed has none that count",
            bool(points)
            and any(order["order_id"] in points for order in evidence.orders if order["status"] == "REJECTED")
            and all(order_id in confirmed for order_id, item in points.items() if item.get("confirmed")),
            "make order PAYMENT=pm_card_declined",
        ),
        Step(
            "A message that is no event lies in the dead letters, with its cause",
            _dead_letters(evidence) > 0,
            ".venv/bin/python -m tools.labs.send_message LoyaltyQueue 'no event'",
        ),
    ]


def _is_right(item: dict[str, Any], order: dict[str, Any]) -> bool:
    return item.get("confirmed") is True and item.get("points") == order["total"] // MINOR_UNITS_A_POINT


def _filtered(evidence: Evidence) -> set[str]:
    """The types of events that the subscription lets through."""
    subscription = evidence.resources.get("LoyaltySubscription")
    if not subscription:
        return set()
    attributes = evidence.aws.sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    policy: dict[str, list[str]] = json.loads(attributes.get("FilterPolicy", "{}"))
    return set(policy.get("type", ()))


def _dead_letters(evidence: Evidence) -> int:
    queue = evidence.resources.get("LoyaltyDeadLetterQueue")
    if not queue:
        return 0
    answer = evidence.aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])
