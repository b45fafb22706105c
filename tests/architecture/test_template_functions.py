"""Every function: its alias, log group, timeout, permissions and code."""

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.architecture.stack_template import (
    FUNCTION,
    MAPPING,
    QUEUE,
    ROOT,
    alias_of,
    as_list,
    expanded_resources,
    in_effect,
    resource,
    resources,
    statements,
    where,
)
from tests.support.template import template

FUNCTIONS = resources(FUNCTION)
STATE_MACHINE = "AWS::Serverless::StateMachine"
KEY = "AWS::KMS::Key"
SAGA_TASK_TIMEOUT = 30
# Called by rebuild_views, which has a higher task timeout. The tests of its definition check that.
AT_LENGTH = {"ReplayObjectFunction", "EndRebuildFunction"}
# Actions without resource-level permissions.
WITHOUT_RESOURCE = ("logs:", "dynamodb:ListStreams")

each_function = pytest.mark.parametrize("name", FUNCTIONS)


def saga_functions() -> set[str]:
    substitutions = resource("FulfilOrderStateMachine")["DefinitionSubstitutions"]
    return {
        reference["Ref"].removesuffix(".Alias")
        for name, reference in substitutions.items()
        if name.endswith("FunctionArn")
    }


def triggers(name: str) -> list[dict[str, Any]]:
    return list(FUNCTIONS[name].get("Events", {}).values())


@each_function
def test_a_function_publishes_the_alias_live(name: str) -> None:
    function = FUNCTIONS[name]

    assert in_effect(function, "AutoPublishAlias") == "live"
    assert in_effect(function, "AutoPublishAliasAllProperties") is True


@pytest.mark.parametrize("name", resources("AWS::Serverless::LayerVersion"))
def test_a_new_layer_version_makes_new_function_versions(name: str) -> None:
    assert resource(name)["PublishLambdaVersion"] is True
    assert {"Ref": name} in template()["Globals"]["Function"]["Layers"]


