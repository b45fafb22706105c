"""The inbox: store each webhook once, then queue it for the provider's service."""

import time
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from kernel.client_limits import CLIENT_LIMITS
from kernel.dynamodb import current_item, dynamodb, is_condition_failure, to_item
from kernel.messages import ascii_text
from kernel.provider_webhook import ProviderWebhook
from kernel.settings import setting
from kernel.timestamps import now
from webhook_types import Delivery

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# The setting with the queue of each provider.
QUEUES = {"payments": "PAYMENT_WEBHOOKS_QUEUE_URL", "carrier": "CARRIER_WEBHOOKS_QUEUE_URL"}
# Providers stop their retries after days.
KEPT_SECONDS = 30 * 24 * 3600


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def receive(delivery: Delivery) -> None:
    """Store a webhook, and queue it if a service knows its type. A repeated delivery changes nothing.

    If the function stops before it marks the webhook as queued, the provider gets no response and delivers again. The
    stored webhook then has no `queued_at`, so it is queued, perhaps for the second time.
    """
    is_queued = _store(delivery)
    if delivery.message and not is_queued:
        _queue(delivery.provider, delivery.message)
        _mark_as_queued(delivery)


def _store(delivery: Delivery) -> bool:
    """Store the webhook, unless an earlier delivery did. Return whether it is queued already."""
    item = {
        **_key(delivery),
        "provider": delivery.provider,
        "webhook_id": delivery.webhook_id,
        "type": delivery.type,
        "body": delivery.body,
        "received_at": now(),
        "expires_at": int(time.time()) + KEPT_SECONDS,
    }
    try:
        dynamodb().put_item(
            TableName=setting("WEBHOOK_INBOX_TABLE_NAME"),
            Item=to_item(item),
            ConditionExpression="attribute_not_exists(delivery)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if not is_condition_failure(error):
            raise
        return "queued_at" in current_item(error)
    return False


def _queue(provider: str, message: ProviderWebhook) -> None:
    _sqs().send_message(QueueUrl=setting(QUEUES[provider]), MessageBody=ascii_text(message.model_dump_json()))


def _mark_as_queued(delivery: Delivery) -> None:
    dynamodb().update_item(
        TableName=setting("WEBHOOK_INBOX_TABLE_NAME"),
        Key=to_item(_key(delivery)),
        UpdateExpression="SET queued_at = :now",
        ExpressionAttributeValues=to_item({":now": now()}),
    )


def _key(delivery: Delivery) -> dict[str, str]:
    return {"delivery": f"{delivery.provider}#{delivery.webhook_id}"}
