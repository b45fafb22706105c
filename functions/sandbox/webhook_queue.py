"""Queue webhooks of the sandbox providers as real providers deliver them: twice, and in any order."""

import json
import random
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import boto3

from kernel.client_limits import CLIENT_LIMITS
from kernel.settings import setting
from kernel.timestamps import now
from sandbox_delivery import SandboxDelivery

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

DELIVERIES = 2
MAX_DELAY_SECONDS = 2


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs", config=CLIENT_LIMITS)


def send(provider: str, kind: str, data: dict[str, Any]) -> None:
    """Queue the deliveries of a webhook, each with a random delay.

    Args:
        provider: The provider, as in the path of the API.
        kind: The type of the webhook, such as `payment.authorized`.
        data: The data of the webhook. Its order and type determine the webhook's id.
    """
    webhook_id = uuid5(NAMESPACE_URL, f"{kind}:{data['order_id']}")
    delivery = SandboxDelivery(
        provider=provider,
        webhook_id=f"msg_{webhook_id.hex}",
        body=json.dumps({"type": kind, "timestamp": now(), "data": data}),
    )
    for _ in range(DELIVERIES):
        _sqs().send_message(
            QueueUrl=setting("SANDBOX_DELIVERIES_QUEUE_URL"),
            MessageBody=delivery.model_dump_json(),
            DelaySeconds=random.randint(0, MAX_DELAY_SECONDS),  # noqa: S311 (disorder, not a secret)
        )
