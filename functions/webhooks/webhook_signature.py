"""Verify the signature of a webhook by the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import time
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from kernel.webhook_secret import webhook_secrets

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
# A failed verification reads the current secrets, because a rotation must take effect at once. Forged webhooks must not
# cause more calls than this.
REFRESH_SECONDS = 60


class Interval:
    """Allows an action at most once in `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def is_due(self) -> bool:
        """Return whether the action is allowed now. If it is, the next one is allowed after the interval."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


_refresh = Interval(REFRESH_SECONDS)


def is_authentic(provider: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether the provider signed the webhook in the last five minutes, with one of its secrets.

    Args:
        provider: The provider.
        headers: The values of HEADERS.
        body: The bytes of the body as they arrived.
    """
    if any(_is_signed_with(secret, headers, body) for secret in webhook_secrets()[provider]):
        return True
    return _refresh.is_due() and any(
        _is_signed_with(secret, headers, body) for secret in webhook_secrets(refresh=True)[provider]
    )


def _is_signed_with(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    webhook = Webhook(secret)
    try:
        webhook.verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        # The library does not catch the errors of a malformed signature and of a body that is not UTF-8.
        return False
    return True
