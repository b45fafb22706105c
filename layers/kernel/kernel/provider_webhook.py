"""A verified webhook of a provider: the message that the webhooks service sends to the provider's service."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict


class ProviderWebhook(BaseModel):
    """A webhook whose signature is valid.

    Attributes:
        webhook_id: The provider's id of the message. Repeated deliveries have the same id.
        type: What happened, such as `payment.authorized`.
        timestamp: When it happened, as the provider says.
        data: What happened to which order. Its members depend on the type.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    webhook_id: str
    type: str
    timestamp: AwareDatetime
    data: dict[str, Any]
