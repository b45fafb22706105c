"""The path of an event: streams, topic, queues, event source mappings, delivery stream."""

import json
import re

import pytest

from kernel.event_items import EVENT_COUNT, LEVEL_EVENT
from tests.architecture.stack_template import (
    FUNCTION,
    MAPPING,
    QUEUE,
    ROOT,
    TABLE,
    alias_of,
    arn_of,
    as_list,
    in_effect,
    resource,
    resources,
    statements,
)
from tools.deployment.template import filter_policy

MAPPINGS = resources(MAPPING)
STREAM_MAPPINGS = [name for name, mapping in MAPPINGS.items() if "StartingPosition" in mapping]
RELAYED = [name for name in STREAM_MAPPINGS if MAPPINGS[name]["FunctionName"] == {"Ref": "RelayEventsFunction.Alias"}]
QUEUE_MAPPINGS = [name for name in MAPPINGS if name not in STREAM_MAPPINGS]
# No function reads these queues. An alarm asks a person to do it.
LAST_RESORTS = {name for name in resources(QUEUE) if name.endswith("DeadLetterQueue")} | {
    "UnreadableRecordsQueue",
    "StreamFailuresQueue",
}


def subscriptions() -> set[str]:
    """Return the subscriptions to the events. Alarms have a separate topic."""
    topic = {"Ref": "OrderEventsTopic"}
    return {name for name, each in resources("AWS::SNS::Subscription").items() if each["TopicArn"] == topic}


def tables_with_events() -> set[str]:
    """Return the tables that the code uses as an outbox, and the table of orders, whose items are events."""
    code = "".join(source.read_text() for source in ROOT.glob("functions/*/*.py"))
    return {"OrdersTable"} | {
        f"{name.title()}Table" for name in re.findall(r'Outbox\(setting\("(\w+)_TABLE_NAME"\)', code)
    }


def function_of(mapping: str) -> str:
    name: str = MAPPINGS[mapping]["FunctionName"]["Ref"]
    return name.removesuffix(".Alias")


@pytest.mark.parametrize("name", sorted(resources(QUEUE).keys() - LAST_RESORTS))
def test_a_queue_has_a_dead_letter_queue(name: str) -> None:
    redrive = resource(name)["RedrivePolicy"]

    assert redrive["deadLetterTargetArn"] == arn_of(name.replace("Queue", "DeadLetterQueue"))


def test_operators_see_every_dead_letter_queue() -> None:
    names = resource("DeadLettersApiFunction")["Environment"]["Variables"]["DEAD_LETTER_QUEUES"]["Fn::Sub"]

    assert set(re.findall(r"\$\{(\w+)\.QueueName\}", names)) == LAST_RESORTS


