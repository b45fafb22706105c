"""Observability: alarms with runbooks, a dashboard of existing metrics, queries over all logs."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import relay_events
from tests.architecture.stack_template import FUNCTION, QUEUE, ROOT, TABLE, expanded_resources, resource, resources
from tests.support.template import template

ALARM = "AWS::CloudWatch::Alarm"
QUERY = "AWS::Logs::QueryDefinition"
RUNBOOKS = ROOT / "docs/runbooks"
# Runbooks without an alarm.
GENERAL = {"README.md", "dead-letters.md", "erase-a-person.md", "rebuild-views.md"}
STACK = {"Ref": "AWS::StackName"}

# The AWS metrics that are used here, with the resource type of their dimension.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
METRICS = {
    ("AWS/ApiGateway", "ApiName"): (None, {"5XXError", "4XXError", "Latency", "Count"}),
    ("AWS/ApiGateway", "ApiId"): ("AWS::ApiGatewayV2::Api", {"ConnectCount", "MessageCount", "IntegrationError"}),
    ("AWS/SQS", "QueueName"): (QUEUE, {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}),
    ("AWS/Lambda", "FunctionName"): (FUNCTION, {"Errors", "IteratorAge"}),
    ("AWS/States", "StateMachineArn"): (
        "AWS::Serverless::StateMachine",
        {"ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"},
    ),
    ("AWS/Firehose", "DeliveryStreamName"): ("AWS::KinesisFirehose::DeliveryStream", {"DeliveryToS3.DataFreshness"}),
    ("AWS/DynamoDB", "TableName"): (TABLE, {"ReadThrottleEvents", "WriteThrottleEvents"}),
}

each_alarm = pytest.mark.parametrize("name", resources(ALARM))


def page_of(alarm: str) -> str:
    words = re.findall("[A-Z][a-z]+", alarm.removesuffix("Alarm"))
    return "-".join(words).lower() + ".md"


def told_metrics() -> set[tuple[str, str]]:
    """Return the metrics that the code emits, each with its service."""
    told = {(metric, "event_store") for metric in relay_events.COUNTS.values()}
    for source in ROOT.glob("functions/*/*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("count", "measure_since") and isinstance(node.args[0], ast.Constant):
                told.add((str(node.args[0].value), source.parent.name))
    return told


def dashboard() -> dict[str, Any]:
    """Return the dashboard's body, with `${...}` left in it."""
    body: dict[str, Any] = json.loads(resource("Dashboard")["DashboardBody"]["Fn::Sub"])
    return body


def metrics_of(widget: dict[str, Any]) -> Iterator[list[str]]:
    """Yield each metric as namespace, name, dimensions, without CloudWatch's shorthand (`...` and `.`)."""
    before: list[str] = []
    for row in widget["properties"].get("metrics", []):
        metric = [text for text in row if isinstance(text, str)]
        if not metric:
            continue
        if metric[0] == "...":
            given = metric[1:]
            metric = before[: len(before) - len(given)] + given
        metric = [before[place] if text == "." else text for place, text in enumerate(metric)]
        before = metric
        yield metric


def shown_metrics() -> list[list[str]]:
    return [metric for widget in dashboard()["widgets"] for metric in metrics_of(widget)]


def assert_exists(namespace: str, name: str, dimensions: dict[str, str]) -> None:
    """Fail if nothing emits this metric. The values of the dimensions may contain `${...}`."""
    if namespace == "${AWS::StackName}":
        assert (name, dimensions["service"]) in told_metrics()
        assert dimensions.keys() == {"service"}
        return
    if not dimensions:
        assert (namespace, name) in {("AWS/Lambda", "ConcurrentExecutions"), ("AWS/Lambda", "Throttles")}
        return
    dimension, value = next(iter(dimensions.items()))
    kind, names = METRICS[namespace, dimension]
    assert name in names
    if kind is None:
        assert dimensions == {"ApiName": "${AWS::StackName}", "Stage": resource("Api")["StageName"]}
    else:
        logical_id = re.fullmatch(r"\$\{(\w+)(\.QueueName)?\}", value)
        assert logical_id, value
        assert template()["Resources"][logical_id[1]]["Type"] == kind
        assert bool(logical_id[2]) == (kind == QUEUE), "the reference of a queue is its URL"


