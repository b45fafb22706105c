"""The events of an order, and the types of their members. Pure: imports nothing from AWS."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from kernel.cloud_event import EventData


class Status(StrEnum):
    PLACED = "PLACED"
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    IN_REVIEW = "IN_REVIEW"
    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


class Decision(StrEnum):
    """The final decision of an order. It is made once and never changes."""

    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class DecidedBy(StrEnum):
    """The actor that caused an event of an order."""

    CUSTOMER = "customer"
    SAGA = "saga"
    OPERATOR = "operator"
    TIMEOUT = "timeout"


class OrderLine(BaseModel):
    """A quantity of one product, with its price in minor units when the customer placed the order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sku: str
    name: str
    quantity: int = Field(ge=1)
    unit_price: int = Field(ge=0)


# AWAITING_PAYMENT is newer than the schemas of the other events, and consumers of a published schema do not know it.
StatusOfVersion1 = Annotated[
    Status,
    WithJsonSchema({"type": "string", "enum": [each.value for each in Status if each is not Status.AWAITING_PAYMENT]}),
]


class OrderEvent(EventData):
    """The fields of all events of an order: the new status, its actor, and the reason of a rejection."""

    status: StatusOfVersion1
    decided_by: DecidedBy
    reason: str | None = None


class OrderPlaced(OrderEvent):
    status: StatusOfVersion1 = Status.PLACED
    decided_by: DecidedBy = DecidedBy.CUSTOMER
    customer_id: str
    items: tuple[OrderLine, ...]
    total: int = Field(ge=0)
    currency: str
    payment_method: str


class OrderConfirmed(OrderEvent):
    status: StatusOfVersion1 = Status.CONFIRMED
    decided_by: DecidedBy = DecidedBy.SAGA


class OperatorEvent(OrderEvent):
    """The fields of an event that an operator can cause: the operator's id and comment."""

    operator_id: str | None = None
    comment: str | None = None


class OrderRejected(OperatorEvent):
    status: StatusOfVersion1 = Status.REJECTED


class OrderCancelled(OrderEvent):
    status: StatusOfVersion1 = Status.CANCELLED
    decided_by: DecidedBy = DecidedBy.CUSTOMER


class OrderAwaitingPayment(OrderEvent):
    """The customer must confirm the payment with their bank before the order continues."""

    status: Literal[Status.AWAITING_PAYMENT] = Status.AWAITING_PAYMENT
    decided_by: DecidedBy = DecidedBy.SAGA


class OrderReviewRequested(OrderEvent):
    """The order is so large that an operator must review it before it continues."""

    status: StatusOfVersion1 = Status.IN_REVIEW
    decided_by: DecidedBy = DecidedBy.SAGA
    total: int
    currency: str


class OrderReviewApproved(OperatorEvent):
    status: StatusOfVersion1 = Status.PLACED
    decided_by: DecidedBy = DecidedBy.OPERATOR


class OrderNeedsAttention(OrderEvent):
    """Steps kept failing. `failed_steps` lists their state names in the definition of the saga."""

    status: StatusOfVersion1 = Status.NEEDS_ATTENTION
    decided_by: DecidedBy = DecidedBy.SAGA
    failed_steps: tuple[str, ...]
    decision: Decision | None = None
    total: int
    currency: str


class OrderRetryRequested(OperatorEvent):
    """An operator requested another run. `by_hand` lists the failed steps that the operator did manually."""

    decided_by: DecidedBy = DecidedBy.OPERATOR
    by_hand: tuple[str, ...] = ()


class OrderResolved(OrderEvent):
    """The order no longer needs attention."""

    decided_by: DecidedBy = DecidedBy.SAGA