@pytest.mark.parametrize("name", sorted(LAST_RESORTS))
def test_a_dead_letter_queue_has_the_maximum_retention_and_an_alarm(name: str) -> None:
    alarms = [
        alarm
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        if {"Name": "QueueName", "Value": {"Fn::GetAtt": [name, "QueueName"]}} in alarm["Dimensions"]
    ]

    assert resource(name)["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert [alarm["Threshold"] for alarm in alarms] == [0]


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_calls_the_alias(name: str) -> None:
    assert MAPPINGS[name]["FunctionName"] == alias_of(function_of(name))


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapped_function_may_read_its_source_and_no_other(name: str) -> None:
    source = MAPPINGS[name]["EventSourceArn"]
    action = "dynamodb:GetRecords" if name in STREAM_MAPPINGS else "sqs:ReceiveMessage"

    for function in resources(FUNCTION):
        readable = [
            readable
            for statement in statements(resource(function)["Policies"])
            if action in statement["Action"]
            for readable in as_list(statement["Resource"])
        ]
        assert (source in readable) is (function == function_of(name))


@pytest.mark.parametrize("name", QUEUE_MAPPINGS)
def test_a_queues_consumer_answers_for_each_message_and_has_time_to(name: str) -> None:
    mapping = MAPPINGS[name]
    queue = resource(mapping["EventSourceArn"]["Fn::GetAtt"][0])

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2
    assert queue["VisibilityTimeout"] >= 6 * in_effect(resource(function_of(name)), "Timeout")


def test_a_timeout_interrupts_the_sending_of_one_email_at_most() -> None:
    assert resource("NotificationsMapping")["BatchSize"] == 1


@pytest.mark.parametrize("name", RELAYED)
def test_a_stream_mapping_has_a_destination_for_failures(name: str) -> None:
    mapping = MAPPINGS[name]

    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == -1, "the age alone limits the retries"
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < 24 * 3600, "a stream keeps its records for a day"
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == arn_of("StreamFailuresQueue")
    assert "FunctionResponseTypes" not in mapping, "the relay answers for a whole batch"


def attributes_in_filters(mapping: str) -> set[str]:
    patterns = [json.loads(each["Pattern"]) for each in MAPPINGS[mapping]["FilterCriteria"]["Filters"]]
    return {attribute for pattern in patterns for attribute in pattern["dynamodb"]["NewImage"]}


@pytest.mark.parametrize("name", RELAYED)
def test_a_stream_mapping_sees_only_items_that_carry_events(name: str) -> None:
    assert {EVENT_COUNT} <= attributes_in_filters(name) <= {EVENT_COUNT, LEVEL_EVENT}


def test_the_stream_filters_name_the_attributes_of_the_kernels_event_items() -> None:
    assert set().union(*map(attributes_in_filters, RELAYED)) == {EVENT_COUNT, LEVEL_EVENT}


def test_only_the_kernels_event_items_name_these_attributes() -> None:
    modules = [*ROOT.glob("functions/*/*.py"), *ROOT.glob("layers/kernel/kernel/*.py")]
    naming = {module.name for module in modules if re.search(f"{EVENT_COUNT}|{LEVEL_EVENT}\\b", module.read_text())}

    assert naming == {"event_items.py"}


def test_every_table_that_holds_events_streams_into_the_relay() -> None:
    relayed = {MAPPINGS[name]["EventSourceArn"]["Fn::GetAtt"][0] for name in RELAYED}

    assert relayed == tables_with_events()
    assert all(resource(table)["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES" for table in relayed)


def test_only_tables_with_a_reader_have_a_stream() -> None:
    read = {MAPPINGS[name]["EventSourceArn"]["Fn::GetAtt"][0] for name in STREAM_MAPPINGS}

    assert {table for table in resources(TABLE) if "StreamSpecification" in resource(table)} == read


@pytest.mark.parametrize("name", sorted(subscriptions()))
def test_a_subscription_hands_the_event_itself_to_a_queue_that_lets_the_topic_in(name: str) -> None:
    subscription = resource(name)
    queue = subscription["Endpoint"]["Fn::GetAtt"][0]
    dead_letters = subscription["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]

    assert subscription["RawMessageDelivery"] is True
    for receiver in (queue, dead_letters):
        _, statement = resource(f"{receiver}Policy")["PolicyDocument"]["Statement"]
        assert resource(f"{receiver}Policy")["Queues"] == [{"Ref": receiver}]
        assert statement["Resource"] == arn_of(receiver)
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "OrderEventsTopic"}}}


def test_a_filter_policy_has_at_most_the_five_keys_that_sns_takes() -> None:
    policies = {name: filter_policy(resource(name)) for name in subscriptions()}

    assert all(len(policy) <= 5 for policy in policies.values())
    assert policies["ProjectionSubscription"] == {}, "the views show every event"


def test_the_delivery_writes_dated_folders_and_has_an_alarm() -> None:
    delivery = resource("EventDeliveryStream")["ExtendedS3DestinationConfiguration"]
    watched = {alarm["MetricName"] for alarm in resources("AWS::CloudWatch::Alarm").values()}

    assert delivery["Prefix"].startswith("events/year=!{timestamp:yyyy}/month=")
    assert delivery["ErrorOutputPrefix"].startswith("errors/")
    assert delivery["CompressionFormat"] == "GZIP"
    assert {"DeliveryToS3.DataFreshness", "IteratorAge"} <= watched
