"""Lambda entry point: deliver webhooks of the sandbox providers to the API over HTTP. SQS retries a failed delivery."""

from datetime import UTC, datetime
from urllib.request import Request, urlopen

from standardwebhooks import Webhook

from kernel.observability import logger
from kernel.queue_consumer import message_consumer
from kernel.settings import setting
from kernel.webhook_secret import webhook_secrets
from sandbox_delivery import SandboxDelivery

RESPONSE_TIMEOUT_SECONDS = 10


def deliver(delivery: SandboxDelivery) -> None:
    """Sign the webhook with the provider's first secret, and post it.

    Raises:
        urllib.error.HTTPError: The API refused the webhook.
        OSError: The API did not respond.
    """
    sent_at = datetime.now(UTC)
    secret = webhook_secrets()[delivery.provider][0]
    request = Request(  # noqa: S310 (the API of this stack)
        f"{setting('API_URL')}/webhooks/{delivery.provider}",
        delivery.body.encode(),
        {
            "Content-Type": "application/json",
            "webhook-id": delivery.webhook_id,
            "webhook-timestamp": str(int(sent_at.timestamp())),
            "webhook-signature": Webhook(secret).sign(delivery.webhook_id, sent_at, delivery.body),
        },
        method="POST",
    )
    with urlopen(request, timeout=RESPONSE_TIMEOUT_SECONDS):  # noqa: S310
        logger.info("delivered the webhook %s", delivery.webhook_id)


handler = message_consumer(SandboxDelivery.model_validate_json, deliver)
