"""A task for an operator: the order's facts, the possible decisions and the decision made. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from kernel.text import Text
from kernel.timestamps import Timestamp

# attend_order sends the facts of a task in a message, which Step Functions does not escape. SQS refuses control
# characters and noncharacters: `Text` has none, and a code is printable ASCII.
Code = Annotated[str, StringConstraints(pattern=r"^[ -~]+$")]


class Kind(StrEnum):
    REVIEW = "review"
    ATTENTION = "attention"
    RETURN = "return"
    LOST_SHIPMENT = "lost_shipment"


class TaskStatus(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"


class Verdict(StrEnum):
    """The decision about a task. An operator makes it, except TIMEOUT."""

    APPROVE = "approve"
    REJECT = "reject"
    RETRY = "retry"
    REFUND = "refund"
    RESOLVE = "resolve"
    TIMEOUT = "timeout"


# The kind of the task that an event of each type requests.
KINDS = {
    "OrderReviewRequested": Kind.REVIEW,
    "OrderNeedsAttention": Kind.ATTENTION,
    "ReturnRequested": Kind.RETURN,
    "ReturnNeedsAttention": Kind.ATTENTION,
    "ShipmentLost": Kind.LOST_SHIPMENT,
}


class NotOpen(Exception):
    """The task is already decided or closed."""


class InvalidVerdict(Exception):
    """The task does not accept this decision. `member` names the invalid member of the request."""

    def __init__(self, member: str, detail: str) -> None:
        super().__init__(detail)
        self.member = member


class ReturnedLine(BaseModel):
    """Items that a customer wants to return, at the price as paid in minor units."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    sku: Code
    quantity: int
    unit_price: int


class TaskFacts(BaseModel):
    """What the operator needs to know. The event that requests the decision contains these facts.

    A task about a return has a `return_id`, the items, and the amount to refund. A task about a lost parcel has the
    carrier and the tracking number.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    total: int | None = None
    currency: Code | None = None
    reason: Text | None = None
    failed_steps: tuple[Code, ...] = ()
    order_decision: Code | None = None
    return_id: Code | None = None
    items: tuple[ReturnedLine, ...] | None = None
    refund_amount: int | None = None
    carrier: Text | None = None
    tracking_number: Text | None = None


class Task(TaskFacts):
    """A task as it is stored.

    Attributes:
        source: The service whose event requests the decision: orders, returns or shipping.
        sequence: The sequence of that event.
        token: The task token of the execution that waits for the decision.
        verdict: The decision; None while the task is open.
        restock: Whether the items of an approved return go back in stock.
    """

    task_id: str
    order_id: str
    source: str
    sequence: int
    kind: Kind
    status: TaskStatus = TaskStatus.OPEN
    opened_at: Timestamp
    token: str
    verdict: Verdict | None = None
    decided_at: Timestamp | None = None
    operator_id: str | None = None
    comment: str | None = None
    restock: bool | None = None

    @property
    def verdicts(self) -> list[Verdict]:
        """The decisions that an operator may make.

        A decided order and an accepted return cannot be rejected. Of a return, only the refund can be done by hand.
        """
        if self.kind in (Kind.REVIEW, Kind.RETURN):
            return [Verdict.APPROVE, Verdict.REJECT]
        if self.kind is Kind.LOST_SHIPMENT:
            return [Verdict.REFUND, Verdict.RESOLVE]
        if self.return_id:
            return [Verdict.RETRY, *([Verdict.RESOLVE] if "RefundPayment" in self.failed_steps else [])]
        return [Verdict.RETRY, Verdict.RESOLVE, *([] if self.order_decision else [Verdict.REJECT])]

    def resolve(
        self, verdict: Verdict, operator_id: str, comment: str | None, at: Timestamp, *, restock: bool | None = None
    ) -> "Task":
        """Return the task with the operator's decision.

        Raises:
            NotOpen: The task is already decided or closed.
            InvalidVerdict: The task does not accept `verdict` or `restock`, or `verdict` requires a comment.
        """
        if self.status is not TaskStatus.OPEN:
            raise NotOpen(self.task_id)
        if verdict not in self.verdicts:
            raise InvalidVerdict("decision", f"This task accepts {' or '.join(self.verdicts)}.")
        if verdict is Verdict.RESOLVE and comment is None:
            raise InvalidVerdict("comment", "Describe what you did by hand, and where it is recorded.")
        if restock and (self.kind, verdict) != (Kind.RETURN, Verdict.APPROVE):
            raise InvalidVerdict("restock", "Only the approval of a return restocks items: leave `restock` out.")
        return self.model_copy(
            update={
                "status": TaskStatus.DECIDED,
                "verdict": verdict,
                "operator_id": operator_id,
                "comment": comment,
                "restock": restock,
                "decided_at": at,
            }
        )

    def timed_out(self, at: Timestamp) -> "Task":
        """Return the task with the decision TIMEOUT.

        Raises:
            NotOpen: The task is already decided or closed.
        """
        if self.status is not TaskStatus.OPEN:
            raise NotOpen(self.task_id)
        return self.model_copy(
            update={"status": TaskStatus.DECIDED, "verdict": Verdict.TIMEOUT, "decided_at": at},
        )

    def decision_output(self) -> dict[str, Any]:
        """Return the task output for the waiting execution."""
        if self.status is TaskStatus.CLOSED:
            return CLOSED_OUTPUT
        decision = {
            "decision": self.verdict,
            "operator_id": self.operator_id,
            "comment": self.comment,
            "restock": self.restock,
        }
        failed_steps = {"failed_steps": list(self.failed_steps)}
        return {name: value for name, value in decision.items() if value is not None} | failed_steps

    def document(self) -> "TaskDocument":
        """Return the task as the API shows it."""
        members = self.model_dump(exclude={"token", "verdict", "source", "sequence"})
        decisions = self.verdicts if self.status is TaskStatus.OPEN else None
        return TaskDocument(**members, decisions=decisions, decision=self.verdict)


class TaskDocument(TaskFacts):
    """A task for an operator, with the possible `decisions` while it is open, or with its `decision`."""

    task_id: str
    order_id: str
    kind: Kind
    status: TaskStatus
    opened_at: Timestamp
    decisions: list[Verdict] | None = None
    decision: Verdict | None = None
    decided_at: Timestamp | None = None
    operator_id: str | None = None
    comment: str | None = None
    restock: bool | None = None


CLOSED_OUTPUT = {"decision": "closed"}


def task_id_of(order_id: str, source: str, sequence: int) -> str:
    """Return the id of the task for an event of an order. Each event has at most one task.

    Args:
        order_id: The order.
        source: The service that emitted the event. The events of each service have sequences of their own.
        sequence: The sequence of the event.
    """
    return f"{order_id}-{source}-{sequence}"


def kinds_closed_by(event_type: str, data: Mapping[str, Any]) -> set[Kind]:
    """Return the kinds of earlier tasks of the order or return that need no decision after this event."""
    match event_type:
        case "OrderCancelled":
            return {Kind.REVIEW, Kind.ATTENTION}
        case "OrderRejected":
            # A rejection by an operator or timeout also closes attention tasks. After a rejection by the saga, a failed
            # compensation may still need attention.
            return {Kind.REVIEW} if data["decided_by"] == "saga" else {Kind.REVIEW, Kind.ATTENTION}
        case "OrderResolved" | "ReturnCompleted":
            return {Kind.ATTENTION}
        case "ShipmentDelivered":
            return {Kind.LOST_SHIPMENT}
        case _:
            return set()
