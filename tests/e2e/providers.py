"""Send webhooks to the deployed API, signed as the providers sign them."""

import json
from datetime import timedelta

import httpx

from tests.e2e.shop import Json, Shop
from tests.support.webhooks import shipment_webhook, signature


def secrets(shop: Shop) -> dict[str, list[str]]:
    """Return the secrets of the providers, by provider."""
    value = shop.client("secretsmanager").get_secret_value(SecretId=shop.stack.outputs["WebhookSecretArn"])
    stored: dict[str, list[str]] = json.loads(value["SecretString"])
    return stored


def send(
    shop: Shop,
    provider: str,
    body: Json,
    *,
    webhook_id: str | None = None,
    secret: str | None = None,
    age: timedelta = timedelta(0),
    sent: Json | None = None,
    changed_headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send a webhook as the provider does. `sent` is another body than the signed one."""
    signed = json.dumps(body, ensure_ascii=False, indent=1)
    headers = signature(secret or secrets(shop)[provider][0], signed, webhook_id, age) | (changed_headers or {})
    text = signed if sent is None else json.dumps(sent)
    return shop.visitor().post(f"/webhooks/{provider}", content=text.encode(), headers=headers)


def move_parcel(shop: Shop, order_id: str, movement: str) -> None:
    """Report as the carrier that the parcel is `dispatched`, `delivered` or `lost`."""
    response = send(shop, "carrier", shipment_webhook(order_id, f"shipment.{movement}"))
    assert response.status_code == httpx.codes.ACCEPTED, response.text
