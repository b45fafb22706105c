"""What Step Functions tells of an order: the states that its sagas and waits went through, and what they are billed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console

from tools.local_cloud.aws import Aws
from tools.local_cloud.stack import Stack

# List price of a state transition of a Standard workflow in us-east-1, looked up on 2026-11-20:
# https://aws.amazon.com/step-functions/pricing/
TRANSITION_USD = 0.000025
ENTERED = "StateEntered"


@dataclass(frozen=True)
class VisitedState:
    """A state that a run went through.

    Attributes:
        seconds: from entering it to leaving it; None while it is in there.
        attempts: how often its task was tried; 1 for other states.
    """

    name: str
    kind: str
    entered: datetime
    seconds: float | None
    attempts: int


@dataclass(frozen=True)
class Run:
    """An execution of a state machine, with its states in their order."""

    machine: str
    name: str
    status: str
    started: datetime
    states: tuple[VisitedState, ...]

    @property
    def transitions(self) -> int:
        """What a Standard workflow is billed for: each state, and each retry."""
        return sum(state.attempts for state in self.states)

    @property
    def seconds(self) -> float:
        """From the start to the leaving of the last state; what is under way counts up to its last state."""
        if not self.states:
            return 0.0
        last = self.states[-1]
        return (last.entered - self.started).total_seconds() + (last.seconds or 0.0)


def keeps_history(aws: Aws, stack: Stack) -> bool:
    """Whether the stack's saga is a Standard workflow: nobody keeps a list of Express runs."""
    machine = stack.outputs["FulfilOrderStateMachineArn"]
    return aws.step_functions.describe_state_machine(stateMachineArn=machine)["type"] == "STANDARD"


def sagas_of(aws: Aws, stack: Stack, order_id: str) -> list[Run]:
    """The runs of an order's saga, the first one first; none where it is an Express workflow."""
    return _runs(aws, stack.outputs["FulfilOrderStateMachineArn"], order_id) if keeps_history(aws, stack) else []


def waits_of(aws: Aws, stack: Stack, order_id: str) -> list[Run]:
    """The waits for a person who decides about the order, the first one first."""
    return _runs(aws, stack.outputs["AttendOrderStateMachineArn"], order_id)


def _runs(aws: Aws, machine: str, order_id: str) -> list[Run]:
    pages = aws.step_functions.get_paginator("list_executions").paginate(stateMachineArn=machine)
    found = [each for page in pages for each in page["executions"] if each["name"].startswith(order_id)]
    return [
        Run(
            machine.rpartition(":")[2],
            each["name"],
            each["status"],
            each["startDate"],
            tuple(visited(_events(aws, each["executionArn"]))),
        )
        for each in sorted(found, key=lambda each: each["startDate"])
    ]


def visited(events: Iterable[Any]) -> Iterator[VisitedState]:
    """Yield the states that an execution's history tells of."""
    state: dict[str, Any] = {}
    attempts = 0
    for event in events:
        kind = event["type"]
        if kind.endswith(ENTERED):
            name = event["stateEnteredEventDetails"]["name"]
            state = {"name": name, "kind": kind.removesuffix(ENTERED), "entered": event["timestamp"]}
            attempts = 0
        elif kind == "TaskScheduled":
            attempts += 1
        elif kind.endswith("StateExited"):
            seconds = (event["timestamp"] - state["entered"]).total_seconds()
            yield VisitedState(**state, seconds=seconds, attempts=max(1, attempts))
            state = {}
    if state:
        yield VisitedState(**state, seconds=None, attempts=max(1, attempts))


def show(console: Console, aws: Aws, stack: Stack, order_id: str) -> None:
    """Print the runs of the order's saga and the waits for a person, in the order of their starts."""
    if not keeps_history(aws, stack):
        console.print(
            "The saga is an EXPRESS workflow: Step Functions keeps no list of its runs, and no history of their states."
            "\nWhat is left of a run: its log, where it failed; the functions' logs (make logs); and what the "
            f"application\nwrote itself, the events: make show ORDER={order_id}"
        )
    runs = sagas_of(aws, stack, order_id) + waits_of(aws, stack, order_id)
    for run in sorted(runs, key=lambda run: run.started):
        console.print(f"\n[bold]{run.machine} {run.name}[/bold]: {run.status}, {run.seconds:.3f} s\n")
        for state in run.states:
            console.print("  " + _line(run, state))
        usd = run.transitions * TRANSITION_USD
        console.print(f"\n{run.transitions} state transitions: ${usd:.6f}, at $25 a million")


def _line(run: Run, state: VisitedState) -> str:
    at = (state.entered - run.started).total_seconds()
    lasted = " under way" if state.seconds is None else f"{state.seconds:8.3f} s"
    again = f"  {state.attempts} attempts" if state.attempts > 1 else ""
    return f"+{at:7.3f} s  {state.kind:7} {state.name:21} {lasted}{again}"


def _events(aws: Aws, execution: str) -> Iterator[Any]:
    pages = aws.step_functions.get_paginator("get_execution_history").paginate(executionArn=execution)
    return (event for page in pages for event in page["events"])
