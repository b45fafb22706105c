"""An order as the API shows it. Amounts are in minor units of `currency`, times are UTC."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from kernel.timestamps import Timestamp

OrderStatus = Literal["PLACED", "IN_REVIEW", "CONFIRMED", "REJECTED", "CANCELLED", "NEEDS_ATTENTION"]


class OrderedLine(TypedDict):
    """So many of a product, at the price of the moment of placing."""

    sku: str
    name: str
    quantity: int
    unit_price: int


class StockState(TypedDict):
    """What the stock says to the order; `out_of_stock` lists the SKUs of which there were too few."""

    status: Literal["RESERVED", "REJECTED", "RELEASED"]
    out_of_stock: NotRequired[list[str]]


class PaymentState(TypedDict):
    """What became of the payment; `reason` says why it was declined."""

    status: Literal["AUTHORIZED", "DECLINED", "CAPTURED", "VOIDED"]
    payment_method: str
    reason: NotRequired[str]


class ShipmentState(TypedDict):
    """What became of the shipment; `tracking_number` is the `carrier`'s, `reason` says why it was refused."""

    status: Literal["BOOKED", "REFUSED", "CANCELLED"]
    carrier: NotRequired[str]
    tracking_number: NotRequired[str]
    reason: NotRequired[str]


class TimelineEntry(TypedDict):
    """That an event happened."""

    type: str
    time: Timestamp
    source: str
    sequence: int


class OrderSummary(TypedDict):
    """An order in a list. `reason` says why it was rejected, or needs a person."""

    order_id: str
    status: OrderStatus
    reason: NotRequired[str]
    items: list[OrderedLine]
    total: int
    currency: str
    placed_at: Timestamp


class OrderDocument(OrderSummary):
    """An order with all that is known of it. What has not happened yet is null."""

    updated_at: Timestamp
    stock: StockState | None
    payment: PaymentState | None
    shipment: ShipmentState | None
    timeline: list[TimelineEntry]
