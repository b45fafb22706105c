"""The AsyncAPI document: the topic of the events, the subscribed queues with their filters, and each event's message.

It also has the message that a page receives through the WebSocket API.

`make contracts` generates it from the template. Specification:
https://www.asyncapi.com/docs/reference/specification/v3.0.0 and https://www.asyncapi.com/docs/reference/bindings
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from contracts.generator.event_catalogue import CATALOGUE
from contracts.generator.event_schemas import EventType, event_types, path_of
from contracts.generator.wire_schema import schemas
from kernel.cloud_event import CloudEvent, schema_name
from push_changes import OrderChanged
from tools.deployment import template

TOPIC = "OrderEventsTopic"
LIVE = "LiveApi"
JSON_SCHEMA = "application/schema+json;version=draft-07"

Document = dict[str, Any]


class Queue(NamedTuple):
    """A queue that subscribes to the topic, by the logical ids of its resources. `takes` is its filter policy."""

    name: str
    consumer: str
    takes: Mapping[str, list[str]]
    dead_letters: str
    max_receives: int
    visibility_seconds: int
    dead_letters_kept_seconds: int

    def accepts(self, event_type: EventType) -> bool:
        """Return whether the filter can match an event of this type."""
        return event_type.name in self.takes.get("type", [event_type.name])


def document() -> Document:
    """Return the AsyncAPI 3.0 document."""
    kinds = sorted(event_types())
    queues = sorted(_queues())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Serverless Orders: events",
            "version": "1.0.0",
            "description": (
                "CloudEvents 1.0 in JSON. They arrive in any order, and may arrive more than once with the same `id`. "
                "A consumer must ignore unknown members."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            TOPIC: {
                "address": TOPIC,
                "title": "All events of all services",
                "messages": {kind.name: {"$ref": f"#/components/messages/{kind.name}"} for kind in kinds},
                "bindings": {"sns": {"name": TOPIC, "bindingVersion": "1.0.0"}},
            },
            **{queue.name: _channel(queue, kinds) for queue in queues},
            LIVE: _live_channel(),
        },
        "operations": {
            "publishEvents": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{TOPIC}"},
                "title": "The relay, or a republication, publishes the events that the event store has accepted",
                "bindings": {"sns": {"consumers": list(map(_consumer, queues)), "bindingVersion": "1.0.0"}},
            },
            **{
                f"receiveBy{queue.consumer}": {
                    "action": "receive",
                    "channel": {"$ref": f"#/channels/{queue.name}"},
                    "title": f"{queue.consumer} receives events from {queue.name}",
                }
                for queue in queues
            },
            "pushChanges": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{LIVE}"},
                "title": "PushChangesFunction sends a change to the pages of the order's customer, and of operators",
            },
        },
        "components": {
            "messages": {kind.name: _message(kind) for kind in kinds},
            "schemas": {"CloudEvent": {"schemaFormat": JSON_SCHEMA, "schema": _schema(CloudEvent)}},
        },
    }


def _queues() -> Iterator[Queue]:
    resources: Document = template.load()["Resources"]
    consumers = {
        mapping["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]: mapping["Properties"]["FunctionName"]["Ref"]
        for mapping in _of_type(resources, "AWS::Lambda::EventSourceMapping")
    }
    for subscription in _of_type(resources, "AWS::SNS::Subscription"):
        if subscription["Properties"]["TopicArn"] != {"Ref": TOPIC}:
            continue  # a subscription to the alarms' topic
        name = subscription["Properties"]["Endpoint"]["Fn::GetAtt"][0]
        queue = resources[name]["Properties"]
        dead_letters = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        yield Queue(
            name,
            consumers[name].removesuffix(".Alias"),
            template.filter_policy(subscription["Properties"]),
            dead_letters,
            queue["RedrivePolicy"]["maxReceiveCount"],
            queue["VisibilityTimeout"],
            resources[dead_letters]["Properties"]["MessageRetentionPeriod"],
        )


def _of_type(resources: Mapping[str, Any], resource_type: str) -> list[Document]:
    return [body for body in resources.values() if body["Type"] == resource_type]


def _channel(queue: Queue, kinds: list[EventType]) -> Document:
    return {
        "address": queue.name,
        "title": f"Events for {queue.consumer}",
        "messages": {
            kind.name: {"$ref": f"#/components/messages/{kind.name}"} for kind in kinds if queue.accepts(kind)
        },
        "bindings": {
            "sqs": {
                "queue": {
                    "name": queue.name,
                    "fifoQueue": False,
                    "visibilityTimeout": queue.visibility_seconds,
                    "redrivePolicy": {
                        "deadLetterQueue": {"name": queue.dead_letters},
                        "maxReceiveCount": queue.max_receives,
                    },
                },
                "deadLetterQueue": {
                    "name": queue.dead_letters,
                    "fifoQueue": False,
                    "messageRetentionPeriod": queue.dead_letters_kept_seconds,
                },
                "bindingVersion": "0.3.0",
            }
        },
    }


def _consumer(queue: Queue) -> Document:
    return {
        "protocol": "sqs",
        "endpoint": {"name": queue.name},
        **({"filterPolicy": dict(queue.takes), "filterPolicyScope": "MessageAttributes"} if queue.takes else {}),
        "rawMessageDelivery": True,
        "redrivePolicy": {"deadLetterQueue": {"name": queue.dead_letters}},
    }


def _message(kind: EventType) -> Document:
    entry = CATALOGUE[kind.name]
    return {
        "name": kind.name,
        "title": f"{kind.name}, version {kind.version}, emitted by {kind.source}",
        "summary": entry["meaning"],
        "description": _description(entry),
        "tags": [{"name": f"seen by {who}"} for who in entry["seen_by"]],
        "headers": {"schemaFormat": JSON_SCHEMA, "schema": _attributes(kind)},
        "payload": {
            "schemaFormat": JSON_SCHEMA,
            "schema": {
                "allOf": [{"$ref": "#/components/schemas/CloudEvent/schema"}],
                "properties": {
                    "type": {"const": kind.name},
                    "source": {"const": kind.source},
                    "dataschema": {"const": schema_name(kind.name, kind.version)},
                    "data": {"$ref": f"./{path_of(kind.name, kind.version)}"},
                },
            },
        },
    }


def _description(entry: Mapping[str, Any]) -> str:
    """Return the event's saga step, the event that it compensates, and the field group of the view that it updates."""
    sentences = [
        f"Saga step: {entry['step']}." if "step" in entry else "",
        f"Compensates {entry['compensates']}." if "compensates" in entry else "",
        "Final decision about the order." if entry.get("decision") else "",
        f"Updates the field group `{entry['view']['group']}` of the view." if "view" in entry else "",
    ]
    return " ".join(filter(None, sentences))


