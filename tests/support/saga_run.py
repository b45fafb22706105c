"""Run the real state machine definitions in this process, step by step, with the functions' real handlers.

It supports the states that the definitions use (Pass, Task, Choice, Wait, Fail), and evaluates JSONata with the
emulator's library. Waits and retries take no time, and a test can kill a run after any state. A test supplies the
result of a task that waits for a callback. If a run requests another run, that run follows. The
end-to-end tests cover time, concurrency and Express workflows.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from jsonata.jsonata import Jsonata

from tests.support.template import template


def _with_defaults(text: str) -> str:
    """Replace the template's parameters with their defaults in the text of a definition."""
    for name, parameter in template()["Parameters"].items():
        text = text.replace(f"${{{name}}}", str(parameter["Default"]))
    return text


# The template's defaults, in minor units.
REVIEW_THRESHOLDS = {
    currency: int(amount)
    for currency, amount in (
        entry.split(":") for entry in template()["Parameters"]["ReviewThresholds"]["Default"].split(",")
    )
}
REVIEW_THRESHOLD = REVIEW_THRESHOLDS["EUR"]
DEFINITION = json.loads(_with_defaults(Path("statemachines/fulfil_order.asl.json").read_text()))
TOKEN = "token"
REFUND_RETURN = json.loads(Path("statemachines/refund_return.asl.json").read_text())
ATTEND_ORDER = json.loads(Path("statemachines/attend_order.asl.json").read_text())

Invoke = Callable[[str, dict[str, Any]], dict[str, Any]]
# Receives the message of a task that waits for a callback, and returns the callback's output or raises TimedOut.
Wait = Callable[[dict[str, Any]], dict[str, Any]]


def lambda_context(name: str = "function") -> SimpleNamespace:
    """Return a Lambda context with the attributes that the handlers read."""
    return SimpleNamespace(
        function_name=name,
        memory_limit_in_mb=256,
        invoked_function_arn=f"arn:aws:lambda:eu-central-1:123456789012:function:{name}",
        aws_request_id="0e7e3c5e-0000-4000-8000-000000000000",
        get_remaining_time_in_millis=lambda: 25_000,
    )


def module_of(step: str) -> str:
    """Return the module of a saga step: `reserve_stock` for `ReserveStock`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", step).lower()


def service_of(step: str) -> str:
    """Return the service that owns the step. Its entry point is the module `{service}_saga`."""
    (path,) = Path("functions").glob(f"*/{module_of(step)}.py")
    return path.parent.name


def function_of(step: str) -> str:
    """Return the logical id of the Lambda function that runs the step."""
    return f"{service_of(step).capitalize()}SagaFunction"


def invoke_handler(step: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Invoke the Lambda function of a step as Step Functions does: JSON in, JSON out."""
    module = f"{service_of(step)}_saga"
    event = json.loads(json.dumps({**payload, "step": step}))
    return json.loads(json.dumps(import_module(module).handler(event, lambda_context(module))))


