"""The definition of refund_return follows the rules of fulfil_order for retries, deadlines and repeated runs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonata.jsonata import Jsonata

from tests.architecture.test_saga_definition import STATES as FULFIL_ORDER
from tests.architecture.test_saga_definition import faults_of, successors, texts_of
from tests.support.saga_run import REFUND_RETURN, function_of
from tests.support.template import template

STATES: dict[str, dict[str, Any]] = REFUND_RETURN["States"]
TASKS = {name: state for name, state in STATES.items() if state.get("Resource", "").endswith("lambda:invoke")}
LAST_STEPS = ("CompleteReturn", "RequestReturnAttention")

each_task = pytest.mark.parametrize("name", TASKS)


def test_it_is_valid_states_language_with_expressions_in_jsonata() -> None:
    assert faults_of(REFUND_RETURN) == []
    for text in texts_of(STATES):
        if text.startswith("{%"):
            Jsonata(text.removeprefix("{%").removesuffix("%}").strip())


@each_task
def test_a_task_runs_its_step_with_the_retries_and_the_timeout_of_fulfil_order(name: str) -> None:
    task, alike = TASKS[name], FULFIL_ORDER["ReserveStock"]

    assert (task["Retry"], task["TimeoutSeconds"], task["Output"]) == (
        alike["Retry"],
        alike["TimeoutSeconds"],
        alike["Output"],
    )
    assert task["Arguments"]["FunctionName"] == f"${{{function_of(name)}Arn}}"
    payload = task["Arguments"]["Payload"]
    assert (payload["step"], payload["order_id"]) == (name, "{% $return.order_id %}")
    assert payload["return_id"] == "{% $return.return_id %}"


@each_task
def test_a_fault_of_our_own_functions_leads_to_another_run(name: str) -> None:
    (catch,) = TASKS[name]["Catch"]

    assert catch["ErrorEquals"] == ["States.ALL"]
    assert catch["Next"] == ("Unsettled" if name == "RequestReturnAttention" else "Run again?")


@pytest.mark.parametrize("name", [name for name in TASKS if name not in LAST_STEPS])
def test_no_step_starts_after_the_deadline(name: str) -> None:
    question = STATES[TASKS[name]["Next"]]

    assert question["Choices"][0] == {"Condition": "{% $millis() > $deadline %}", "Next": "Run again?"}
    assert STATES["RememberReturn"]["Assign"]["deadline"] == FULFIL_ORDER["RememberOrder"]["Assign"]["deadline"]


def test_an_unavailable_provider_is_called_four_times_before_an_operator_helps() -> None:
    question = STATES["Payment refunded?"]
    (again,) = (rule for rule in question["Choices"] if rule["Next"] == "RefundPaymentLater")

    assert again["Condition"] == "{% $states.input.outcome = 'UNAVAILABLE' and $tries < 3 %}"
    assert STATES["RefundPaymentLater"]["Seconds"] == FULFIL_ORDER["AuthorizePaymentLater"]["Seconds"]
    assert question["Default"] == "RequestReturnAttention"


def test_another_run_is_requested_like_one_of_fulfil_order() -> None:
    delays = json.loads(re.search(r"\[.*?\]", STATES["RunAgain"]["Arguments"]["DelaySeconds"])[0])  # type: ignore[index]

    assert STATES["Run again?"]["Choices"][0]["Condition"] == f"{{% $return.run < {len(delays) + 1} %}}"
    assert STATES["RunAgain"]["Retry"] == FULFIL_ORDER["RunAgain"]["Retry"]


def test_every_state_is_reachable_and_every_path_ends_completed_or_failed_or_run_again() -> None:
    reached, queue = set(), [REFUND_RETURN["StartAt"]]
    while queue:
        reached.add(name := queue.pop())
        queue += [after for after in successors(STATES[name]) if after not in reached]

    assert reached == set(STATES)
    ends = {name for name, state in STATES.items() if state.get("End") or state["Type"] == "Fail"}
    assert ends == {"CompleteReturn", "RunAgain", "NeedsAttention", "Unsettled"}


def test_the_template_supplies_exactly_the_substitutions_of_the_definition() -> None:
    asked_for = set(re.findall(r"\$\{(\w+)\}", Path("statemachines/refund_return.asl.json").read_text()))

    machine = template()["Resources"]["RefundReturnStateMachine"]
    assert asked_for == set(machine["Properties"]["DefinitionSubstitutions"])


def test_a_failed_run_shows_no_personal_data() -> None:
    failures = [state for state in STATES.values() if state["Type"] == "Fail"]

    assert [text for state in failures for text in texts_of(state) if "$return" in text or "$states" in text] == []