def _attributes(kind: EventType) -> Document:
    """Return the message attributes that the filters match."""
    attributes: Document = {"type": {"const": kind.name}, "source": {"const": kind.source}}
    required = list(attributes)
    if decided_by := kind.model.model_fields.get("decided_by"):
        attributes["decided_by"] = {"type": "string", "description": "The actor that caused the event."}
        required += ["decided_by"] if decided_by.get_default() is not None else []
    return {"type": "object", "properties": attributes, "required": required}


def _live_channel() -> Document:
    """Return the channel of the WebSocket API. `POST /live/tickets` returns its URL with a ticket."""
    return {
        "address": "/live",
        "title": "Changed orders, for open pages",
        "messages": {
            OrderChanged.__name__: {
                "name": OrderChanged.__name__,
                "summary": "The view of an order has changed. The page fetches the order.",
                "payload": {"schemaFormat": JSON_SCHEMA, "schema": _schema(OrderChanged)},
            }
        },
        "bindings": {
            "ws": {
                "query": {"type": "object", "properties": {"ticket": {"type": "string"}}, "required": ["ticket"]},
                "bindingVersion": "0.1.0",
            }
        },
    }


def _schema(model: type[BaseModel]) -> Document:
    by_key, definitions = schemas({"model": (model, "out")}, "#/components/schemas/{model}/schema")
    schema = by_key["model"]
    return definitions[model.__name__] if "$ref" in schema else schema
