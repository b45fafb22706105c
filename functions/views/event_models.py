"""The events of every service as the views read them: the catalogue, a model of each type's data, and the check.

Knows no AWS. The views ignore members that they do not know, so a service may add an optional one first. The contract
tests compare these models with those of the services.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kernel.cloud_event import CloudEvent, schema_name
from kernel.money import Currency
from kernel.order_id import ORDER_ID
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
    carrier: Text
    tracking_number: Text


class ShipmentRefused(Data):
    reason: Text


class ShipmentCancelled(Data):
    by_hand: str | None = None


# The view of an event whose type is not here reads nothing of its data.
MODELS: Mapping[str, type[Data]] = {
    "OrderPlaced": OrderPlaced,
    "OrderReviewRequested": OrderReviewRequested,
    "OrderReviewApproved": PersonsAnswer,
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
    "PaymentAuthorized": PaymentHeld,
    "PaymentDeclined": PaymentDeclined,
    "PaymentCaptured": PaymentHeld,
    "PaymentVoided": PaymentEvent,
    "ShipmentBooked": ShipmentBooked,
    "ShipmentRefused": ShipmentRefused,
    "ShipmentCancelled": ShipmentCancelled,
}


class KnownEvent(NamedTuple):
    """An event type as `event_catalogue.json` has it, which `make contracts` writes from `contracts/events.json`.

    Attributes:
        version: The latest version of its data.
        group: The group of fields that it updates. None: it shows in the timeline only.
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
    """Return the catalogue's entry of an event; None if its service emits no such event."""
    entry = _catalogue.get(event.type)
    return entry if entry and entry.source == event.source else None


def check_event(event: CloudEvent) -> None:
    """Check that the views can project an event, which `view_upcasters` has upcast.

    Raises:
        InvalidEvent: Its source, type, version or subject is none that the views know.
        pydantic.ValidationError: Its data does not fit the model of its type.
    """
    entry = known_event(event)
    if entry is None:
        raise InvalidEvent(f"the views know no event {event.type} of {event.source}")
    if event.dataschema != schema_name(event.type, entry.version):
        raise InvalidEvent(f"the views know version {entry.version} of {event.type}, and this is another one")
    data = MODELS.get(event.type, Data).model_validate_json(json.dumps(event.data))
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