def repeated_input(saga_input: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input of the run that a run's message requests, as start_fulfilment creates it."""
    return {**saga_input, **message, "decision": import_module("order_store").load(message["order_id"]).order.decision}


def states_of_run(saga_input: Mapping[str, Any], invoke: Invoke = invoke_handler) -> Iterator[str]:
    """Run the saga, and yield each state's name after the state has ended.

    A caller that stops iterating kills the run. If a run requests another run, that run follows.
    """
    while True:
        execution = Execution(invoke)
        yield from _states_of(DEFINITION, saga_input, execution)
        if execution.message is None:
            return
        saga_input = repeated_input(saga_input, execution.message)


def run_saga(saga_input: Mapping[str, Any], invoke: Invoke = invoke_handler) -> list[str]:
    """Run the saga to its end, and return the names of its states."""
    return list(states_of_run(saga_input, invoke))


def states_of_refund(saga_input: Mapping[str, Any], invoke: Invoke = invoke_handler) -> Iterator[str]:
    """Run refund_return, and yield its states, like `states_of_run`."""
    while True:
        execution = Execution(invoke)
        yield from _states_of(REFUND_RETURN, saga_input, execution)
        if execution.message is None:
            return
        saga_input = {**saga_input, **execution.message}


def run_refund(saga_input: Mapping[str, Any], invoke: Invoke = invoke_handler) -> list[str]:
    """Run refund_return to its end, and return the names of its states."""
    return list(states_of_refund(saga_input, invoke))


def run_wait(wanted: Mapping[str, Any], wait: Wait, invoke: Invoke = invoke_handler) -> list[str]:
    """Run attend_order to its end, and return the names of its states."""
    return list(_states_of(ATTEND_ORDER, wanted, Execution(invoke, wait)))


class TimedOut(Exception):
    """The callback did not come in time. A `Wait` raises it."""


def _no_callback(message: dict[str, Any]) -> dict[str, Any]:
    raise NotImplementedError(message)


class Execution:
    """A simulated execution of a state machine.

    Attributes:
        message: The message that the run has sent to a queue, or None.
        seconds: The total time of the run's Wait states in seconds. Nothing else takes time.
    """

    def __init__(self, invoke: Invoke, wait: Wait = _no_callback) -> None:
        self.invoke = invoke
        self.wait = wait
        self.message: dict[str, Any] | None = None
        self.seconds = 0.0


class Scope(NamedTuple):
    """The values that an expression can read."""

    value: Any
    variables: dict[str, Any]
    result: Any = None


def _states_of(definition: Mapping[str, Any], machine_input: Mapping[str, Any], execution: Execution) -> Iterator[str]:
    states, name = definition["States"], definition["StartAt"]
    value: Any = dict(machine_input)
    variables: dict[str, Any] = {}
    while name:
        done = name
        value, name = _step(states[name], Scope(value, variables), execution)
        yield done


def _step(state: dict[str, Any], scope: Scope, execution: Execution) -> tuple[Any, str | None]:
    match state["Type"]:
        case "Pass":
            _assign(state, scope)
            return scope.value, state.get("Next")
        case "Choice":
            for choice in state["Choices"]:
                if _evaluate(choice["Condition"], scope):
                    _assign(choice, scope)
                    return scope.value, choice["Next"]
            _assign(state, scope)
            return scope.value, state["Default"]
        case "Wait":
            execution.seconds += _evaluate(state["Seconds"], scope)
            return scope.value, state["Next"]
        case "Task":
            run_task = {
                "lambda:invoke": _call,
                "sqs:sendMessage": _send,
                "sqs:sendMessage.waitForTaskToken": _send_and_wait,
            }
            return run_task[state["Resource"].rpartition(":::")[2]](state, scope, execution)
        case "Fail":
            return scope.value, None
    raise NotImplementedError(state["Type"])


def _call(state: dict[str, Any], scope: Scope, execution: Execution) -> tuple[Any, str | None]:
    arguments = _evaluate(state["Arguments"], scope)
    payload = arguments["Payload"]
    fault: Exception | None = None
    for _ in range(1 + _retrier_of_all(state)["MaxAttempts"]):
        try:
            return execution.invoke(payload["step"], payload), state.get("Next")
        except Exception as raised:  # noqa: BLE001 (like States.ALL)
            fault = raised
    catch = state["Catch"][0]
    _assign(catch, scope)
    return {"Error": type(fault).__name__, "Cause": str(fault)}, catch["Next"]


def _send(state: dict[str, Any], scope: Scope, execution: Execution) -> tuple[Any, str | None]:
    execution.message = json.loads(_evaluate(state["Arguments"], scope)["MessageBody"])
    return scope.value, state.get("Next")


def _retrier_of_all(state: dict[str, Any]) -> dict[str, Any]:
    (retrier,) = (retry for retry in state["Retry"] if retry["ErrorEquals"] == ["States.ALL"])
    return dict(retrier)


def _send_and_wait(state: dict[str, Any], scope: Scope, execution: Execution) -> tuple[Any, str]:
    message = _evaluate(state["Arguments"], scope)["MessageBody"]
    timeout, _ = state["Catch"]
    try:
        output = execution.wait(json.loads(message))
    except TimedOut:
        _assign(timeout, scope)
        return scope.value, timeout["Next"]
    _assign(state, scope._replace(result=output))
    return output, state["Next"]


def start_time() -> str:
    """Return the start time of the run, which is now. Tests of the time limit replace this function."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _assign(state: dict[str, Any], scope: Scope) -> None:
    scope.variables.update(_evaluate(state.get("Assign", {}), scope))


def _evaluate(template: Any, scope: Scope) -> Any:
    if isinstance(template, dict):
        return {name: _evaluate(member, scope) for name, member in template.items()}
    if isinstance(template, list):
        return [_evaluate(member, scope) for member in template]
    if isinstance(template, str) and template.startswith("{%"):
        expression = Jsonata(template.removeprefix("{%").removesuffix("%}").strip())
        bindings = expression.create_frame()
        context = {"Task": {"Token": TOKEN}, "Execution": {"StartTime": start_time()}}
        states = {"input": scope.value, "result": scope.result, "context": context}
        for name, bound in {**scope.variables, "states": states}.items():
            bindings.bind(name, bound)
        return expression.evaluate(None, bindings)
    return template
