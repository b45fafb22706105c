"""The AsyncAPI document describes every event, and the topic and queues of the template."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.generator.event_schemas import event_types
from contracts.generator.write import CONTRACTS
from tests.support.template import resources_of_type
from tools.deployment.template import filter_policy

DOCUMENT: dict[str, Any] = json.loads((CONTRACTS / "asyncapi.json").read_text())
SUBSCRIPTIONS = {
    name: subscription
    for name, subscription in resources_of_type("AWS::SNS::Subscription").items()
    if subscription["Properties"]["TopicArn"] == {"Ref": "OrderEventsTopic"}
}
EVENT_TYPES = {event_type.name for event_type in event_types()}


def references(node: Any) -> Iterator[str]:
    """Yield the references in the document."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            yield from references(member)


@pytest.mark.filterwarnings("ignore:Field name")
def test_it_is_an_asyncapi_document() -> None:
    from asyncapi3.models.asyncapi import AsyncAPI3  # noqa: PLC0415 (its import prints a warning)

    AsyncAPI3.model_validate(DOCUMENT)


def test_every_reference_resolves() -> None:
    for reference in references(DOCUMENT):
        file, _, pointer = reference.partition("#")
        found: Any = json.loads((CONTRACTS / file).read_text()) if file else DOCUMENT
        for name in Path(pointer).parts[1:]:
            found = found[name]
        assert found


def test_every_event_has_its_message() -> None:
    assert set(DOCUMENT["components"]["messages"]) == EVENT_TYPES
    assert set(DOCUMENT["channels"]["OrderEventsTopic"]["messages"]) == EVENT_TYPES


@pytest.mark.parametrize("subscription", SUBSCRIPTIONS)
def test_a_queue_receives_the_events_of_its_filter(subscription: str) -> None:
    properties = SUBSCRIPTIONS[subscription]["Properties"]
    queue = properties["Endpoint"]["Fn::GetAtt"][0]
    policy = filter_policy(properties)

    channel = DOCUMENT["channels"][queue]
    (consumer,) = [
        consumer
        for consumer in DOCUMENT["operations"]["publishEvents"]["bindings"]["sns"]["consumers"]
        if consumer["endpoint"]["name"] == queue
    ]
    receivers = [
        operation
        for operation in DOCUMENT["operations"].values()
        if operation["action"] == "receive" and operation["channel"] == {"$ref": f"#/channels/{queue}"}
    ]

    assert set(channel["messages"]) == set(policy.get("type", EVENT_TYPES)), "a filter names an event that is none"
    assert consumer.get("filterPolicy", {}) == policy
    assert consumer["redrivePolicy"]["deadLetterQueue"]["name"] == channel["bindings"]["sqs"]["deadLetterQueue"]["name"]
    assert len(receivers) == 1


def test_the_queues_are_those_of_the_template() -> None:
    assert len(DOCUMENT["channels"].keys() - {"OrderEventsTopic", "LiveApi"}) == len(SUBSCRIPTIONS)


def test_a_message_to_a_page_holds_no_personal_data() -> None:
    (message,) = DOCUMENT["channels"]["LiveApi"]["messages"].values()

    assert message["payload"]["schema"]["properties"].keys() == {"order_id", "version"}
