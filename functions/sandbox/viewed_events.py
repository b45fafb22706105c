"""The times of an order's events, from the timeline in its view."""

from datetime import datetime

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.settings import setting

# An order has about ten events. The limit bounds the work for an order with many failed returns.
MAX_EVENTS = 200


def times_of(order_id: str) -> dict[str, datetime]:
    """Return the time of each event of the order, by event id, oldest first. At most MAX_EVENTS events."""
    response = dynamodb().query(
        TableName=setting("VIEWS_TABLE_NAME"),
        KeyConditionExpression="pk = :order AND begins_with(sk, :timeline)",
        ExpressionAttributeValues=to_item({":order": f"ORDER#{order_id}", ":timeline": "EVENT#"}),
        Limit=MAX_EVENTS,
    )
    events = [from_item(item)["event"] for item in response["Items"]]
    return {event["id"]: datetime.fromisoformat(event["time"]) for event in events}
