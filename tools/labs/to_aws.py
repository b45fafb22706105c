"""What lab 8 asks for: docs/labs/8-to-aws.md. It looks at the rehearsal on the emulator, and at the sources."""

from typing import Any

from cfnlint.decode import cfn_yaml

from tools.labs.evidence import Evidence
from tools.labs.step import Step

ALARM = "PaymentsDeclinedAlarm"


def to_aws(evidence: Evidence) -> list[Step]:
    """A stack was deployed and destroyed, and a canary is turned back where cards are declined by the handful."""
    template: dict[str, Any] = cfn_yaml.load(str(evidence.root / "template.yaml"))
    return [
        Step(
            "A second stack was deployed on the emulator, and destroyed",
            _was_destroyed(evidence),
            "the rehearsal: make deploy STACK=ada-orders, make destroy STACK=ada-orders",
        ),
        Step(
            f"The exercise: {ALARM} is deployed",
            ALARM in evidence.resources,
            "change template.yaml and functions/event_store/relay_events.py, then: make up",
        ),
        Step(
            "The relay counts declined cards",
            _is_counted(evidence),
            "add PaymentDeclined to COUNTS in functions/event_store/relay_events.py, then: make up, "
            "make order PAYMENT=pm_card_declined",
        ),
        Step(
            "The alarm turns back a new version of a function, and of the saga",
            all({"Ref": ALARM} in alarms for alarms in _alarms_of_canaries(template)),
            "add it to both lists of Alarms in template.yaml: Globals, and FulfilOrderAlias",
        ),
    ]


def _was_destroyed(evidence: Evidence) -> bool:
    pages = evidence.aws.cloudformation.get_paginator("list_stacks").paginate()
    stacks = [stack for page in pages for stack in page["StackSummaries"]]
    return any(stack["StackStatus"] == "DELETE_COMPLETE" for stack in stacks)


def _is_counted(evidence: Evidence) -> bool:
    group = evidence.resources["RelayEventsLogGroup"]
    pages = evidence.aws.logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return any('"PaymentsDeclined"' in event["message"] for page in pages for event in page["events"])


def _alarms_of_canaries(template: dict[str, Any]) -> list[list[Any]]:
    functions = template["Globals"]["Function"]["DeploymentPreference"]
    saga = template["Resources"]["FulfilOrderAlias"]["Properties"]["DeploymentPreference"]
    return [functions["Alarms"], saga["Alarms"]]