def as_text(value: Any) -> str:
    """Return a reference as `Fn::Sub` writes it."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        # The name is written out, because a reference would be circular: see SagaFailuresAlarm.
        case {"Fn::Sub": str(text)} if text.endswith(
            f":stateMachine:{resource('FulfilOrderStateMachine')['Name']['Fn::Sub']}"
        ):
            return "${FulfilOrderStateMachine}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": str(text)}:
            return text
        case _:
            return str(value)


def test_the_api_is_named_as_its_metrics_are() -> None:
    (api,) = expanded_resources("AWS::ApiGateway::RestApi").values()

    assert api["Body"]["info"]["title"] == STACK
    assert "Name" not in api


@each_alarm
def test_every_alarm_links_its_runbook(name: str) -> None:
    assert resource(name)["AlarmDescription"].endswith(f"Runbook: docs/runbooks/{page_of(name)}")
    assert (RUNBOOKS / page_of(name)).is_file()


def test_every_runbook_has_an_alarm() -> None:
    pages = {path.name for path in RUNBOOKS.glob("*.md")} - GENERAL

    assert pages == {page_of(name) for name in resources(ALARM)}


@pytest.mark.parametrize("name", [page_of(name) for name in resources(ALARM)])
def test_a_runbook_has_the_sections_that_an_operator_needs(name: str) -> None:
    text = (RUNBOOKS / name).read_text()

    assert re.findall("^## (.+)$", text, flags=re.MULTILINE) == [
        "Symptom",
        "Diagnosis",
        "Fix",
        "Verification",
    ]
    assert f"({name})" in (RUNBOOKS / "README.md").read_text()


@each_alarm
def test_every_alarm_uses_an_existing_metric(name: str) -> None:
    alarm = resource(name)
    dimensions = {each["Name"]: as_text(each["Value"]) for each in alarm["Dimensions"]}
    # The metrics of an alias have a second dimension.
    assert dimensions.pop("Resource", "${RelayEventsFunction}:live") == "${RelayEventsFunction}:live"

    assert_exists(as_text(alarm["Namespace"]), alarm["MetricName"], dimensions)


@each_alarm
def test_every_alarm_notifies_when_it_starts_and_when_it_ends(name: str) -> None:
    alarm = resource(name)

    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmsTopic"}]


def test_cloudwatch_may_publish_to_the_topic() -> None:
    assert "KmsMasterKeyId" not in resource("AlarmsTopic"), "CloudWatch may not use alias/aws/sns"
    _, statement = resource("AlarmsTopicPolicy")["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert not any("AlarmName" in resource(name) for name in resources(ALARM)), "the policy knows them by the stack"


def test_no_alarm_is_mailed_without_an_address() -> None:
    assert template()["Parameters"]["AlarmEmail"]["Default"] == ""
    assert template()["Resources"]["AlarmsSubscription"]["Condition"] == "HasAlarmEmail"


def test_every_queue_of_dead_letters_has_an_alarm() -> None:
    watched = {
        as_text(alarm["Dimensions"][0]["Value"])
        for alarm in resources(ALARM).values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    dead = {name for name, queue in resources(QUEUE).items() if "RedrivePolicy" not in queue}

    assert watched == {f"${{{name}.QueueName}}" for name in dead}


@pytest.mark.parametrize("metric", shown_metrics(), ids=lambda metric: "-".join(metric[1::2]))
def test_the_dashboard_shows_metrics_that_exist(metric: list[str]) -> None:
    namespace, name, *dimensions = metric

    assert_exists(namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True)))


def test_the_dashboard_shows_every_metric_of_the_code() -> None:
    shown = {(metric[1], metric[3]) for metric in shown_metrics() if metric[0] == "${AWS::StackName}"}

    # Widgets find these by a search expression, because each reason and each step is a metric.
    assert told_metrics() - shown == {("OrdersRejected", "event_store")}
    for found_by_search in ("OrdersRejected", "StepFaults"):
        assert f'MetricName=\\"{found_by_search}\\"' in resource("Dashboard")["DashboardBody"]["Fn::Sub"]


def test_the_dashboard_begins_with_the_customers_and_shows_every_alarm() -> None:
    widgets = dashboard()["widgets"]
    (alarms,) = [widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm"]

    assert "Customer experience" in widgets[0]["properties"]["markdown"]
    assert set(alarms) == {f"${{{name}.Arn}}" for name in resources(ALARM)}


def test_the_dashboard_shows_every_function_table_and_queue() -> None:
    shown = {text for metric in shown_metrics() for text in metric}
    # The dashboard must not name what only a stack with sandbox providers has.
    named = [
        name for name in [*resources(FUNCTION), *resources(TABLE)] if "Condition" not in template()["Resources"][name]
    ]

    assert {f"${{{name}}}" for name in named} <= shown
    assert {f"${{{name}.QueueName}}" for name in resources(QUEUE)} <= shown


def test_no_widgets_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for widget in dashboard()["widgets"]:
        columns = range(widget["x"], widget["x"] + widget["width"])
        cells = {(x, y) for x in columns for y in range(widget["y"], widget["y"] + widget["height"])}
        assert max(columns) < 24
        assert not cells & taken, widget
        taken |= cells


@pytest.mark.parametrize("name", ["OneOrderQuery", "FaultsQuery"])
def test_a_query_of_all_logs_covers_every_function(name: str) -> None:
    groups = {group["Ref"] for group in resource(name)["LogGroupNames"]}

    assert groups == {f"{function.removesuffix('Function')}LogGroup" for function in resources(FUNCTION)}
    assert len(groups) <= 50, "a query takes no more"


@pytest.mark.parametrize("name", resources(QUERY))
def test_saved_queries_are_omitted_on_the_emulator(name: str) -> None:
    assert template()["Resources"][name]["Condition"] == "IsOnAws"


def test_the_query_for_slow_requests_covers_every_function_of_the_api() -> None:
    of_the_api = {
        name.removesuffix("Function")
        for name, each in resources(FUNCTION).items()
        if "Api" in {trigger["Type"] for trigger in each.get("Events", {}).values()}
    }
    covered = {group["Ref"].removesuffix("LogGroup") for group in resource("SlowRequestsQuery")["LogGroupNames"]}

    assert "OrdersApi" in of_the_api
    assert covered == of_the_api


def test_pages_name_queries_that_exist() -> None:
    saved = {query["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}/") for query in resources(QUERY).values()}
    pages = [*RUNBOOKS.glob("*.md"), ROOT / "docs/observability.md"]
    named = {name for page in pages for name in re.findall(r"saved query\s+`([\w-]+)`", page.read_text())}

    assert named
    assert named <= saved


@pytest.mark.parametrize("name", resources("AWS::Logs::LogGroup"))
def test_log_groups_have_a_retention_period(name: str) -> None:
    assert resource(name)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_tracing_is_enabled_for_every_resource_that_supports_it() -> None:
    assert resource("Api")["TracingEnabled"] is True
    assert template()["Globals"]["Function"]["Tracing"] == "Active"
    assert all(
        machine["Tracing"] == {"Enabled": True} for machine in resources("AWS::Serverless::StateMachine").values()
    )


def test_the_metrics_of_a_stack_have_a_namespace_of_their_own() -> None:
    assert template()["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == STACK
