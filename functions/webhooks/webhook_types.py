"""The webhooks that the providers send: their types and the data of each. Pure: knows no AWS."""

import re
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kernel.money import Currency
from kernel.order_id import ORDER_ID
from kernel.problems import Problem, invalid
from kernel.provider_webhook import ProviderWebhook
from kernel.text import Text

WEBHOOK_ID = re.compile(r"[!-~]{1,200}")

OrderId = Annotated[str, StringConstraints(pattern=f"^{ORDER_ID.pattern}$")]


class Data(BaseModel):
    """Data of a webhook. It ignores unknown members, because providers add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    order_id: OrderId


class PaymentData(Data):
    """A decision about a payment.

    `amount` is in minor units of `currency`. An authorized payment can have the provider's id of the authorization, and
    a failed one a reason.
    """

    amount: int = Field(ge=0)
    currency: Currency
    authorization_id: Text | None = None
    reason: Text | None = None


class ShipmentData(Data):
    """A movement of a parcel."""

    tracking_number: Text


PaymentType = Literal["payment.authorized", "payment.failed"]
ShipmentType = Literal["shipment.dispatched", "shipment.delivered", "shipment.lost"]


class Webhook(BaseModel):
    """The members that the body of every webhook has, by the Standard Webhooks specification."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    type: Text
    timestamp: AwareDatetime


class OtherWebhook(Webhook):
    """The body of a webhook of any type."""

    data: dict[str, Any]


class PaymentWebhook(Webhook):
    """The body of a webhook of the payment provider."""

    type: PaymentType
    data: PaymentData


class ShipmentWebhook(Webhook):
    """The body of a webhook of the carrier."""

    type: ShipmentType
    data: ShipmentData


# The types that the services know, by provider.
PROVIDERS: dict[str, dict[str, type[PaymentWebhook | ShipmentWebhook]]] = {
    "payments": dict.fromkeys(get_args(PaymentType), PaymentWebhook),
    "carrier": dict.fromkeys(get_args(ShipmentType), ShipmentWebhook),
}


class Delivery(NamedTuple):
    """An authentic webhook.

    Attributes:
        provider: The provider, a key of PROVIDERS.
        webhook_id: The provider's id of the webhook.
        type: What happened, such as `payment.authorized`.
        body: The body as it arrived.
        message: The message to the provider's service. None if no service knows the type.
    """

    provider: str
    webhook_id: str
    type: str
    body: str
    message: ProviderWebhook | None


def parse(provider: str, webhook_id: str, body: bytes) -> Delivery:
    """Parse an authentic webhook. Its type may be unknown, because providers add types.

    Raises:
        Problem: 422, the webhook is not valid.
    """
    if not WEBHOOK_ID.fullmatch(webhook_id):
        raise Problem(422, "The webhook-id is not valid: send 1 to 200 visible ASCII characters.", kind="header")
    try:
        webhook = OtherWebhook.model_validate_json(body)
        model = PROVIDERS[provider].get(webhook.type)
        typed = model.model_validate_json(body) if model else None
    except ValidationError as error:
        problem = invalid(error)
        if problem.status == 422:
            raise problem from None
        raise Problem(422, problem.detail, kind=problem.kind) from None
    return Delivery(provider, webhook_id, webhook.type, body.decode(), _message(webhook_id, typed))


def _message(webhook_id: str, webhook: PaymentWebhook | ShipmentWebhook | None) -> ProviderWebhook | None:
    if webhook is None:
        return None
    return ProviderWebhook(
        webhook_id=webhook_id,
        type=webhook.type,
        timestamp=webhook.timestamp,
        data=webhook.data.model_dump(exclude_none=True),
    )
