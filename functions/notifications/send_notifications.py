"""Tell a customer by e-mail what was decided about an order. Each event is mailed at most once."""

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

# Older news is none: events that are announced again long after, say by a redrive, are not mailed.
MAX_EVENT_AGE = timedelta(days=7)
# So a record of what is mailed has to outlive the news.
RECORD_LIFETIME = timedelta(days=30)

# Powertools misses Lambda's context, by which it would forget an attempt that died halfway, and mail again. Such an
# attempt may have mailed: it is remembered, and the message ends in the dead letters, where a person sees it.
warnings.filterwarnings("ignore", message="Couldn't determine the remaining time left")


class NotProjectedYet(Exception):
    """The view does not show the order yet."""


class NotMailed(Exception):
    """SES refused the letter."""


@cache
def _ses() -> Any:
    # A second try by itself might be a second letter.
    return boto3.client("sesv2", config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}))


@queue_consumer
def handler(event: CloudEvent) -> None:
    """Mail the event to the customer of its order.

    Raises:
        NotProjectedYet, NotMailed, ClientError: nothing is mailed yet; it comes again.
    """
    if not setting("NOTIFICATION_SENDER"):
        logger.info("notifications are off: the template's NotificationSender is empty")
    elif datetime.fromisoformat(event.time) < datetime.now(UTC) - MAX_EVENT_AGE:
        logger.info("%s is too old to be news", event.id)
    else:
        ordered = _what_was_ordered(event.subject)
        _mail_once(event.id, ordered["customer_id"], compose_email(event, ordered))


def _what_was_ordered(order_id: str) -> dict[str, Any]:
    """Return it from the view: published data, and it names the customer."""
    key = to_item({"pk": f"ORDER#{order_id}", "sk": "SUMMARY"})
    answer = dynamodb().get_item(TableName=setting("VIEWS_TABLE_NAME"), Key=key)
    ordered: dict[str, Any] | None = from_item(answer.get("Item", {})).get("ordered")
    if ordered is None:
        raise NotProjectedYet(order_id)
    return ordered


def _mail_once(event_id: str, customer_id: str, content: OrderEmail) -> None:
    """Mail the letter, unless one was mailed for this event before."""

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
        # SES names the address in its message, which goes into the log and the dead letters.
        raise NotMailed(error.response["Error"]["Code"]) from None
    except (ReadTimeoutError, ConnectionClosedError):
        # It may have been mailed. Once more would be at least once.
        return "SES did not answer; not tried again"
    return "mailed"
