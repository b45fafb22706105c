"""Sign and send webhooks as a provider does, to the real handler on moto."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
from standardwebhooks import Webhook

from tests.support.shop_on_moto import Response, ShopOnMoto

SECRETS = {
    "payments": ["whsec_cGF5bWVudHMtc2VjcmV0LW9mLTMyLWJ5dGVzLWxvbmc="],
    "carrier": ["whsec_Y2Fycmllci1zZWNyZXQ="],
}
OTHER_SECRET = "whsec_YW5vdGhlci1zZWNyZXQtb2Ytc29tZW9uZS1lbHNl"


class WebhookSender:
    """The providers, with their secret in Secrets Manager on moto."""

    def __init__(self, shop: ShopOnMoto, set_variable: Callable[[str, str], None]) -> None:
        self.shop = shop
        self._secrets_manager = boto3.client("secretsmanager")
        self._arn = self._secrets_manager.create_secret(Name=str(uuid4()), SecretString=json.dumps(SECRETS))["ARN"]
        set_variable("WEBHOOK_SECRET_ARN", self._arn)

    def store_secrets(self, **secrets: list[str]) -> None:
        """Replace the secrets, as a rotation does."""
        self._secrets_manager.put_secret_value(SecretId=self._arn, SecretString=json.dumps(SECRETS | secrets))

    def send(
        self,
        provider: str,
        body: object,
        *,
        webhook_id: str | None = None,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        age: timedelta = timedelta(0),
        changes: Mapping[str, Any] = {},
    ) -> Response:
        """Send a webhook to `POST /webhooks/{provider}`.

        Args:
            provider: The provider.
            body: The body. Text is sent as it is, other values as JSON.
            webhook_id: The id of the webhook, by default a new one.
            secret: The secret that signs it, by default the provider's.
            headers: The headers instead of those of a valid signature.
            age: The age of the signature.
            changes: Members of the proxy event that differ from the default ones, such as another body.
        """
        text = body if isinstance(body, str) else json.dumps(body)
        if headers is None:
            headers = signature(secret or SECRETS[provider][0], text, webhook_id, age)
        return self.shop.call(
            "POST", f"/webhooks/{provider}", headers=headers, claims={}, changes={"body": text, **changes}
        )


def signature(secret: str, body: str, webhook_id: str | None = None, age: timedelta = timedelta(0)) -> dict[str, str]:
    """Return the headers of a signed webhook."""
    webhook_id = webhook_id or f"msg_{uuid4().hex}"
    sent_at = datetime.now(UTC) - age
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, sent_at, body),
    }


def payment_webhook(order_id: str, kind: str = "payment.authorized", **data: Any) -> dict[str, Any]:
    """Return the body of a webhook of the payment provider."""
    return _body(kind, {"order_id": order_id, "amount": 1500, "currency": "EUR"} | data)


def shipment_webhook(order_id: str, kind: str = "shipment.dispatched", **data: Any) -> dict[str, Any]:
    """Return the body of a webhook of the carrier."""
    return _body(kind, {"order_id": order_id, "tracking_number": f"SANDBOX-{order_id[:8].upper()}"} | data)


def _body(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "timestamp": datetime.now(UTC).isoformat(), "data": data}
