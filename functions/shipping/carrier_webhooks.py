"""Lambda entry point that consumes the carrier's webhooks, which report the movements of a parcel."""

from pydantic import BaseModel, ConfigDict

from kernel.observability import cause, correlate, logger
from kernel.provider_webhook import ProviderWebhook
from kernel.queue_consumer import Unprocessable, message_consumer
from shipment import (
    DeliveredShipment,
    DispatchedShipment,
    IntendedShipment,
    LostShipment,
    MovedShipment,
    Shipment,
    is_accepted,
    move,
)
from shipment_store import shipments

REACHED: dict[str, type[MovedShipment]] = {
    "shipment.dispatched": DispatchedShipment,
    "shipment.delivered": DeliveredShipment,
    "shipment.lost": LostShipment,
}


class NotBookedYet(Exception):
    """The booking is not recorded yet. The queue delivers the webhook again."""


class Parcel(BaseModel):
    """The data of each of the carrier's webhooks."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    order_id: str
    tracking_number: str


def record_movement(webhook: ProviderWebhook) -> None:
    """Record what happened to the parcel, unless the shipment is cancelled or the parcel is not the order's.

    Raises:
        NotBookedYet: The booking is not recorded yet. SQS delivers the webhook again.
        Unprocessable: The carrier sends no webhook of this type.
        pydantic.ValidationError: The data names no order or no parcel.
    """
    reached = REACHED.get(webhook.type)
    if reached is None:
        raise Unprocessable(f"unknown type of webhook: {webhook.type}")
    parcel = Parcel.model_validate(webhook.data)
    correlate(parcel.order_id)
    origin = cause(webhook.webhook_id)

    def record(shipment: Shipment | None) -> Shipment:
        if shipment is None or isinstance(shipment, IntendedShipment):
            raise NotBookedYet(f"the shipment of order {parcel.order_id} is not booked yet")
        if not is_accepted(shipment) or shipment.tracking_number != parcel.tracking_number:
            return shipment
        return move(shipment, reached, origin)

    shipment = shipments().change(parcel.order_id, record)
    if not is_accepted(shipment):
        logger.info("%s changes nothing, because the shipment is %s", webhook.type, shipment.status)
    elif shipment.tracking_number != parcel.tracking_number:
        logger.warning("%s changes nothing, because the tracking number is not the order's", webhook.type)
    else:
        logger.info("after %s, the shipment is %s", webhook.type, shipment.status)


handler = message_consumer(ProviderWebhook.model_validate_json, record_movement)
