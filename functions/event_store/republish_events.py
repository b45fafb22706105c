"""Lambda entry point that republishes events from the tables, after a stream failure or a repaired record.

The events are archived and then published, as in the relay. Consumers that already have an event get a duplicate,
which changes nothing. For a product, the table holds only the event of the latest level.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.dynamodb import dynamodb
from kernel.event_items import CARRIES_EVENTS
from kernel.messages import ascii_text
from kernel.observability import logger
from kernel.queue_consumer import Unprocessable, message_consumer
from kernel.settings import setting
from publisher import archive_and_publish, publishable_events
from republication import EventsSince, OneItem, item_reference, parse, table_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# The function processes one page per message, which takes much less than its timeout.
ITEMS_PER_PAGE = 200

# Each table's key attributes, by the environment variable with the table's name.
KEYS = {
    "ORDERS_TABLE_NAME": ("order_id", "sequence"),
    "INVENTORY_TABLE_NAME": ("subject",),
    "PAYMENTS_TABLE_NAME": ("order_id",),
    "SHIPPING_TABLE_NAME": ("order_id",),
    "RETURNS_TABLE_NAME": ("order_id",),
}


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def republish(request: OneItem | EventsSince) -> None:
    """Republish the events that a message requests. Unreadable items go to the queue for unreadable records.

    Raises:
        Unprocessable: The table or the item does not exist.
        NotAccepted: Firehose or SNS did not accept every event. SQS delivers the message again.
        ClientError: A call to AWS failed. SQS delivers the message again.
    """
    if isinstance(request, OneItem):
        republish_item(request)
    else:
        republish_page(request)


def republish_item(request: OneItem) -> None:
    """Republish all events of one item."""
    table, _ = _table(request.event_source_arn)
    response = dynamodb().get_item(TableName=table, Key=request.keys, ConsistentRead=True)
    if "Item" not in response:
        raise Unprocessable(f"{table} has no item {request.keys}")
    _publish([response["Item"]], request.event_source_arn, since="")


def republish_page(request: EventsSince) -> None:
    """Republish the events since `request.since` on one page of the table. Requests the next page if there is one."""
    table, _ = _table(request.event_source_arn)
    page = dynamodb().scan(
        TableName=table,
        Limit=ITEMS_PER_PAGE,
        ConsistentRead=True,
        FilterExpression=CARRIES_EVENTS,
        **({"ExclusiveStartKey": request.start} if request.start else {}),  # type: ignore[arg-type]
    )
    _publish(page["Items"], request.event_source_arn, request.since)
    if "LastEvaluatedKey" in page:
        next_page = request.model_copy(update={"start": page["LastEvaluatedKey"]})
        _sqs().send_message(
            QueueUrl=setting("REPUBLICATION_QUEUE_URL"), MessageBody=ascii_text(next_page.model_dump_json())
        )


def _publish(items: Iterable[dict[str, Any]], event_source_arn: str, since: str) -> None:
    _, key = _table(event_source_arn)
    events = [
        encoded
        for item in items
        for encoded in publishable_events(
            item, None, item_reference(event_source_arn, {name: item[name] for name in key})
        )
        if encoded.event.time >= since
    ]
    archive_and_publish(events)
    logger.info("republished %s events", len(events), extra={"events": [encoded.event.id for encoded in events]})


def _table(event_source_arn: str) -> tuple[str, tuple[str, ...]]:
    """Return the table's name and key attributes."""
    try:
        name = table_of(event_source_arn)
    except ValueError as error:
        raise Unprocessable(str(error)) from error
    keys = {setting(name): key for name, key in KEYS.items()}
    if name not in keys:
        raise Unprocessable(f"{name} is not a table with events")
    return name, keys[name]


handler = message_consumer(parse, republish)
