"""The views' own models of the events of all services, the event catalogue, and the validation of events. Pure.

The views ignore unknown members, so a service can add an optional member first. The contract tests compare these models
with those of the services.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kernel.cloud_event import CloudEvent, schema_name
from kernel.money import Currency
from kernel.order_id import ORDER_ID
from kernel.timestamps import Timestamp
from order_document import OrderStatus, ReturnStatus

# The largest integer that JavaScript represents exactly.
MAX_INTEGER = 2**53 - 1

Text = Annotated[str, StringConstraints(min_length=1)]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]
Amount = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Quantity = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Decision = Literal["CONFIRMED", "REJECTED", "CANCELLED"]


class InvalidEvent(ValueError):
    """The event does not match its type, or the views do not know its type."""


class Model(BaseModel):
    """A strict model: pydantic does not convert values, for example text to numbers."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class Data(Model):
    """The data of an event in the latest version of its type."""


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


class OperatorEvent(OrderEvent):
    operator_id: str | None = None
    comment: str | None = None


class OrderPlaced(OrderEvent):
    customer_id: Text
    items: tuple[OrderedLine, ...] = Field(min_length=1)
    total: Amount
    currency: Currency
    payment_method: Text


class OrderRejected(OperatorEvent):
    reason: Text


class OrderReviewRequested(OrderEvent):
    total: Amount
    currency: Currency


class OrderNeedsAttention(OrderEvent):
    failed_steps: tuple[str, ...]
    decision: Decision | None = None
    total: Amount
    currency: Currency


class OrderRetryRequested(OperatorEvent):
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


class PaymentActionRequired(PaymentEvent):
    action_url: Text


class PaymentAuthorized(PaymentEvent):
    authorization_id: Text
    decided_by: Literal["webhook"] | None = None


class PaymentDeclined(PaymentEvent):
    reason: Text
    decided_by: Literal["webhook"] | None = None


class PaymentCaptured(PaymentEvent):
    authorization_id: Text


class PaymentRefunded(PaymentEvent):
    return_id: Text
    refunded: Amount


class StockReturned(Data):
    return_id: Text
    items: tuple[ReservedLine, ...]


class ReturnedLine(Model):
    sku: Sku
    quantity: Quantity
    unit_price: Amount


class ReturnEvent(Data):
    return_id: Text
    status: ReturnStatus
    items: tuple[ReturnedLine, ...]
    refund_amount: Amount
    currency: Currency
    reason: Text
    requested_at: Timestamp
    decided_by: Literal["customer", "saga", "operator"]


class AnsweredReturn(ReturnEvent):
    operator_id: str | None = None
    comment: str | None = None


class ReturnAccepted(AnsweredReturn):
    restock: bool


class ReturnNeedsAttention(ReturnEvent):
    failed_steps: tuple[str, ...]
    needs_attention: Literal[True]


class ReturnResolved(AnsweredReturn):
    by_hand: tuple[str, ...]


class TrackedShipment(Data):
    carrier: Text
    tracking_number: Text


class ShipmentRefused(Data):
    reason: Text


class ShipmentCancelled(Data):
    by_hand: str | None = None


# The views read nothing from the data of an event type that is missing here.
MODELS: Mapping[str, type[Data]] = {
    "OrderPlaced": OrderPlaced,
    "OrderAwaitingPayment": OrderEvent,
    "OrderReviewRequested": OrderReviewRequested,
    "OrderReviewApproved": OperatorEvent,
    "OrderConfirmed": OrderEvent,
    "OrderRejected": OrderRejected,
    "OrderCancelled": OrderEvent,
    "OrderNeedsAttention": OrderNeedsAttention,
    "OrderRetryRequested": OrderRetryRequested,
    "OrderResolved": OrderEvent,
    "StockReserved": StockHeld,
    "StockReservationRejected": StockReservationRejected,
    "StockReleased": StockHeld,
    "ProductStocked": ProductLevel,
    "StockLevelChanged": ProductLevel,
    "PaymentActionRequired": PaymentActionRequired,
    "PaymentAuthorized": PaymentAuthorized,
    "PaymentDeclined": PaymentDeclined,
    "PaymentCaptured": PaymentCaptured,
    "PaymentVoided": PaymentEvent,
    "PaymentRefunded": PaymentRefunded,
    "StockReturned": StockReturned,
    "ReturnRequested": ReturnEvent,
    "ReturnAccepted": ReturnAccepted,
    "ReturnRefused": AnsweredReturn,
    "ReturnNeedsAttention": ReturnNeedsAttention,
    "ReturnResolved": ReturnResolved,
    "ReturnCompleted": ReturnEvent,
    "ShipmentBooked": TrackedShipment,
    "ShipmentRefused": ShipmentRefused,
    "ShipmentCancelled": ShipmentCancelled,
    "ShipmentDispatched": TrackedShipment,
    "ShipmentDelivered": TrackedShipment,
    "ShipmentLost": TrackedShipment,
}


class KnownEvent(NamedTuple):
    """An entry of `event_catalogue.json`, which `make contracts` generates from `contracts/events.json`.

    Attributes:
        source: The service that emits the event type.
        version: The latest version of its data.
        group: The group of fields that it updates. None if it appears only in the timeline. Each return has a group of
            its own: see `order_view.RETURN`.
        status: The status that the group gets.
        members: The members of its data that the group gets.
        decision: Whether it is the final decision about an order.
    """

    source: str
    version: int
    group: str | None = None
    status: str | None = None
    members: tuple[str, ...] = ()
    decision: bool = False


_catalogue = {
    name: KnownEvent(**entry)
    for name, entry in json.loads(Path(__file__).with_name("event_catalogue.json").read_text()).items()
}


def known_event(event: CloudEvent) -> KnownEvent | None:
    """Return the catalogue's entry for an event, or None if its service emits no such event."""
    entry = _catalogue.get(event.type)
    return entry if entry and entry.source == event.source else None


def check_event(event: CloudEvent) -> None:
    """Validate an event, after `view_upcasters` has upcast it.

    Raises:
        InvalidEvent: The views do not know its source, type or version, or its subject is invalid.
        pydantic.ValidationError: Its data does not match the model of its type.
    """
    entry = known_event(event)
    if entry is None:
        raise InvalidEvent(f"the views do not know the event type {event.type} of {event.source}")
    if event.dataschema != schema_name(event.type, entry.version):
        raise InvalidEvent(f"the views know only version {entry.version} of {event.type}")
    data = MODELS.get(event.type, Data).model_validate_json(json.dumps(event.data))
    if isinstance(data, ProductLevel):
        if data.sku != event.subject:
            raise InvalidEvent("the subject differs from the SKU in the data")
    elif not ORDER_ID.fullmatch(event.subject):
        raise InvalidEvent("the subject is not an order id")


def is_valid(event: CloudEvent) -> bool:
    """Return whether `check_event` accepts the event."""
    try:
        check_event(event)
    except ValueError:  # includes ValidationError
        return False
    return True
