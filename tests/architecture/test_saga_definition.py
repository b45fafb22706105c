"""The saga's definition: its rules, and its time limits together with those of functions and clients."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_all
from jsonata.jsonata import Jsonata

from kernel.client_limits import MAX_CALL_SECONDS
from tests.architecture.stack_template import in_effect, resource
from tests.support.saga_run import DEFINITION, function_of
from tests.support.template import template

STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
TASKS = {name: state for name, state in STATES.items() if state.get("Resource", "").endswith("lambda:invoke")}
# Each step that has a compensation, in order, with the compensation. The comments of the definition name both.
COMPENSATIONS = {
    name: told[1] for name, task in TASKS.items() if (told := re.fullmatch(r"Compensated by (\w+)\.", task["Comment"]))
}
# Steps that call a provider. An unavailable provider is an outcome.
PROVIDER_STEPS = [name.removesuffix("Later") for name, state in STATES.items() if state["Type"] == "Wait"]
# An Express workflow times out after 300 s, without running a Catch.
MOST_SECONDS = 240
# Lambda rejects a throttled call immediately. AWS reports as Lambda.Unknown that a function timed out or ran out of
# memory: https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
REFUSED_CALL_SECONDS = 1
IMMEDIATE_ERRORS = {"Lambda.TooManyRequestsException"}

each_task = pytest.mark.parametrize("name", TASKS)


def successors(state: dict[str, Any]) -> Iterator[str]:
    for name in ("Next", "Default"):
        if name in state:
            yield state[name]
    for branch in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield branch["Next"]


def reachable_from(start: str) -> set[str]:
    """Return `start` and every state that is reachable from it."""
    reached, queue = set(), [start]
    while queue:
        reached.add(name := queue.pop())
        queue += [after for after in successors(STATES[name]) if after not in reached]
    return reached


def longest_seconds(task: dict[str, Any]) -> float:
    """Return the longest time of a task in seconds: each attempt times out or is throttled, with the maximum jitter."""
    seconds = float(task["TimeoutSeconds"])
    for retry in task["Retry"]:
        attempt = REFUSED_CALL_SECONDS if is_throttling(retry) else task["TimeoutSeconds"]
        waits = (retry["IntervalSeconds"] * retry.get("BackoffRate", 2) ** n for n in range(retry["MaxAttempts"]))
        seconds += retry["MaxAttempts"] * attempt + sum(waits)
    return seconds


def is_throttling(retry: dict[str, Any]) -> bool:
    return set(retry["ErrorEquals"]) <= IMMEDIATE_ERRORS


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
    """Return cfn-lint's findings for a definition. cfn-lint reads only definitions that are inline in a template."""
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/saga", "Definition": definition}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    template = json.dumps({"Resources": {"Machine": machine}}).replace("${Partition}", "aws")
    faults = lint_all(template)
    return [str(fault) for fault in faults if fault.rule.id.startswith("E")]


def test_the_definition_is_valid_states_language() -> None:
    assert faults_of(DEFINITION) == []
    assert faults_of(DEFINITION | {"StartAt": "Nowhere"}) != []
    assert faults_of(DEFINITION | {"States": STATES | {"ReserveStock": {"Type": "Unknown"}}}) != []


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


def test_throttling_has_a_retrier_of_its_own_and_everything_is_retried_with_full_jitter() -> None:
    throttling, everything = TASKS["ReserveStock"]["Retry"]

    assert set(throttling["ErrorEquals"]) == IMMEDIATE_ERRORS, "a slow function must not cause the error"
    assert everything["ErrorEquals"] == ["States.ALL"]
    assert throttling["MaxAttempts"] > everything["MaxAttempts"]
    assert {throttling["JitterStrategy"], everything["JitterStrategy"]} == {"FULL"}


@each_task
def test_no_fault_of_our_own_functions_leads_to_a_rejection(name: str) -> None:
    (catch,) = TASKS[name]["Catch"]

    assert catch["ErrorEquals"] == ["States.ALL"]
    if catch["Next"] in ("Run again?", "Unsettled"):
        return
    # A failed compensation: the other compensations run first, then the saga runs again.
    assert catch["Next"] == TASKS[name]["Next"]
    assert catch["Assign"] == {"interrupted_steps": f"{{% [$interrupted_steps, '{name}'] %}}"}
    assert STATES["Everything compensated?"]["Choices"][1] == {
        "Condition": "{% $count($interrupted_steps) > 0 %}",
        "Next": "Run again?",
    }


@pytest.mark.parametrize("step", PROVIDER_STEPS)
def test_a_call_of_an_unavailable_provider_is_retried_after_a_wait(step: str) -> None:
    question, later = STATES[TASKS[step]["Next"]], f"{step}Later"
    (again,) = (rule for rule in question["Choices"] if rule["Next"] == later)

    assert again["Condition"] == "{% $states.input.outcome = 'UNAVAILABLE' and $tries < 3 %}"
    assert again["Assign"] == {"tries": "{% $tries + 1 %}"}
    assert (STATES[later]["Seconds"], STATES[later]["Next"]) == ("{% [1, 2, 4][$tries - 1] %}", step)


def test_every_step_that_calls_a_provider_has_its_wait() -> None:
    assert set(PROVIDER_STEPS) == {
        "AuthorizePayment",
        "CapturePayment",
        "VoidPayment",
        "BookShipment",
        "CancelShipment",
    }


