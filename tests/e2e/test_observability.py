"""Observability of the deployed stack: dashboard, alarms, and the log of an order."""

import json
import re

from tests.e2e.shop import Caller, Shop
from tests.support.waiting import wait_until
from tools.terminal import logs

FROM_REQUEST_TO_EMAIL = {
    "OrdersApiFunction",
    "RelayEventsFunction",
    "StartFulfilmentFunction",
    "InventorySagaFunction",
    "OrdersSagaFunction",
    "ProjectEventsFunction",
    "SendNotificationsFunction",
}


def test_the_dashboard_shows_the_resources_of_its_own_stack(shop: Shop) -> None:
    cloudwatch = shop.client("cloudwatch")
    (listed,) = cloudwatch.list_dashboards(DashboardNamePrefix=shop.stack.stack_name)["DashboardEntries"]
    text = cloudwatch.get_dashboard(DashboardName=listed["DashboardName"])["DashboardBody"]

    shown = {widget["type"]: widget["properties"] for widget in json.loads(text)["widgets"]}
    alarms = {alarm["AlarmArn"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert not re.findall(r"\$\{.*?\}", text)
    assert shop.stack.outputs["OrdersTableName"] in text
    assert set(shown["alarm"]["alarms"]) == alarms


def test_every_alarm_notifies_the_topic(shop: Shop) -> None:
    alarms = shop.client("cloudwatch").describe_alarms()["MetricAlarms"]

    assert {tuple(alarm["AlarmActions"]) for alarm in alarms} == {(shop.stack.outputs["AlarmsTopicArn"],)}


def test_every_function_that_processes_an_order_logs_its_id(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")

    def functions() -> set[str]:
        groups = logs.log_groups(shop.aws, None)
        events = logs.new_events(shop.aws, groups, set())
        return {function for function, event in events if f'"correlation_id":"{order_id}"' in event["message"]}

    wait_until(
        lambda: functions() >= FROM_REQUEST_TO_EMAIL,
        description="lines from the request to the email",
        progress=functions,
    )
