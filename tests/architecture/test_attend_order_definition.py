"""The rules of the attend_order state machine, which waits for a person."""

import json
from typing import Any

import pytest
from jsonata.jsonata import Jsonata

from tests.architecture.stack_template import in_effect, resource
from tests.architecture.test_saga_definition import DEFINITION as SAGA
from tests.architecture.test_saga_definition import faults_of, successors, texts_of
from tests.support.saga_run import ATTEND_ORDER, REFUND_RETURN, function_of
from tests.support.template import template

STATES: dict[str, dict[str, Any]] = ATTEND_ORDER["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
CALLS = {name: state for name, state in TASKS.items() if state["Resource"].endswith("lambda:invoke")}
BY_HAND = ["CapturePayment", "CancelShipment", "VoidPayment", "RefundPayment"]

each_call = pytest.mark.parametrize("name", CALLS)


def test_it_is_valid_states_language_with_expressions_in_jsonata() -> None:
    assert faults_of(ATTEND_ORDER) == []
    for text in texts_of(STATES):
        if text.startswith("{%"):
            Jsonata(text.removeprefix("{%").removesuffix("%}").strip())


@each_call
def test_every_call_has_the_same_retry_and_timeout_and_a_catch(name: str) -> None:
    (retry,) = TASKS[name]["Retry"]

    # No sweeper starts another execution for a lost parcel, so its refund is retried for about a day.
    longer = {"MaxAttempts": 60, "MaxDelaySeconds": 3600} if name == "RefundLostShipment" else {}
    assert [retry] == [CALLS["AnswerReview"]["Retry"][0] | longer]
    assert (retry["ErrorEquals"], retry["JitterStrategy"]) == (["States.ALL"], "FULL")
    assert TASKS[name]["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    assert in_effect(resource(function_of(name)), "Timeout") < TASKS[name]["TimeoutSeconds"]


@each_call
def test_a_call_runs_the_step_that_it_is_named_after(name: str) -> None:
    arguments = CALLS[name]["Arguments"]
    payload = arguments["Payload"]

    assert arguments["FunctionName"] == f"${{{function_of(name)}Arn}}"
    if isinstance(payload, str):  # an expression, which merges the answer into the payload
        assert payload.startswith(f"{{% $merge([{{'step': '{name}', ")
    else:
        assert payload["step"] == name


def test_the_wait_for_a_callback_times_out_and_is_not_retried() -> None:
    wait = STATES["OpenTask"]
    on_timeout, on_fault = wait["Retry"]

    assert wait["TimeoutSeconds"] == 30 * 24 * 3600
    assert on_timeout == {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 0}
    assert on_fault == CALLS["AnswerReview"]["Retry"][0]
    assert [catch["ErrorEquals"] for catch in wait["Catch"]] == [["States.Timeout"], ["States.ALL"]]


def test_the_review_timeout_is_shorter_than_the_wait() -> None:
    assert template()["Parameters"]["ReviewTimeoutSeconds"]["MaxValue"] == STATES["OpenTask"]["TimeoutSeconds"]


@pytest.mark.parametrize("name", [*BY_HAND, "ReleaseStock"])
def test_a_failed_step_by_hand_is_left_to_the_saga(name: str) -> None:
    # If a payment cannot be recorded, another run would charge or refund again.
    is_payment = name in ("CapturePayment", "RefundPayment")
    assert set(successors(STATES[name])) == {STATES[name]["Next"]} | ({"NotAttended"} if is_payment else set())
    assert name in SAGA["States"] | REFUND_RETURN["States"]
    assert ("by_hand" in STATES[name]["Arguments"]["Payload"]) is (name in BY_HAND)


def test_every_state_is_reachable_and_every_path_ends() -> None:
    reached, queue = set(), [ATTEND_ORDER["StartAt"]]
    while queue:
        reached.add(name := queue.pop())
        queue += [after for after in successors(STATES[name]) if after not in reached]

    assert reached == set(STATES)
    ends = {name for name, state in STATES.items() if state.get("End") or state["Type"] == "Fail"}
    done = {"Closed", "Resolved"}
    calls = {"AnswerReview", "AnswerReturn", "RefundLostShipment", "RequestRetry", "ResolveReturn"}
    assert ends == done | calls | {"NotAttended"}


def test_a_failed_execution_shows_no_personal_data() -> None:
    failures = [state for state in STATES.values() if state["Type"] == "Fail"]

    assert "$" not in json.dumps(failures)
