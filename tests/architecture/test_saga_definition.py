"""The saga's definition: its rules, and the time that the longest way through takes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_all
from jsonata.jsonata import Jsonata

from tests.saga_run import DEFINITION
from tests.template import resources_of_type, template

STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
# Each step that can be undone, in their order, with what undoes it: by its own comment.
COMPENSATIONS = {
    name: told[1] for name, task in TASKS.items() if (told := re.fullmatch(r"Compensated by (\w+)\.", task["Comment"]))
}
# An Express workflow ends after five minutes, and nothing can catch that.
MOST_SECONDS = 240

each_task = pytest.mark.parametrize("name", TASKS)


def successors(state: dict[str, Any]) -> Iterator[str]:
    for name in ("Next", "Default"):
        if name in state:
            yield state[name]
    for branch in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield branch["Next"]


def reachable_from(start: str) -> set[str]:
    """Return `start` and every state that comes after it on some way."""
    reached, queue = set(), [start]
    while queue:
        reached.add(name := queue.pop())
        queue += [after for after in successors(STATES[name]) if after not in reached]
    return reached


def longest_seconds(task: dict[str, Any]) -> float:
    """Return how long a task may take: all attempts time out, and jitter waits as long as it can."""
    (retry,) = task["Retry"]
    waits = (retry["IntervalSeconds"] * retry["BackoffRate"] ** attempt for attempt in range(retry["MaxAttempts"]))
    attempts = 1 + retry["MaxAttempts"]
    return float(attempts * task["TimeoutSeconds"] + sum(waits))


def longest_way(name: str, before: tuple[str, ...] = ()) -> tuple[float, int]:
    """Return the seconds, and the number of tasks, of the longest way from state `name` to an end."""
    assert name not in before, f"a loop: {[*before, name]}"
    state = STATES[name]
    own = (longest_seconds(state), 1) if state["Type"] == "Task" else (0.0, 0)
    seconds, tasks = max((longest_way(after, (*before, name)) for after in successors(state)), default=(0.0, 0))
    return own[0] + seconds, own[1] + tasks


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from texts_of(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts_of(member)
    elif isinstance(value, str):
        yield value


def faults_of(definition: dict[str, Any]) -> list[str]:
    """Return what cfn-lint has against a definition. It reads those that stand in a template as objects."""
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/saga", "Definition": definition}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    template = json.dumps({"Resources": {"Machine": machine}}).replace("${Partition}", "aws")
    faults = lint_all(template)
    return [str(fault) for fault in faults if fault.rule.id.startswith("E")]


def test_the_definition_is_valid_states_language() -> None:
    assert faults_of(DEFINITION) == []
    assert faults_of(DEFINITION | {"StartAt": "Nowhere"}) != []
    assert faults_of(DEFINITION | {"States": STATES | {"ReserveStock": {"Type": "Tusk"}}}) != []


def test_every_expression_is_jsonata() -> None:
    expressions = [text for text in texts_of(STATES) if text.startswith("{%")]

    assert expressions
    for text in expressions:
        assert text.endswith("%}")
        Jsonata(text.removeprefix("{%").removesuffix("%}").strip())


@each_task
def test_every_task_has_the_same_retry_and_timeout(name: str) -> None:
    task = TASKS[name]

    assert task["Retry"] == TASKS["ReserveStock"]["Retry"]
    assert task["TimeoutSeconds"] == TASKS["ReserveStock"]["TimeoutSeconds"]


def test_what_is_retried_is_everything_with_full_jitter() -> None:
    (retry,) = TASKS["ReserveStock"]["Retry"]

    assert retry["ErrorEquals"] == ["States.ALL"]
    assert retry["JitterStrategy"] == "FULL"


@each_task
def test_what_outlasts_its_retries_is_caught(name: str) -> None:
    assert TASKS[name]["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@each_task
def test_a_task_calls_the_function_that_it_is_named_after(name: str) -> None:
    arguments = TASKS[name]["Arguments"]

    assert arguments["FunctionName"] == f"${{{name}FunctionArn}}"
    assert arguments["Payload"]["order_id"] == "{% $order.order_id %}"
    assert arguments["Payload"]["causation_id"] == "{% $order.causation_id %}"
    assert TASKS[name]["Output"] == "{% $states.result.Payload %}"


@each_task
def test_a_function_of_the_saga_ends_before_its_task_does(name: str) -> None:
    function = resources_of_type("AWS::Serverless::Function")[f"{name}Function"]

    assert function["Properties"]["Timeout"] < TASKS[name]["TimeoutSeconds"]


@pytest.mark.parametrize(("step", "compensation"), COMPENSATIONS.items())
def test_each_step_says_what_compensates_it(step: str, compensation: str) -> None:
    assert STATES[compensation]["Comment"].startswith(f"Compensates {step}.")


def test_every_step_before_the_pivot_is_compensated_but_the_question_to_a_person() -> None:
    before_the_pivot = set(TASKS) - reachable_from("ConfirmOrder") - reachable_from("RejectOrder")

    assert before_the_pivot - {"RequestReview"} == set(COMPENSATIONS)
    assert {name for name, task in TASKS.items() if task["Comment"].startswith("Compensates ")} == set(
        COMPENSATIONS.values()
    )


def test_a_step_that_is_refused_or_fails_is_decided_before_anything_is_undone() -> None:
    for step in COMPENSATIONS:
        (question,) = successors({"Next": STATES[step]["Next"]})
        assert STATES[question]["Default"] == "RejectOrder"
        assert [branch["Next"] for branch in STATES[step]["Catch"]] == ["RejectOrder"]


def test_undoing_is_always_all_of_it_in_reverse_order() -> None:
    first, *_, last = undoing = list(reversed(COMPENSATIONS.values()))
    for here, after in zip(undoing, [*undoing[1:], "Everything undone?"], strict=True):
        assert set(successors(STATES[here])) == {after}

    entries = {after for state in STATES.values() for after in successors(state)} & set(undoing)
    assert entries == set(undoing)
    outside = {name for name, state in STATES.items() if name not in undoing and set(successors(state)) & set(undoing)}
    assert {after for name in outside for after in successors(STATES[name])} & set(undoing) == {first}
    assert last == COMPENSATIONS["ReserveStock"]


def test_after_the_pivot_no_way_leads_back() -> None:
    assert reachable_from("CapturePayment") == {
        "CapturePayment",
        "SettleOrder",
        "RequestAttention",
        "NeedsAttention",
        "Unsettled",
    }


def test_every_state_can_be_reached() -> None:
    assert reachable_from(DEFINITION["StartAt"]) == set(STATES)


def test_every_way_ends_settled_or_failed_or_in_review() -> None:
    ends = {name for name, state in STATES.items() if state.get("End") or state["Type"] in {"Succeed", "Fail"}}

    assert ends == {"SettleOrder", "WaitsForReview", "NeedsAttention", "Unsettled"}


def test_every_choice_has_a_default_and_reads_as_a_question() -> None:
    choices = {name: state for name, state in STATES.items() if state["Type"] == "Choice"}

    assert all("Default" in state for state in choices.values())
    assert {name for name in STATES if name.endswith("?")} == set(choices)


def test_the_longest_way_through_ends_well_before_an_express_workflow_does() -> None:
    seconds, _ = longest_way(DEFINITION["StartAt"])

    assert seconds < MOST_SECONDS


def test_the_definition_tells_its_own_budget() -> None:
    seconds, tasks = longest_way(DEFINITION["StartAt"])
    told = re.search(
        r"at most (\d) x 5 s and ([\d.]+) s of waiting.* has (\w+) of them: ([\d.]+) s", DEFINITION["Comment"]
    )

    assert told
    attempts, waiting, number, total = told.groups()
    assert int(attempts) == 1 + TASKS["ReserveStock"]["Retry"][0]["MaxAttempts"]
    assert float(waiting) == pytest.approx(longest_seconds(TASKS["ReserveStock"]) - int(attempts) * 5)
    numbers = ("six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen")
    assert numbers.index(number) + 6 == tasks
    assert float(total) == pytest.approx(seconds)


def test_the_template_fills_in_exactly_what_the_definition_asks_for() -> None:
    text = Path("statemachines/fulfil_order.asl.json").read_text()
    asked_for = set(re.findall(r"\$\{(\w+)\}", text))

    machine = template()["Resources"]["FulfilOrderStateMachine"]
    assert asked_for == set(machine["Properties"]["DefinitionSubstitutions"])


def test_only_the_booking_is_told_the_address() -> None:
    told = {name for name, task in TASKS.items() if any("address" in text for text in texts_of(task["Arguments"]))}

    assert told == {"BookShipment"}


def test_what_a_failed_run_shows_tells_nothing_of_the_customer() -> None:
    failures = [state for state in STATES.values() if state["Type"] == "Fail"]

    assert [text for state in failures for text in texts_of(state) if "$order" in text or "$states" in text] == []
