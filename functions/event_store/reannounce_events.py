"""Reannounce events that the tables hold: after a stream's failure, a record that is mended, or an accident.

They take the relay's way again: archived, then announced. Whoever has had them before gets a copy, which changes
nothing. Of a product only the latest level is there to be announced.
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
from reannouncement import AllSince, OneItem, parse, place_of, table_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# A page is one message's work, well within the function's time.
ITEMS_A_PAGE = 200

# The key of each table, by the setting that holds its name.
KEYS = {
    "ORDERS_TABLE_NAME": ("order_id", "sequence"),
    "INVENTORY_TABLE_NAME": ("subject",),
    "PAYMENTS_TABLE_NAME": ("order_id",),
    "SHIPPING_TABLE_NAME": ("order_id",),
}


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def reannounce(request: OneItem | AllSince) -> None:
    """Publish what the message asks for. An item that cannot be read is set aside, as the relay does it.

    Raises:
        Unprocessable: there is no such table, or no such item.
        NotAccepted, ClientError: it comes again.
    """
    if isinstance(request, OneItem):
        reannounce_item(request)
    else:
        reannounce_page(request)


def reannounce_item(request: OneItem) -> None:
    """Announce all events of one item."""
    table, _ = _table(request.event_source_arn)
    answer = dynamodb().get_item(TableName=table, Key=request.keys, ConsistentRead=True)
    if "Item" not in answer:
        raise Unprocessable(f"{table} has no item {request.keys}")
    _publish([answer["Item"]], request.event_source_arn, since="")


def reannounce_page(request: AllSince) -> None:
    """Announce what a page of the table holds since then, and ask for the next page, where there is one."""
    table, _ = _table(request.event_source_arn)
    page = dynamodb().scan(
        TableName=table,
        Limit=ITEMS_A_PAGE,
        ConsistentRead=True,
        FilterExpression=CARRIES_EVENTS,
        **({"ExclusiveStartKey": request.start} if request.start else {}),  # type: ignore[arg-type]
    )
    _publish(page["Items"], request.event_source_arn, request.since)
    if "LastEvaluatedKey" in page:
        rest = request.model_copy(update={"start": page["LastEvaluatedKey"]})
        _sqs().send_message(
            QueueUrl=setting("REANNOUNCEMENT_QUEUE_URL"), MessageBody=ascii_text(rest.model_dump_json())
        )


def _publish(items: Iterable[dict[str, Any]], event_source_arn: str, since: str) -> None:
    _, key = _table(event_source_arn)
    found = [
        encoded
        for item in items
        for encoded in publishable_events(item, None, place_of(event_source_arn, {name: item[name] for name in key}))
        if encoded.event.time >= since
    ]
    archive_and_publish(found)
    logger.info("reannounced %s events", len(found), extra={"events": [one.event.id for one in found]})


def _table(event_source_arn: str) -> tuple[str, tuple[str, ...]]:
    """Return the name and the key of the table."""
    try:
        name = table_of(event_source_arn)
    except ValueError as error:
        raise Unprocessable(str(error)) from error
    keys = {setting(name): key for name, key in KEYS.items()}
    if name not in keys:
        raise Unprocessable(f"{name} is no table of events")
    return name, keys[name]


handler = message_consumer(parse, reannounce)
