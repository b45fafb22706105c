"""The picture of the page's tab "Under the hood" shows the template as it is."""

import json

from tests.support.template import resources_of_type
from tools.local_cloud.cloud import ROOT
from tools.site import event_paths


def test_the_file_is_up_to_date() -> None:
    assert event_paths.FILE.read_text() == event_paths.text(), "write again: python -m tools.site.event_paths"


def test_every_event_of_an_order_has_a_producer_in_the_service_that_emits_it() -> None:
    for event, producers in event_paths.paths()["producers"].items():
        service = event_paths.CATALOGUE[event]["source"]
        assert producers, event
        for producer in producers:
            assert producer["sources"][0].startswith(f"functions/{service}/"), event
            assert all((ROOT / source).is_file() for source in producer["sources"]), event


def test_every_subscribed_queue_is_in_the_picture() -> None:
    subscriptions = resources_of_type("AWS::SNS::Subscription").values()
    queues = {
        each["Properties"]["Endpoint"]["Fn::GetAtt"][0]
        for each in subscriptions
        if each["Properties"]["TopicArn"] == {"Ref": event_paths.TOPIC}
    }

    assert {consumer["queue"] for consumer in event_paths.paths()["consumers"]} == queues


def test_the_trace_of_an_order_reads_the_logs_of_every_function_in_the_picture() -> None:
    trace = resources_of_type("AWS::Serverless::Function")["OrderTraceFunction"]["Properties"]
    groups = json.loads(trace["Environment"]["Variables"]["LOG_GROUP_NAMES"]["Fn::Sub"])

    assert event_paths.paths()["sources"].keys() <= groups.keys()
