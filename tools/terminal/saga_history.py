"""Show the Step Functions executions of an order: their states, retries and billed state transitions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console

from tools.local_cloud.aws import Aws
from tools.local_cloud.stack import Stack
from tools.terminal.shop import Json

# List price of one state transition of a Standard workflow in us-east-1, on 2026-11-20:
# https://aws.amazon.com/step-functions/pricing/
TRANSITION_USD = 0.000025
ENTERED = "StateEntered"
# These events end an execution inside a state. For example, a Fail state has no StateExited event.
ENDED_IN_STATE = {"ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"}


@dataclass(frozen=True)
class VisitedState:
    """A state that an execution has entered.

    Attributes:
        name: The name in the state machine.
        kind: The type of the state, for example Task or Choice.
        entered: When the execution entered the state.
        seconds: The time from entering the state to leaving it, or to the end of the execution. None if the execution
            is still in it.
        attempts: The number of attempts of a Task state. 1 for other states.
    """

    name: str
    kind: str
    entered: datetime
    seconds: float | None
    attempts: int


@dataclass(frozen=True)
class Run:
    """An execution of a state machine, with its states in the order in which it entered them."""

    machine: str
    name: str
    status: str
    started: datetime
    states: tuple[VisitedState, ...]

    @property
    def transitions(self) -> int:
        """The billed state transitions of a Standard workflow: one per state and one per retry."""
        return sum(state.attempts for state in self.states)

    @property
    def seconds(self) -> float:
        """The seconds from the start until the last state ended, or began if the execution is still running."""
        if not self.states:
            return 0.0
        last = self.states[-1]
        return (last.entered - self.started).total_seconds() + (last.seconds or 0.0)


def keeps_history(aws: Aws, stack: Stack) -> bool:
    """Return whether the saga is a Standard workflow. Step Functions keeps no list of Express executions."""
    machine = stack.outputs["FulfilOrderStateMachineArn"]
    return aws.step_functions.describe_state_machine(stateMachineArn=machine)["type"] == "STANDARD"


def sagas_of(aws: Aws, stack: Stack, order_id: str) -> list[Run]:
    """Return the executions of the order's saga, oldest first. Empty if the saga is an Express workflow."""
    return runs(aws, stack.outputs["FulfilOrderStateMachineArn"], order_id) if keeps_history(aws, stack) else []


def refunds_of(aws: Aws, stack: Stack, return_ids: Sequence[str]) -> list[Run]:
    """Return the executions that refund these returns, oldest first. Empty if the saga is an Express workflow."""
    if not return_ids or not keeps_history(aws, stack):
        return []
    return runs(aws, stack.outputs["RefundReturnStateMachineArn"], *return_ids)


def waits_of(aws: Aws, stack: Stack, order_id: str) -> list[Run]:
    """Return the executions that wait for an operator's decision about the order or its returns, oldest first."""
    return runs(aws, stack.outputs["AttendOrderStateMachineArn"], order_id)


def runs(aws: Aws, machine: str, *prefixes: str) -> list[Run]:
    """Return the executions of a Standard state machine whose names begin with one of the prefixes, oldest first."""
    pages = aws.step_functions.get_paginator("list_executions").paginate(stateMachineArn=machine)
    executions = [each for page in pages for each in page["executions"] if each["name"].startswith(prefixes)]
    return [
        Run(
            machine.rpartition(":")[2],
            each["name"],
            each["status"],
            each["startDate"],
            tuple(visited_states(_events(aws, each["executionArn"]))),
        )
        for each in sorted(executions, key=lambda each: each["startDate"])
    ]


def visited_states(events: Iterable[Any]) -> Iterator[VisitedState]:
    """Yield the states in the history of an execution."""
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
        elif state and (kind.endswith("StateExited") or kind in ENDED_IN_STATE):
            seconds = (event["timestamp"] - state["entered"]).total_seconds()
            yield VisitedState(**state, seconds=seconds, attempts=max(1, attempts))
            state = {}
    if state:
        yield VisitedState(**state, seconds=None, attempts=max(1, attempts))


def show(console: Console, aws: Aws, stack: Stack, order: Json) -> None:
    """Print the executions of the order's sagas and of its waits for an operator, by start time.

    Args:
        console: Where to print.
        aws: The emulator.
        stack: The deployed stack.
        order: The view of the order. It lists the returns, each with its own saga.
    """
    order_id = order["order_id"]
    if not keeps_history(aws, stack):
        console.print(
            "The saga is an EXPRESS workflow: Step Functions keeps no list of its runs, and no history of their states."
            "\nInstead, look at the functions' logs (make logs), at the workflow's log if a run failed, and at the "
            f"order's events: make show ORDER={order_id}"
        )
    refunds = refunds_of(aws, stack, [each["return_id"] for each in order.get("returns", ())])
    sagas = sagas_of(aws, stack, order_id) + refunds + waits_of(aws, stack, order_id)
    for run in sorted(sagas, key=lambda run: run.started):
        console.print(f"\n[bold]{run.machine} {run.name}[/bold]: {run.status}, {run.seconds:.3f} s\n")
        for state in run.states:
            console.print("  " + _line(run, state))
        usd = run.transitions * TRANSITION_USD
        console.print(f"\n{run.transitions} state transitions: ${usd:.6f}, at $25 a million")


def _line(run: Run, state: VisitedState) -> str:
    at = (state.entered - run.started).total_seconds()
    duration = " under way" if state.seconds is None else f"{state.seconds:8.3f} s"
    retries = f"  {state.attempts} attempts" if state.attempts > 1 else ""
    return f"+{at:7.3f} s  {state.kind:7} {state.name:23} {duration}{retries}"


def _events(aws: Aws, execution: str) -> Iterator[Any]:
    pages = aws.step_functions.get_paginator("get_execution_history").paginate(executionArn=execution)
    return (event for page in pages for event in page["events"])