@each_task
def test_a_task_runs_the_step_that_it_is_named_after(name: str) -> None:
    arguments = TASKS[name]["Arguments"]

    assert arguments["FunctionName"] == f"${{{function_of(name)}Arn}}"
    assert arguments["Payload"]["step"] == name
    assert arguments["Payload"]["order_id"] == "{% $order.order_id %}"
    assert arguments["Payload"]["causation_id"] == "{% $order.causation_id %}"
    assert TASKS[name]["Output"] == "{% $states.result.Payload %}"


@each_task
def test_the_timeouts_of_client_function_and_task_fit_into_each_other(name: str) -> None:
    function = in_effect(resource(function_of(name)), "Timeout")

    assert MAX_CALL_SECONDS < function < TASKS[name]["TimeoutSeconds"]


@each_task
def test_no_step_starts_after_the_deadline(name: str) -> None:
    question = STATES[TASKS[name].get("Next", "Run again?")]

    if question["Type"] != "Choice" or question is STATES["Run again?"]:
        assert name in ("SettleOrder", "RequestAttention"), "the last step of a run"
        return
    assert question["Choices"][0] == {"Condition": "{% $millis() > $deadline %}", "Next": "Run again?"}


def test_a_run_ends_well_before_an_express_workflow_does() -> None:
    deadline = int(re.search(r"\+ (\d+)000 ", STATES["RememberOrder"]["Assign"]["deadline"])[1])  # type: ignore[index]
    longest_wait = 4
    last_step = longest_seconds(TASKS["ReserveStock"])
    end = max(longest_seconds(STATES["RunAgain"]), longest_seconds(TASKS["RequestAttention"]))

    assert deadline + longest_wait + last_step + end <= MOST_SECONDS


def test_the_timeout_of_a_run_is_shorter_than_the_sweepers_quiet_period() -> None:
    assert template()["Parameters"]["SweepQuietSeconds"]["Default"] > MOST_SECONDS


@pytest.mark.parametrize(("step", "compensation"), COMPENSATIONS.items())
def test_each_step_names_its_compensation(step: str, compensation: str) -> None:
    assert STATES[compensation]["Comment"].startswith(f"Compensates {step}.")


def test_every_step_before_the_pivot_has_a_compensation_except_those_about_waiting() -> None:
    before_the_pivot = set(TASKS) - reachable_from("ConfirmOrder") - reachable_from("RejectOrder")

    assert before_the_pivot - {"AdmitWaitingOrder", "AwaitPayment", "RequestReview"} == set(COMPENSATIONS)
    assert {name for name, task in TASKS.items() if task["Comment"].startswith("Compensates ")} == set(
        COMPENSATIONS.values()
    )


def test_a_refusal_is_decided_before_any_compensation() -> None:
    for step in COMPENSATIONS:
        assert STATES[STATES[step]["Next"]]["Default"] == "RejectOrder"


def test_compensations_run_completely_and_in_reverse_order() -> None:
    undoing = list(reversed(COMPENSATIONS.values()))
    allowed_after = [*undoing[1:], "Everything compensated?"]
    for here, after in zip(undoing, allowed_after, strict=True):
        question = STATES[here]["Next"]
        onward = {question} if question == after else set(successors(STATES[question]))
        assert onward - {"Run again?", f"{here}Later"} == {after}

    entries = {
        name for name, state in STATES.items() if undoing[0] in successors(state) and name != f"{undoing[0]}Later"
    }
    assert entries == {"Already decided?", "May wait?", "Reviewed?", "Confirmed?", "Rejected?"}


def test_no_compensation_follows_the_pivot() -> None:
    assert reachable_from("CapturePayment") & set(TASKS) == {"CapturePayment", "SettleOrder", "RequestAttention"}


def test_every_state_can_be_reached() -> None:
    assert reachable_from(DEFINITION["StartAt"]) == set(STATES)


def test_every_path_ends_settled_or_failed_or_waiting_or_run_again() -> None:
    ends = {name for name, state in STATES.items() if state.get("End") or state["Type"] in {"Succeed", "Fail"}}

    assert ends == {"SettleOrder", "WaitsForPayment", "WaitsForReview", "NeedsAttention", "Unsettled", "RunAgain"}


def test_every_choice_has_a_default_and_reads_as_a_question() -> None:
    choices = {name: state for name, state in STATES.items() if state["Type"] == "Choice"}

    assert all("Default" in state for state in choices.values())
    assert {name for name in STATES if name.endswith("?")} == set(choices)


def test_the_number_of_runs_is_bounded_and_each_has_its_delay() -> None:
    delays = json.loads(re.search(r"\[.*?\]", STATES["RunAgain"]["Arguments"]["DelaySeconds"])[0])  # type: ignore[index]
    rule = STATES["Run again?"]["Choices"][0]

    assert rule["Condition"] == f"{{% $order.run < {len(delays) + 1} %}}"
    assert delays == sorted(delays)
    assert max(delays) <= 900, "the longest delay of SQS"


def test_the_template_supplies_exactly_the_substitutions_of_the_definition() -> None:
    text = Path("statemachines/fulfil_order.asl.json").read_text()
    asked_for = set(re.findall(r"\$\{(\w+)\}", text))

    machine = template()["Resources"]["FulfilOrderStateMachine"]
    assert asked_for == set(machine["Properties"]["DefinitionSubstitutions"])


def test_only_the_booking_receives_the_address() -> None:
    told = {name for name, task in TASKS.items() if any("address" in text for text in texts_of(task["Arguments"]))}

    assert told == {"BookShipment"}


def test_a_failed_run_shows_no_personal_data() -> None:
    failures = [state for state in STATES.values() if state["Type"] == "Fail"]

    assert [text for state in failures for text in texts_of(state) if "$order" in text or "$states" in text] == []
