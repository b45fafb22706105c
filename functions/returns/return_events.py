"""The events of a return, and the types of their members. Pure: imports nothing from AWS."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from kernel.cloud_event import EventData
from kernel.timestamps import Timestamp
from purchase import PaidLine


class ReturnStatus(StrEnum):
    REQUESTED = "REQUESTED"
    REFUSED = "REFUSED"
    ACCEPTED = "ACCEPTED"
    COMPLETED = "COMPLETED"


class DecidedBy(StrEnum):
    """The actor that caused an event of a return."""

    CUSTOMER = "customer"
    OPERATOR = "operator"
    SAGA = "saga"


class ReturnEvent(EventData):
    """The fields of all events of a return. Each has the whole return, so a reader needs only the latest event."""

    return_id: str
    status: ReturnStatus
    items: tuple[PaidLine, ...]
    refund_amount: int = Field(ge=0)
    currency: str
    reason: str
    requested_at: Timestamp
    decided_by: DecidedBy


class ReturnRequested(ReturnEvent):
    """The customer wants to return items. An operator decides."""

    decided_by: DecidedBy = DecidedBy.CUSTOMER


class OperatorEvent(ReturnEvent):
    """The fields of an operator's answer: the operator's id and comment."""

    decided_by: DecidedBy = DecidedBy.OPERATOR
    operator_id: str | None = None
    comment: str | None = None


class ReturnAccepted(OperatorEvent):
    """The refund follows. `restock` tells whether the items become available again."""

    restock: bool


class ReturnRefused(OperatorEvent):
    """Nothing is refunded. The customer may request a return of the same items again."""


class ReturnNeedsAttention(ReturnEvent):
    """Steps of the refund kept failing. `failed_steps` lists their state names in the definition of the saga."""

    decided_by: DecidedBy = DecidedBy.SAGA
    failed_steps: tuple[str, ...]
    needs_attention: Literal[True] = True


class ReturnResolved(OperatorEvent):
    """An operator asked for another run of the refund. `by_hand` lists the steps that the operator did manually."""

    by_hand: tuple[str, ...] = ()


class ReturnCompleted(ReturnEvent):
    """The money is refunded, and the items are restocked if the operator asked for it."""

    decided_by: DecidedBy = DecidedBy.SAGA
