"""Canary deployment: a tenth of the calls first, rollback on an alarm. Off by default."""

import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any

import pytest

from tests.architecture.stack_template import FUNCTION, ROOT, as_list, expanded, resource, resources
from tests.support.template import template

ALARMS = template()["Globals"]["Function"]["DeploymentPreference"]["Alarms"]
WITH_SAFE_DEPLOYMENT = expanded(SafeDeployment="true")["Resources"]


def test_it_is_off_by_default_and_on_in_production() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())

    assert template()["Parameters"]["SafeDeployment"]["Default"] == "false"
    assert not [each for each in expanded()["Resources"].values() if each["Type"].startswith("AWS::CodeDeploy::")]
    assert "SafeDeployment" not in config["default"]["deploy"]["parameters"]["parameter_overrides"]
    assert "SafeDeployment=true" in config["prod"]["deploy"]["parameters"]["parameter_overrides"].split()


def test_alarms_that_affect_customers_roll_back_a_deployment() -> None:
    names = {alarm["Ref"] for alarm in ALARMS}

    assert {"ApiErrorsAlarm", "ApiLatencyAlarm", "SagaFailuresAlarm"} <= names
    assert names <= set(resources("AWS::CloudWatch::Alarm"))


@pytest.mark.parametrize("function", resources(FUNCTION))
def test_every_functions_alias_shifts_ten_percent_first(function: str) -> None:
    alias = WITH_SAFE_DEPLOYMENT[f"{function}Aliaslive"]
    group_name = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]
    group = WITH_SAFE_DEPLOYMENT[group_name]["Properties"]

    assert group["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": "Canary10Percent5Minutes"}
    assert group["AlarmConfiguration"] == {"Enabled": True, "Alarms": [{"Name": alarm} for alarm in ALARMS]}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


@pytest.mark.parametrize("function", resources(FUNCTION))
def test_a_deployment_group_exists_only_if_its_function_does(function: str) -> None:
    group = WITH_SAFE_DEPLOYMENT[f"{function}DeploymentGroup"]

    assert group.get("Condition") == WITH_SAFE_DEPLOYMENT[function].get("Condition")


def test_the_saga_is_started_by_an_alias_that_shifts_ten_percent_first() -> None:
    version, alias = (template()["Resources"][name] for name in ("FulfilOrderVersion", "FulfilOrderAlias"))

    assert version["Condition"] == alias["Condition"] == "DeploysSafely"
    # A changed revision creates a new version: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
    # aws-resource-stepfunctions-statemachineversion.html
    assert version["Properties"]["StateMachineRevisionId"] == {
        "Fn::GetAtt": ["FulfilOrderStateMachine", "StateMachineRevisionId"]
    }
    assert version["UpdateReplacePolicy"] == "Retain", "the way back"
    assert alias["Properties"]["DeploymentPreference"] == {
        "Type": "CANARY",
        "Percentage": 10,
        "Interval": 5,
        "StateMachineVersionArn": {"Ref": "FulfilOrderVersion"},
        "Alarms": ALARMS,
    }


@pytest.mark.parametrize("function", ["StartFulfilmentFunction", "SweepOrdersFunction"])
def test_functions_start_the_sagas_alias_only_if_it_exists(function: str) -> None:
    text, values = resource(function)["Environment"]["Variables"]["FULFIL_ORDER_STATE_MACHINE_ARN"]["Fn::Sub"]
    name = resource("FulfilOrderStateMachine")["Name"]["Fn::Sub"]
    alias = resource("FulfilOrderAlias")["Name"]["Fn::Sub"]

    assert text.endswith(f":stateMachine:{name}${{Alias}}")
    assert values["Alias"] == {"Fn::If": ["DeploysSafely", {"Fn::Sub": f":{alias}"}, ""]}


def test_aliases_and_alarms_have_no_circular_dependency() -> None:
    graph = {
        name: {other for other in named_by(each) if other in WITH_SAFE_DEPLOYMENT}
        for name, each in WITH_SAFE_DEPLOYMENT.items()
    }

    assert "SagaFailuresAlarm" in graph["InventorySagaFunctionDeploymentGroup"]
    TopologicalSorter(graph).prepare()


def test_a_change_of_the_conditional_routes_deploys_the_stage() -> None:
    # Else SAM names the deployment after the routes with unresolved conditions, so CloudFormation sees no change.
    assert resource("Api")["AlwaysDeploy"] is True


def test_access_logs_are_off_by_default_and_have_no_personal_data() -> None:
    condition, setting, otherwise = resource("Api")["AccessLogSetting"]["Fn::If"]

    assert template()["Parameters"]["AccessLogs"]["Default"] == "false"
    assert (condition, otherwise) == ("LogsAccess", {"Ref": "AWS::NoValue"})
    assert setting["DestinationArn"] == {"Fn::GetAtt": ["ApiAccessLogGroup", "Arn"]}
    assert not re.search(r"identity|authorizer|context\.path|header", setting["Format"])


@pytest.mark.parametrize("name", resources("AWS::Serverless::LayerVersion"))
def test_old_layer_versions_are_deleted(name: str) -> None:
    assert resource(name)["RetentionPolicy"] == "Delete"


def named_by(node: Any) -> Iterator[str]:
    """Return the resources that must exist before this one, including those in its UpdatePolicy."""
    match node:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), _]}:
            yield from re.findall(r"\$\{(\w+)", text)
    if isinstance(node, dict):
        yield from as_list(node.get("DependsOn", []))
        node = list(node.values())
    for each in node if isinstance(node, list) else []:
        yield from named_by(each)