@each_function
def test_a_function_has_its_own_log_group_with_a_retention_period(name: str) -> None:
    group = FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]

    assert group == f"{name.removesuffix('Function')}LogGroup"
    assert resource(group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@each_function
def test_a_function_is_traced_and_runs_on_the_chosen_runtime(name: str) -> None:
    function = FUNCTIONS[name]

    assert in_effect(function, "Tracing") in ("Active", {"Ref": "Tracing"})
    assert in_effect(function, "Runtime") == {"Ref": "PythonRuntime"}
    assert in_effect(function, "Architectures") == [{"Ref": "Architecture"}]


def test_the_tracing_parameter_applies_to_triggers_that_follow_no_sampling_rule() -> None:
    """The API and the sagas have decided already what X-Ray records, and an Active function follows them."""
    applies = {name for name, function in FUNCTIONS.items() if in_effect(function, "Tracing") == {"Ref": "Tracing"}}
    by_the_api = {name for name in FUNCTIONS if any(event["Type"] == "Api" for event in triggers(name))}

    assert {"RelayEventsFunction", "ProjectEventsFunction", "StartFulfilmentFunction"} <= applies
    assert not applies & (by_the_api | saga_functions())
    assert template()["Parameters"]["Tracing"]["Default"] == "Active"


def test_the_sampling_rule_matches_the_api_and_the_sagas_of_the_stack() -> None:
    rule = resource("SamplingRule")["SamplingRule"]
    pattern = rule["ServiceName"]["Fn::Sub"].replace("${AWS::StackName}", "shop")
    machines = [
        each["Name"]["Fn::Sub"].replace("${AWS::StackName}", "shop") for each in resources(STATE_MACHINE).values()
    ]

    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-configuring-xray-sampling-rules.html
    names = [f"shop/{resource('Api')['StageName']}", *machines]
    assert machines
    assert all(fnmatchcase(name, pattern) for name in names)
    assert not fnmatchcase("shop", pattern)
    assert (rule["ReservoirSize"], rule["FixedRate"]) == (0, 0.05)
    assert template()["Resources"]["SamplingRule"]["Condition"] == "SamplesTraces"


@each_function
def test_a_functions_timeout_is_shorter_than_its_callers_timeout(name: str) -> None:
    timeout = in_effect(FUNCTIONS[name], "Timeout")

    if name in saga_functions():
        assert timeout < SAGA_TASK_TIMEOUT
    else:
        called_by_the_api = any(event["Type"] == "Api" for event in triggers(name))
        assert 10 <= timeout <= 29 or not called_by_the_api, "API Gateway waits 29 seconds"
        assert 10 <= timeout <= 30 or name in AT_LENGTH


@each_function
def test_a_function_names_its_service(name: str) -> None:
    service = FUNCTIONS[name]["CodeUri"].removeprefix("functions/")

    assert FUNCTIONS[name]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == service


@each_function
def test_a_handler_exists(name: str) -> None:
    module, handler = FUNCTIONS[name]["Handler"].split(".")
    source = ROOT / FUNCTIONS[name]["CodeUri"] / f"{module}.py"

    assert source.is_file()
    assert handler in _names_at_top_level(ast.parse(source.read_text()))


@each_function
def test_a_function_is_named_after_its_entry_point(name: str) -> None:
    module = FUNCTIONS[name]["Handler"].removesuffix(".handler")

    assert name == "".join(word.capitalize() for word in module.split("_")) + "Function"


@each_function
def test_a_functions_policies_are_written_out(name: str) -> None:
    policies = FUNCTIONS[name]["Policies"]

    assert all(isinstance(policy, dict) and "Statement" in policy for policy in policies), "no SAM policy templates"


def test_no_permission_is_given_by_a_wildcard() -> None:
    # A key's policy says `*` for the key itself; test_template_security.py looks at it.
    others = {name: each for name, each in template()["Resources"].items() if each["Type"] != KEY}
    for statement in statements(others):
        if statement["Effect"] == "Deny" or "Resource" not in statement:  # the latter is a role's trust policy
            continue
        assert not any("*" in action for action in as_list(statement["Action"])), statement
        if statement["Resource"] == "*":
            assert all(action.startswith(WITHOUT_RESOURCE) for action in statement["Action"]), statement


def test_sam_adds_no_permission_but_to_log_and_to_trace() -> None:
    for name, role in expanded_resources("AWS::IAM::Role").items():
        added = {_last_part(arn) for arn in role.get("ManagedPolicyArns", [])}
        assert added <= {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess"}, name


def test_every_call_from_the_api_goes_to_the_alias() -> None:
    uris = [
        operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        for api in expanded_resources("AWS::ApiGateway::RestApi").values()
        for path in where({"HasSandboxProviders"}, api["Body"]["paths"]).values()
        for operation in path.values()
    ]

    assert len(uris) == sum(event["Type"] == "Api" for name in FUNCTIONS for event in triggers(name))
    assert all(re.search(r"\$\{\w+FunctionAliaslive\}/invocations$", uri) for uri in uris)


@pytest.mark.parametrize("name", ["SweepOrdersFunction", "ChaseTasksFunction"])
def test_scheduled_functions_run_every_minute_by_their_alias(name: str) -> None:
    (rule,) = [
        rule
        for rule in expanded_resources("AWS::Events::Rule").values()
        if [target["Arn"] for target in rule["Targets"]] == [{"Ref": f"{name}Aliaslive"}]
    ]

    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert in_effect(FUNCTIONS[name], "Timeout") < 60, "no call meets the next"


def test_the_sweepers_quiet_period_is_longer_than_a_saga() -> None:
    quiet_seconds = template()["Parameters"]["SweepQuietSeconds"]["Default"]

    assert quiet_seconds >= 240, "a saga is over by then, as the tests of its definition say"


@pytest.mark.parametrize("name", resources(STATE_MACHINE))
def test_every_task_of_a_state_machine_is_called_by_its_alias(name: str) -> None:
    machine = resource(name)
    (invoke,) = [s for s in statements(machine["Policies"]) if s["Action"] == ["lambda:InvokeFunction"]]
    called = {n: r for n, r in machine["DefinitionSubstitutions"].items() if n.endswith("FunctionArn")}

    for substitution, reference in called.items():
        assert reference == alias_of(substitution.removesuffix("Arn"))
        assert reference in invoke["Resource"]
    assert len(invoke["Resource"]) == len(called)


@pytest.mark.parametrize("name", resources(STATE_MACHINE))
def test_a_definition_takes_exactly_the_substitutions_that_it_is_given(name: str) -> None:
    definition = (ROOT / resource(name)["DefinitionUri"]).read_text()

    assert set(re.findall(r"\$\{(\w+)\}", definition)) == set(resource(name)["DefinitionSubstitutions"])


@pytest.mark.parametrize("name", resources(STATE_MACHINE))
def test_a_definition_works_in_every_partition(name: str) -> None:
    definition = (ROOT / resource(name)["DefinitionUri"]).read_text()

    assert "arn:aws:" not in definition
    assert resource(name)["DefinitionSubstitutions"]["Partition"] == {"Ref": "AWS::Partition"}


def test_the_template_works_in_every_partition() -> None:
    for path in ("template.yaml", "delivery/governance.yaml", "delivery/pipeline.yaml"):
        assert "arn:aws:" not in (ROOT / path).read_text(), path


@each_function
def test_the_log_level_leaves_the_lines_of_metrics_alone(name: str) -> None:
    logging = FUNCTIONS[name]["LoggingConfig"]

    # Lambda treats a line without a level, such as one in embedded metric format, as INFO:
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    assert logging.get("ApplicationLogLevel") == ("INFO" if logging.get("LogFormat") == "JSON" else None)
    assert template()["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == {"Ref": "LogLevel"}


def test_only_sam_cli_itself_sets_the_variable_that_turns_signature_checks_off() -> None:
    assert "AWS_SAM_LOCAL" not in (ROOT / "template.yaml").read_text()


def test_environment_variables_are_strings() -> None:
    for name, variable, value in _variables():
        assert not isinstance(value, bool | int | float), f"{name} {variable}: a number crashes the emulator's worker"


@each_function
def test_the_environment_of_a_function_fits_into_lambdas_limit(name: str) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    variables = (
        template()["Globals"]["Function"]["Environment"]["Variables"] | FUNCTIONS[name]["Environment"]["Variables"]
    )

    assert len(json.dumps({variable: as_deployed(value) for variable, value in variables.items()})) < 4096


def as_deployed(value: Any) -> str:
    """The value in a stack with the longest name that `make deploy` accepts, in a region with the longest name."""
    match value:
        case {"Ref": name}:
            return _longest(name)
        case {"Fn::GetAtt": [name, attribute]}:
            return _longest(f"{name}.{attribute}")
        case {"Fn::Sub": [text, values]}:
            return as_deployed({"Fn::Sub": text}) + "".join(map(as_deployed, values.values()))
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([\w.:]+)\}", lambda reference: _longest(reference[1]), text)
        case {"Fn::If": [_, *branches]}:
            return max(map(as_deployed, branches), key=len)
    return str(value)


def _longest(reference: str) -> str:
    name, _, attribute = reference.partition(".")
    if name not in template()["Resources"]:
        return "a" * 36  # a parameter, or the stack's name
    # CloudFormation adds 12 characters to the name of a resource.
    physical_id = f"{'s' * 36}-{name}-123456789012"
    is_name = attribute == "QueueName" or (not attribute and name not in resources(QUEUE))
    return physical_id if is_name else f"https://sqs.ap-southeast-2.amazonaws.com/123456789012/{physical_id}"


def test_max_receives_equals_the_setting_of_the_queue() -> None:
    told = {name: value for name, variable, value in _variables() if variable == "MAX_RECEIVES"}
    of_queues = {
        mapping["FunctionName"]["Ref"].removesuffix(".Alias"): resource(mapping["EventSourceArn"]["Fn::GetAtt"][0])
        for mapping in resources(MAPPING).values()
        if "StartingPosition" not in mapping
    }

    assert told
    assert told == {name: str(queue["RedrivePolicy"]["maxReceiveCount"]) for name, queue in of_queues.items()}


def test_exactly_the_functions_that_may_send_to_their_own_queue_may_do_so_for_long() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    allowed = {name for name, each in FUNCTIONS.items() if each.get("RecursiveLoop") == "Allow"}

    assert allowed == {name for name in FUNCTIONS if name in called_by_messages_of(name)}
    assert "RepublishEventsFunction" in allowed
    for name in allowed:
        assert expanded_resources("AWS::Lambda::Function")[name]["RecursiveLoop"] == "Allow"


def test_the_emulators_address_is_set_only_when_it_is_given() -> None:
    address = template()["Globals"]["Function"]["Environment"]["Variables"]["AWS_ENDPOINT_URL"]

    assert address == {"Fn::If": ["HasEmulator", {"Ref": "EmulatorEndpoint"}, {"Ref": "AWS::NoValue"}]}
    assert template()["Parameters"]["EmulatorEndpoint"]["Default"] == ""


def called_by_messages_of(sender: str) -> set[str]:
    """Return every function that a message of `sender` may call, directly or through other functions."""
    consumers: dict[str, set[str]] = {}
    for mapping in resources(MAPPING).values():
        queue = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        consumers.setdefault(queue, set()).add(mapping["FunctionName"]["Ref"].removesuffix(".Alias"))
    for subscription in resources("AWS::SNS::Subscription").values():
        if subscription["Protocol"] == "sqs":
            queue = subscription["Endpoint"]["Fn::GetAtt"][0]
            consumers.setdefault(subscription["TopicArn"]["Ref"], set()).update(consumers[queue])
    called: set[str] = set()
    waiting = [sender]
    while waiting:
        policies = list(statements(FUNCTIONS[waiting.pop()].get("Policies", [])))
        sending = [each for each in policies if {"sqs:SendMessage", "sns:Publish"} & set(as_list(each["Action"]))]
        targets = {_target(arn) for each in sending for arn in as_list(each["Resource"])}
        found = set().union(*(consumers.get(target, set()) for target in targets)) - called
        called |= found
        waiting += found
    return called


def _target(arn: Any) -> str:
    return str(arn["Fn::GetAtt"][0] if "Fn::GetAtt" in arn else arn["Ref"])


def _variables() -> Iterator[tuple[str, str, Any]]:
    for name, function in FUNCTIONS.items():
        for variable, value in function["Environment"]["Variables"].items():
            yield name, variable, value


def _names_at_top_level(module: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _last_part(arn: Any) -> str:
    text = arn if isinstance(arn, str) else str(next(iter(arn.values())))
    return text.split("/")[-1]
