"""The API's representation of an order. Amounts are in minor units of `currency`, times are in UTC."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from kernel.timestamps import Timestamp

OrderStatus = Literal[
    "PLACED", "AWAITING_PAYMENT", "IN_REVIEW", "CONFIRMED", "REJECTED", "CANCELLED", "NEEDS_ATTENTION"
]


class OrderedLine(TypedDict):
    """A quantity of a product, at the unit price when the order was placed."""

    sku: str
    name: str
    quantity: int
    unit_price: int


ReturnStatus = Literal["REQUESTED", "REFUSED", "ACCEPTED", "COMPLETED"]


class StockState(TypedDict):
    """The state of the stock reservation. `out_of_stock` lists the SKUs with too little stock."""

    status: Literal["RESERVED", "REJECTED", "RELEASED"]
    out_of_stock: NotRequired[list[str]]


class PaymentState(TypedDict):
    """The state of the payment. `reason` explains a declined payment.

    The customer confirms the payment at `action_url`, which is present while the status is ACTION_REQUIRED.
    """

    status: Literal["ACTION_REQUIRED", "AUTHORIZED", "DECLINED", "CAPTURED", "VOIDED"]
    payment_method: str
    action_url: NotRequired[str]
    reason: NotRequired[str]


class ShipmentState(TypedDict):
    """The state of the shipment. `reason` explains a refused shipment."""

    status: Literal["BOOKED", "REFUSED", "CANCELLED", "DISPATCHED", "DELIVERED", "LOST"]
    carrier: NotRequired[str]
    tracking_number: NotRequired[str]
    reason: NotRequired[str]


class ReturnedItems(TypedDict):
    """A quantity of a product in a return."""

    sku: str
    quantity: int


class ReturnState(TypedDict):
    """A return: what the customer sends back and why, and what is refunded. `comment` is the answer of the operator.

    The refund of a lost parcel is a return without items.
    """

    return_id: str
    status: ReturnStatus
    items: list[ReturnedItems]
    refund_amount: int
    requested_at: Timestamp
    reason: str
    comment: NotRequired[str]
    needs_attention: NotRequired[bool]


class TimelineEntry(TypedDict):
    """An event of the order's timeline."""

    type: str
    time: Timestamp
    source: str
    sequence: int


class OrderSummary(TypedDict):
    """An order in a list. `reason` explains why it was rejected or needs an operator."""

    order_id: str
    status: OrderStatus
    reason: NotRequired[str]
    items: list[OrderedLine]
    total: int
    currency: str
    placed_at: Timestamp


class CustomersOrder(OrderSummary):
    """An order in the list for operators, with its customer and the time of its latest event."""

    customer_id: str
    updated_at: Timestamp


class OrderDocument(OrderSummary):
    """An order with all details. A state is null until its first event.

    `returns` lists the returns, oldest first. `refunded` is what is paid back in minor units, absent without refunds.
    """

    updated_at: Timestamp
    stock: StockState | None
    payment: PaymentState | None
    shipment: ShipmentState | None
    returns: list[ReturnState]
    refunded: NotRequired[int]
    timeline: list[TimelineEntry]
