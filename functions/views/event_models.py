"""The events of every service as the views read them: a model of each type's data, and the check before projecting.

Knows no AWS. The views ignore members that they do not know, so a service may add an optional one first. The contract
tests hold these models to the services' own.
"""

import json
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from kernel.cloud_event import CloudEvent, schema_name
from kernel.money import Currency
from kernel.order_id import ORDER_ID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from order_document import OrderStatus

# A browser's numbers are exact up to here.
MAX_INTEGER = 2**53 - 1

Text = Annotated[str, StringConstraints(min_length=1)]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]
Amount = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Quantity = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Decision = Literal["CONFIRMED", "REJECTED", "CANCELLED"]


class InvalidEvent(ValueError):
    """The event is not what its type promises, or the views do not know its type."""


class Model(BaseModel):
    """Values are taken as they are: no text becomes a number."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class Data(Model):
    """The data of an event in the latest version of its type."""

    schema_version: ClassVar[int] = 1


class Price(Model):
    amount: Amount
    currency: Currency


class OrderedLine(Model):
    sku: Sku
    name: Text
    quantity: Quantity
    unit_price: Amount


class ReservedLine(Model):
    sku: Sku
    quantity: Quantity


class OrderEvent(Data):
    status: OrderStatus
    decided_by: Literal["customer", "saga", "operator", "timeout"]
    reason: str | None = None


class PersonsAnswer(OrderEvent):
    operator_id: str | None = None
    comment: str | None = None


class OrderPlaced(OrderEvent):
    customer_id: Text
    items: tuple[OrderedLine, ...] = Field(min_length=1)
    total: Amount
    currency: Currency
    payment_method: Text


class OrderRejected(PersonsAnswer):
    reason: Text


class OrderReviewRequested(OrderEvent):
    total: Amount
    currency: Currency


class OrderNeedsAttention(OrderEvent):
    failed_steps: tuple[str, ...]
    decision: Decision | None = None
    total: Amount
    currency: Currency


class OrderRetryRequested(PersonsAnswer):
    by_hand: tuple[str, ...]


class StockHeld(Data):
    items: tuple[ReservedLine, ...]


class StockReservationRejected(Data):
    out_of_stock: tuple[Sku, ...]


class ProductLevel(Data):
    sku: Sku
    name: Text
    unit_price: Amount
    currency: Currency
    available: Annotated[int, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]


class PaymentEvent(Data):
    amount: Price
    payment_method: Text
    by_hand: str | None = None


class PaymentHeld(PaymentEvent):
    authorization_id: Text


class PaymentDeclined(PaymentEvent):
    reason: Text


class ShipmentBooked(Data):
    schema_version: ClassVar[int] = 2

    carrier: Text
    tracking_number: Text


class ShipmentRefused(Data):
    reason: Text


class ShipmentCancelled(Data):
    by_hand: str | None = None


ORDER_MODELS: Mapping[tuple[str, str], type[Data]] = {
    ("orders", "OrderPlaced"): OrderPlaced,
    ("orders", "OrderReviewRequested"): OrderReviewRequested,
    ("orders", "OrderReviewApproved"): PersonsAnswer,
    ("orders", "OrderConfirmed"): OrderEvent,
    ("orders", "OrderRejected"): OrderRejected,
    ("orders", "OrderCancelled"): OrderEvent,
    ("orders", "OrderNeedsAttention"): OrderNeedsAttention,
    ("orders", "OrderRetryRequested"): OrderRetryRequested,
    ("orders", "OrderResolved"): OrderEvent,
    ("inventory", "StockReserved"): StockHeld,
    ("inventory", "StockReservationRejected"): StockReservationRejected,
    ("inventory", "StockReleased"): StockHeld,
    ("payments", "PaymentAuthorized"): PaymentHeld,
    ("payments", "PaymentDeclined"): PaymentDeclined,
    ("payments", "PaymentCaptured"): PaymentHeld,
    ("payments", "PaymentVoided"): PaymentEvent,
    ("shipping", "ShipmentBooked"): ShipmentBooked,
    ("shipping", "ShipmentRefused"): ShipmentRefused,
    ("shipping", "ShipmentCancelled"): ShipmentCancelled,
}

PRODUCT_MODELS: Mapping[tuple[str, str], type[ProductLevel]] = {
    ("inventory", "ProductStocked"): ProductLevel,
    ("inventory", "StockLevelChanged"): ProductLevel,
}


def check_event(event: CloudEvent) -> None:
    """Check that the views can project an event, which `view_upcasters` has upcast.

    Raises:
        InvalidEvent: Its source, type, version or subject is none that the views know.
        pydantic.ValidationError: Its data does not fit the model of its type.
    """
    kind = (event.source, event.type)
    model = ORDER_MODELS.get(kind) or PRODUCT_MODELS.get(kind)
    if model is None:
        raise InvalidEvent(f"the views know no event {event.type} of {event.source}")
    if event.dataschema != schema_name(event.type, model.schema_version):
        raise InvalidEvent(f"the views know version {model.schema_version} of {event.type}, and this is another one")
    data = model.model_validate_json(json.dumps(event.data))
    if isinstance(data, ProductLevel):
        if data.sku != event.subject:
            raise InvalidEvent("its subject is not the SKU that its data names")
    elif not ORDER_ID.fullmatch(event.subject):
        raise InvalidEvent("its subject is not the id of an order")


def is_valid(event: CloudEvent) -> bool:
    """Whether `check_event` finds nothing wrong."""
    try:
        check_event(event)
    except ValueError:  # ValidationError is one, too
        return False
    return True
