"""Lambda entry point: send the customer an e-mail about their order, at most once per event."""

import warnings
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from customer_directory import email_of
from kernel.cloud_event import CloudEvent
from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.observability import logger
from kernel.queue_consumer import queue_consumer
from kernel.settings import setting
from order_email import OrderEmail, compose_email

# A redrive can deliver an old event again. Customers do not need an e-mail about it.
MAX_EVENT_AGE = timedelta(days=7)
# The idempotency records must be kept for longer than MAX_EVENT_AGE, or an event could be mailed twice.
RECORD_LIFETIME = timedelta(days=30)

# Powertools warns because it does not get Lambda's context. With the context it would retry an attempt that timed out,
# which could send a second e-mail. Without it, no second attempt runs, and the message goes to the dead-letter queue.
warnings.filterwarnings("ignore", message="Couldn't determine the remaining time left")


class NotProjectedYet(Exception):
    """The order view does not contain the order yet."""


class NotMailed(Exception):
    """SES rejected the e-mail."""


@cache
def _ses() -> Any:
    # No retries by the client, because a retry could send a second e-mail.
    return boto3.client("sesv2", config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}))


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Send the customer of the order an e-mail about the event.

    Raises:
        NotProjectedYet: The order view does not contain the order yet. SQS delivers the event again.
        NotMailed: SES rejected the e-mail. SQS delivers the event again.
        ClientError: A fault of AWS. SQS delivers the event again.
    """
    if not setting("NOTIFICATION_SENDER"):
        logger.info("notifications are off, because the template parameter NotificationSender is empty")
    elif datetime.fromisoformat(event.time) < datetime.now(UTC) - MAX_EVENT_AGE:
        logger.info("skipped %s, because it is older than %s", event.id, MAX_EVENT_AGE)
    else:
        ordered = _ordered(event.subject)
        _mail_once(event.id, ordered["customer_id"], compose_email(event, ordered))


def _ordered(order_id: str) -> dict[str, Any]:
    """Return the ordered products and the customer id from the order view.

    Raises:
        NotProjectedYet: The order view does not contain the order yet.
    """
    key = to_item({"pk": f"ORDER#{order_id}", "sk": "SUMMARY"})
    response = dynamodb().get_item(TableName=setting("VIEWS_TABLE_NAME"), Key=key)
    ordered: dict[str, Any] | None = from_item(response.get("Item", {})).get("ordered")
    if ordered is None:
        raise NotProjectedYet(order_id)
    return ordered


def _mail_once(event_id: str, customer_id: str, content: OrderEmail) -> None:
    """Send the e-mail, unless one was sent for this event before."""

    @idempotent_function(  # type: ignore[untyped-decorator]
        data_keyword_argument="event_id",
        persistence_store=DynamoDBPersistenceLayer(setting("NOTIFICATIONS_TABLE_NAME"), boto3_client=dynamodb()),
        config=IdempotencyConfig(expires_after_seconds=int(RECORD_LIFETIME.total_seconds())),
        key_prefix="notification",
    )
    def mail(*, event_id: str) -> str:
        outcome = _mail(customer_id, content)
        logger.info("%s: %s", event_id, outcome)
        return outcome

    mail(event_id=event_id)


def _mail(customer_id: str, content: OrderEmail) -> str:
    address = email_of(customer_id)
    if address is None:
        return "the customer has no verified address"
    try:
        _ses().send_email(
            FromEmailAddress=setting("NOTIFICATION_SENDER"),
            Destination={"ToAddresses": [address]},
            Content={
                "Simple": {
                    "Subject": {"Data": content.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": content.text, "Charset": "UTF-8"},
                        "Html": {"Data": content.html, "Charset": "UTF-8"},
                    },
                }
            },
        )
    except ClientError as error:
        # Omit SES's message: it contains the address, which must not be in logs and dead letters.
        raise NotMailed(error.response["Error"]["Code"]) from None
    except (ReadTimeoutError, ConnectionClosedError):
        # SES may have sent the e-mail, so a retry could send a second one.
        return "SES did not answer; no retry, because it may have sent the e-mail"
    return "mailed"
