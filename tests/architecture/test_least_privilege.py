"""Each policy allows exactly the calls that the function's code can make, on the resources that it uses."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

from tests.architecture.calls_of_code import calls_of, texts_of
from tests.architecture.stack_template import FUNCTION, MAPPING, alias_of, as_list, resources, statements
from tests.support.template import template

FUNCTIONS = resources(FUNCTION)
# Permissions that Lambda needs to poll an event source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
# and https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
READS_QUEUE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
READS_STREAM = {f"dynamodb:{each}" for each in ("DescribeStream", "GetRecords", "GetShardIterator")}
# This action supports no resource.
FINDS_STREAMS = "dynamodb:ListStreams"


class Grant(NamedTuple):
    """An action on a resource. `index` is the name of the table's index, if the resource is one."""

    action: str
    resource: str
    index: str | None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_no_permission_that_its_code_does_not_use(name: str) -> None:
    unused = sorted(grant for grant in granted(name) if not is_used(name, grant))

    assert not unused, f"take these from the policy of {name} in template.yaml: {unused}"


def granted(name: str) -> Iterator[Grant]:
    for statement in statements(FUNCTIONS[name]["Policies"]):
        for action in as_list(statement["Action"]):
            for resource in as_list(statement["Resource"]):
                index = re.search(r"/index/(\w+)", str(resource))
                # Actions without resource-level permissions are limited by a condition.
                for target in named_in(resource) or named_in(statement.get("Condition")) or {"AWS::StackId"}:
                    yield Grant(action, target, index and index[1])


def is_used(name: str, grant: Grant) -> bool:
    return grant in read_by_lambda(name) or any(
        call.action == grant.action
        and call.of_index == bool(grant.index)
        and grant.resource in named_by_settings(name, call.settings)
        and (grant.index is None or grant.index in texts_of(module_of(name)))
        for call in calls_of(module_of(name))
    )


def named_by_settings(name: str, settings: frozenset[str]) -> set[str]:
    """Return the resources that these settings of a function name. Without settings, all that its environment names."""
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    chosen = {variable: variables[variable] for variable in settings if variable in variables} or variables
    return named_in(chosen) | named_in(custom_resources(name))


def custom_resources(name: str) -> list[dict[str, Any]]:
    """Return the resources that the function's custom resources name, and the stack."""
    own = [
        each["Properties"]
        for each in template()["Resources"].values()
        if each.get("Properties", {}).get("ServiceToken") == alias_of(name)
    ]
    return [*own, {"Ref": "AWS::StackId"}] if own else []


@cache
def read_by_lambda(name: str) -> set[Grant]:
    grants = set()
    for mapping in resources(MAPPING).values():
        if mapping["FunctionName"] == alias_of(name):
            (source,) = named_in(mapping["EventSourceArn"])
            is_stream = mapping["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn"
            grants |= {Grant(action, source, None) for action in (READS_STREAM if is_stream else READS_QUEUE)}
            grants |= {Grant(FINDS_STREAMS, "AWS::StackId", None)} if is_stream else set()
            grants |= {
                Grant("sqs:SendMessage", failures, None) for failures in named_in(mapping.get("DestinationConfig"))
            }
    return grants


def named_in(node: Any) -> set[str]:
    """Return the logical ids and parameters anywhere in `node`; a state machine also by its written-out name."""
    match node:
        case {"Ref": str(name)}:
            named = {name.removesuffix(".Alias")} - {"AWS::NoValue"}
        case {"Fn::GetAtt": [str(name), *_]}:
            named = {name}
        case {"Fn::If": [_, *values]} | [*values]:
            named = set().union(*map(named_in, values))
        case {"Fn::Sub": [text, dict(own)]}:
            named = (named_in(text) - own.keys()) | named_in(own)
        case dict():
            named = set().union(*map(named_in, node.values()))
        case str():
            named = {name.split(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", node)}
            named |= {machine for machine, text in state_machine_names().items() if text in node}
        case _:
            named = set()
    return named


@cache
def state_machine_names() -> dict[str, str]:
    return {name: each["Name"]["Fn::Sub"] for name, each in resources("AWS::Serverless::StateMachine").items()}


def module_of(name: str) -> str:
    module: str = FUNCTIONS[name]["Handler"].split(".")[0]
    return module
