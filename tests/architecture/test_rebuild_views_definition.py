"""The rules of the rebuild_views state machine, which replays the event store."""

from typing import Any

import pytest
from jsonata.jsonata import Jsonata

from tests.architecture.stack_template import arn_of, as_list, in_effect, resource, statements
from tests.architecture.test_saga_definition import faults_of, texts_of
from tests.support.template import template
from tools.site.state_machine_diagram import definition

DEFINITION = definition("rebuild_views.asl.json")
REPLAY = DEFINITION["States"]["ReplayObjects"]
TASKS: dict[str, dict[str, Any]] = {
    "ReplayObject": REPLAY["ItemProcessor"]["States"]["ReplayObject"],
    "EndRebuild": DEFINITION["States"]["EndRebuild"],
}

each_task = pytest.mark.parametrize("name", TASKS)


def test_it_is_valid_states_language_with_expressions_in_jsonata() -> None:
    with_a_number = {**DEFINITION["States"], "ReplayObjects": REPLAY | {"MaxConcurrency": 20}}

    assert faults_of(DEFINITION | {"States": with_a_number}) == []
    for text in texts_of(DEFINITION):
        if text.startswith("{%"):
            Jsonata(text.removeprefix("{%").removesuffix("%}").strip())


def test_it_replays_every_delivered_object_with_the_concurrency_of_the_parameter() -> None:
    delivered = resource("EventDeliveryStream")["ExtendedS3DestinationConfiguration"]["Prefix"]
    bucket = {"Bucket": "${EventStoreBucketName}"}

    assert delivered.startswith(REPLAY["ItemReader"]["Arguments"]["Prefix"])
    assert REPLAY["ItemReader"]["Arguments"].items() >= bucket.items()
    assert REPLAY["MaxConcurrency"] == "${RebuildConcurrency}"
    assert resource("RebuildViewsStateMachine")["DefinitionSubstitutions"]["RebuildConcurrency"] == {
        "Ref": "RebuildConcurrency"
    }


def test_an_object_that_fails_does_not_stop_the_others_and_the_run_fails_at_its_end() -> None:
    (choice,) = DEFINITION["States"]["Every object replayed?"]["Choices"]

    assert REPLAY["ToleratedFailurePercentage"] == 100
    assert "Catch" not in TASKS["ReplayObject"], "a child that fails is what the map counts"
    assert choice == {"Condition": "{% $failed_objects = 0 %}", "Next": "Rebuilt"}
    assert DEFINITION["States"]["Every object replayed?"]["Default"] == "NotRebuilt"
    assert DEFINITION["States"]["NotRebuilt"]["Type"] == "Fail"


@each_task
def test_every_task_has_the_same_retry_with_full_jitter_and_time_for_its_function(name: str) -> None:
    (retry,) = TASKS[name]["Retry"]

    assert [retry] == TASKS["ReplayObject"]["Retry"]
    assert (retry["ErrorEquals"], retry["JitterStrategy"]) == (["States.ALL"], "FULL")
    assert retry["MaxAttempts"] >= 3
    assert in_effect(resource(f"{name}Function"), "Timeout") < TASKS[name]["TimeoutSeconds"] <= 900


@each_task
def test_a_task_calls_the_function_that_it_is_named_after(name: str) -> None:
    assert TASKS[name]["Arguments"]["FunctionName"] == f"${{{name}FunctionArn}}"


def test_the_results_of_a_run_are_outside_the_folder_of_the_events() -> None:
    written = REPLAY["ResultWriter"]["Arguments"]["Prefix"]

    assert written.startswith("rebuilds/")
    (may_write,) = [
        statement["Resource"]
        for statement in statements(resource("EndRebuildFunction")["Policies"])
        if "s3:PutObject" in statement["Action"]
    ]
    assert may_write == {"Fn::Sub": "${EventStoreBucket.Arn}/rebuilds/*"}


def test_the_machine_may_list_the_store_and_start_its_children() -> None:
    allowed = {
        action: statement["Resource"]
        for statement in statements(resource("RebuildViewsStateMachine")["Policies"])
        for action in as_list(statement["Action"])
    }

    assert allowed["s3:ListBucket"] == arn_of("EventStoreBucket")
    name = resource("RebuildViewsStateMachine")["Name"]["Fn::Sub"]
    assert allowed["states:StartExecution"]["Fn::Sub"].endswith(f":stateMachine:{name}")
    assert allowed["states:DescribeExecution"]["Fn::Sub"].endswith(f":execution:{name}/*")


@pytest.mark.parametrize("name", ["RebuildApiFunction", "EndRebuildFunction"])
def test_the_functions_know_the_machine_by_its_name(name: str) -> None:
    told = resource(name)["Environment"]["Variables"]["REBUILD_VIEWS_STATE_MACHINE_ARN"]["Fn::Sub"]

    assert told.endswith(f":stateMachine:{resource('RebuildViewsStateMachine')['Name']['Fn::Sub']}")


def test_a_run_that_fails_raises_an_alarm() -> None:
    alarm = template()["Resources"]["RebuildFailedAlarm"]["Properties"]

    assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": {"Ref": "RebuildViewsStateMachine"}}]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ExecutionsFailed", 0)
