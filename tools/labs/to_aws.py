"""Check lab 8: docs/labs/8-to-aws.md. It inspects the rehearsal on the emulator and the sources."""

from typing import Any

from cfnlint.decode import cfn_yaml

from tools.labs.lab_state import LabState, Step

ALARM = "PaymentsDeclinedAlarm"


def to_aws(state: LabState) -> list[Step]:
    """Check that a stack was deployed and destroyed, and that many declined cards roll back a canary."""
    template: dict[str, Any] = cfn_yaml.load(str(state.root / "template.yaml"))
    return [
        Step(
            "A second stack was deployed to the emulator and destroyed",
            _was_destroyed(state),
            "the rehearsal: make deploy STACK=ada-orders, make destroy STACK=ada-orders",
        ),
        Step(
            f"The exercise: {ALARM} is deployed",
            ALARM in state.resources,
            "change template.yaml and functions/event_store/relay_events.py, then: make up",
        ),
        Step(
            "The relay counts declined cards",
            _is_counted(state),
            "add PaymentDeclined to COUNTS in functions/event_store/relay_events.py, then: make up, "
            "make order PAYMENT=pm_card_declined",
        ),
        Step(
            "The alarm rolls back a new version of the functions and of the saga",
            all({"Ref": ALARM} in alarms for alarms in _alarms_of_canaries(template)),
            "add it to both lists of Alarms in template.yaml: Globals, and FulfilOrderAlias",
        ),
    ]


def _was_destroyed(state: LabState) -> bool:
    pages = state.aws.cloudformation.get_paginator("list_stacks").paginate()
    stacks = [stack for page in pages for stack in page["StackSummaries"]]
    return any(stack["StackStatus"] == "DELETE_COMPLETE" for stack in stacks)


def _is_counted(state: LabState) -> bool:
    group = state.resources["RelayEventsLogGroup"]
    pages = state.aws.logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return any('"PaymentsDeclined"' in event["message"] for page in pages for event in page["events"])


def _alarms_of_canaries(template: dict[str, Any]) -> list[list[Any]]:
    functions = template["Globals"]["Function"]["DeploymentPreference"]
    saga = template["Resources"]["FulfilOrderAlias"]["Properties"]["DeploymentPreference"]
    return [functions["Alarms"], saga["Alarms"]]
