"""A task for a person: what is asked, what may be answered, and what was. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from kernel.timestamps import Timestamp

# attend_order sends these in a message, and Step Functions does not escape them: SQS refuses some other characters.
Code = Annotated[str, StringConstraints(pattern=r"^[ -~]+$")]


class Kind(StrEnum):
    REVIEW = "review"
    ATTENTION = "attention"


class TaskStatus(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"


class Verdict(StrEnum):
    """How a task is decided: all but TIMEOUT by a person."""

    APPROVE = "approve"
    REJECT = "reject"
    RETRY = "retry"
    RESOLVE = "resolve"
    TIMEOUT = "timeout"


KINDS = {"OrderReviewRequested": Kind.REVIEW, "OrderNeedsAttention": Kind.ATTENTION}


class NotOpen(Exception):
    """The task is decided or closed already."""


class DoesNotFit(Exception):
    """The task cannot be decided like that. `member` is the one of the request that is to blame."""

    def __init__(self, member: str, detail: str) -> None:
        super().__init__(detail)
        self.member = member


class WhatIsKnown(BaseModel):
    """What a person needs to know of the order, from the event that asks for them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    total: int | None = None
    currency: Code | None = None
    reason: Code | None = None
    failed_steps: tuple[Code, ...] = ()
    order_decision: Code | None = None


class Task(WhatIsKnown):
    """`sequence` is that of the event that asks, `token` what wakes the execution that waits for the answer."""

    task_id: str
    order_id: str
    sequence: int
    kind: Kind
    status: TaskStatus = TaskStatus.OPEN
    opened_at: Timestamp
    token: str
    verdict: Verdict | None = None
    decided_at: Timestamp | None = None
    operator_id: str | None = None
    comment: str | None = None

    @property
    def verdicts(self) -> list[Verdict]:
        """How a person may decide. An order that is decided cannot be rejected any more."""
        if self.kind is Kind.REVIEW:
            return [Verdict.APPROVE, Verdict.REJECT]
        return [Verdict.RETRY, Verdict.RESOLVE, *([] if self.order_decision else [Verdict.REJECT])]

    def decide(self, verdict: Verdict, operator_id: str, comment: str | None, at: Timestamp) -> "Task":
        """Return the task as a person decides it.

        Raises:
            NotOpen: somebody was quicker, or nobody is asked any more.
            DoesNotFit: `verdict` is none for this task, or lacks its comment.
        """
        if self.status is not TaskStatus.OPEN:
            raise NotOpen(self.task_id)
        if verdict not in self.verdicts:
            raise DoesNotFit("decision", f"this task takes {' or '.join(self.verdicts)}")
        if verdict is Verdict.RESOLVE and comment is None:
            raise DoesNotFit("comment", "say what was done by hand, and where it is written")
        return self.model_copy(
            update={
                "status": TaskStatus.DECIDED,
                "verdict": verdict,
                "operator_id": operator_id,
                "comment": comment,
                "decided_at": at,
            }
        )

    def timed_out(self, at: Timestamp) -> "Task":
        """Return the task as nobody decided it. Raises: NotOpen."""
        if self.status is not TaskStatus.OPEN:
            raise NotOpen(self.task_id)
        return self.model_copy(
            update={"status": TaskStatus.DECIDED, "verdict": Verdict.TIMEOUT, "decided_at": at},
        )

    def answer(self) -> dict[str, Any]:
        """Return what the waiting execution is told."""
        if self.status is TaskStatus.CLOSED:
            return CLOSED
        answer = {"decision": self.verdict, "operator_id": self.operator_id, "comment": self.comment}
        failed_steps = {"failed_steps": list(self.failed_steps)}
        return {name: value for name, value in answer.items() if value is not None} | failed_steps

    def document(self) -> "TaskDocument":
        """Return the task as the API shows it."""
        shown = self.model_dump(exclude={"token", "verdict", "sequence"})
        decisions = self.verdicts if self.status is TaskStatus.OPEN else None
        return TaskDocument(**shown, decisions=decisions, decision=self.verdict)


class TaskDocument(WhatIsKnown):
    """A task for a person, and how they may decide (`decisions`) or have decided (`decision`)."""

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


CLOSED = {"decision": "closed"}


def task_id_of(order_id: str, sequence: int) -> str:
    """Return the id of the task that the event number `sequence` of the order asks for: one event, one task."""
    return f"{order_id}-{sequence}"


def closes(event_type: str, data: Mapping[str, Any]) -> set[Kind]:
    """Return the kinds of earlier tasks of its order that nobody need answer after this event."""
    match event_type:
        case "OrderCancelled":
            return {Kind.REVIEW, Kind.ATTENTION}
        case "OrderRejected":
            # A person's rejection answers for what needed attention; the saga's own may be what still needs it.
            return {Kind.REVIEW} if data["decided_by"] == "saga" else {Kind.REVIEW, Kind.ATTENTION}
        case "OrderResolved":
            return {Kind.ATTENTION}
        case _:
            return set()
