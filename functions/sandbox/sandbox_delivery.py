"""A webhook that a sandbox provider delivers: the message of the queue SandboxDeliveries."""

from pydantic import BaseModel, ConfigDict


class SandboxDelivery(BaseModel):
    """A webhook without its signature, which depends on the time of the delivery.

    Attributes:
        provider: The provider, as in the path of the API.
        webhook_id: The id of the webhook.
        body: The body, JSON.
    """

    # During a canary, a newer version may have written a member that this one does not know.
    model_config = ConfigDict(frozen=True, extra="ignore")

    provider: str
    webhook_id: str
    body: str
