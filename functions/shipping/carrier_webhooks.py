"""Stub."""

from kernel.provider_webhook import ProviderWebhook
from kernel.queue_consumer import message_consumer


def consume(_: ProviderWebhook) -> None: ...


handler = message_consumer(ProviderWebhook.model_validate_json, consume)
