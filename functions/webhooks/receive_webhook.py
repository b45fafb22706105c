"""Receive a webhook of a provider: `POST /webhooks/{provider}`. Public: its signature authenticates the provider.

Lambda entry point of the webhooks service.
"""

from typing import Literal

from aws_lambda_powertools.event_handler import Response

import webhook_inbox
from kernel.http_application import ResponseBody, Routes, http_application, json_response
from kernel.observability import correlate, count, logger
from kernel.problems import Problem
from webhook_signature import HEADERS, is_authentic
from webhook_types import PROVIDERS, parse


class ReceivedWebhook(ResponseBody):
    """The id of the webhook."""

    webhook_id: str
    status: Literal["RECEIVED"] = "RECEIVED"


routes = Routes()


@routes.post("/webhooks/<provider>")
def receive_webhook(provider: str) -> Response[str]:
    """Store an authentic webhook under its id, and queue it for the provider's service.

    Returns:
        202. A repeated delivery gets the same response, and is queued only if no earlier one is known to be queued.

    Raises:
        Problem: 401, the webhook has no valid signature; 413, its body is too large; 422, it is not valid.
    """
    if provider not in PROVIDERS:
        raise Problem(404, "There is no such provider: check the path.")
    body = routes.raw_body()
    headers = _webhook_headers()
    if headers is None or not is_authentic(provider, headers, body):
        count("WebhookSignatureFailures")
        logger.warning("refused a webhook without a valid signature", provider=provider)
        # The same response for every cause: it must not help to forge a signature.
        raise Problem(401, "The webhook has no valid signature: sign it as Standard Webhooks specifies.")
    delivery = parse(provider, headers["webhook-id"], body)
    if delivery.message:
        correlate(delivery.message.data["order_id"])
    webhook_inbox.receive(delivery)
    return json_response(202, ReceivedWebhook(webhook_id=delivery.webhook_id))


def _webhook_headers() -> dict[str, str] | None:
    """Return the headers of the signature. None unless the request has each of them once."""
    values = {name: routes.header_values(name) for name in HEADERS}
    return {name: each[0] for name, each in values.items()} if all(len(each) == 1 for each in values.values()) else None


handler = http_application(routes)
