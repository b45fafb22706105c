"""Runs the real definitions of the state machines in this process, step by step, with the functions' real handlers.

It knows the states that they use (Pass, Task, Choice, Fail; JSONata by the same library that the emulator uses). The
test answers a task that waits. It retries at once instead of waiting, and can be killed after any state. What only an
engine shows (time, concurrency, Express) is for the e2e tests.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jsonata.jsonata import Jsonata

from tests.template import template


def _with_defaults(text: str) -> str:
    """Return the text of a definition with the defaults of the template's parameters that it asks for."""
    for name, parameter in template()["Parameters"].items():
        text = text.replace(f"${{{name}}}", str(parameter["Default"]))
    return text


# The template's defaults, in minor units, and the one for EUR.
REVIEW_THRESHOLDS = {
    currency: int(amount)
    for currency, amount in (
        entry.split(":") for entry in template()["Parameters"]["ReviewThresholds"]["Default"].split(",")
    )
}
REVIEW_THRESHOLD = REVIEW_THRESHOLDS["EUR"]
DEFINITION = json.loads(_with_defaults(Path("statemachines/fulfil_order.asl.json").read_text()))
TOKEN = "token"
ATTEND_ORDER = json.loads(Path("statemachines/attend_order.asl.json").read_text())

Invoke = Callable[[str, dict[str, Any]], dict[str, Any]]
# Takes the message by which a task waits, and returns the answer that somebody sends; raises what ends the wait.
Wait = Callable[[dict[str, Any]], dict[str, Any]]


def lambda_context(name: str = "function") -> SimpleNamespace:
    """Return what handlers look at of a Lambda context."""
    return SimpleNamespace(
        function_name=name,
        memory_limit_in_mb=256,
        invoked_function_arn=f"arn:aws:lambda:eu-central-1:123456789012:function:{name}",
        aws_request_id="0e7e3c5e-0000-4000-8000-000000000000",
        get_remaining_time_in_millis=lambda: 4000,
    )


def module_of(step: str) -> str:
    """Return the module of the function that a task calls: that of `ReserveStock` is `reserve_stock`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", step).lower()


def invoke_handler(step: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Call a step's handler as Lambda does: JSON in, JSON out."""
    handler = import_module(module_of(step)).handler
    return json.loads(json.dumps(handler(json.loads(json.dumps(payload)), lambda_context(step))))


def states_of_run(saga_input: Mapping[str, Any], invoke: Invoke = invoke_handler) -> Iterator[str]:
    """Run the saga, yielding each state's name after it is done. Not asking for the next one kills the run."""
    return _states_of(DEFINITION, saga_input, invoke, _nobody_waits)


def run_saga(saga_input: Mapping[str, Any], invoke: Invoke = invoke_handler) -> list[str]:
    """Run the saga to its end; return the names of the states it went through."""
    return list(states_of_run(saga_input, invoke))


def run_wait(wanted: Mapping[str, Any], wait: Wait, invoke: Invoke = invoke_handler) -> list[str]:
    """Run attend_order to its end; return the names of the states it went through."""
    return list(_states_of(ATTEND_ORDER, wanted, invoke, wait))


class TimedOut(Exception):
    """What a `Wait` raises where nobody answers."""


def _nobody_waits(message: dict[str, Any]) -> dict[str, Any]:
    raise NotImplementedError(message)


def _states_of(
    definition: Mapping[str, Any], machine_input: Mapping[str, Any], invoke: Invoke, wait: Wait
) -> Iterator[str]:
    states, name = definition["States"], definition["StartAt"]
    value: Any = dict(machine_input)
    variables: dict[str, Any] = {}
    while name:
        state = states[name]
        done = name
        if "waitForTaskToken" in state.get("Resource", ""):
            value, name = _waiting_task(state, value, variables, wait)
        else:
            value, name = _step(state, value, variables, invoke)
        yield done


def _step(state: dict[str, Any], value: Any, variables: dict[str, Any], invoke: Invoke) -> tuple[Any, str | None]:
    match state["Type"]:
        case "Pass":
            _assign(state, value, variables)
            return value, state.get("Next")
        case "Choice":
            for choice in state["Choices"]:
                if _evaluate(choice["Condition"], value, variables):
                    return value, choice["Next"]
            _assign(state, value, variables)
            return value, state["Default"]
        case "Task":
            return _task(state, value, variables, invoke)
        case "Fail":
            return value, None
    raise NotImplementedError(state["Type"])


def _task(state: dict[str, Any], value: Any, variables: dict[str, Any], invoke: Invoke) -> tuple[Any, str | None]:
    arguments = _evaluate(state["Arguments"], value, variables)
    step = arguments["FunctionName"].removeprefix("${").removesuffix("FunctionArn}")
    attempts = 1 + sum(retry["MaxAttempts"] for retry in state["Retry"])
    for _ in range(attempts):
        try:
            return invoke(step, arguments["Payload"]), state.get("Next")
        except Exception:  # noqa: BLE001, S112 (as States.ALL does)
            continue
    catch = state["Catch"][0]
    _assign(catch, value, variables)
    return value, catch["Next"]


def _waiting_task(state: dict[str, Any], value: Any, variables: dict[str, Any], wait: Wait) -> tuple[Any, str]:
    message = _evaluate(state["Arguments"], value, variables)["MessageBody"]
    timeout, _ = state["Catch"]
    try:
        answer = wait(json.loads(message))
    except TimedOut:
        _assign(timeout, value, variables)
        return value, timeout["Next"]
    variables.update(_evaluate(state["Assign"], value, variables, result=answer))
    return answer, state["Next"]


def _assign(state: dict[str, Any], value: Any, variables: dict[str, Any]) -> None:
    variables.update(_evaluate(state.get("Assign", {}), value, variables))


def _evaluate(template: Any, value: Any, variables: dict[str, Any], result: Any = None) -> Any:
    if isinstance(template, dict):
        return {name: _evaluate(member, value, variables, result) for name, member in template.items()}
    if isinstance(template, list):
        return [_evaluate(member, value, variables, result) for member in template]
    if isinstance(template, str) and template.startswith("{%"):
        expression = Jsonata(template.removeprefix("{%").removesuffix("%}").strip())
        bindings = expression.create_frame()
        states = {"input": value, "result": result, "context": {"Task": {"Token": TOKEN}}}
        for name, bound in {**variables, "states": states}.items():
            bindings.bind(name, bound)
        return expression.evaluate(None, bindings)
    return template
