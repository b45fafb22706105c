"""Write the event reference: the AsyncAPI document and the events' JSON Schemas as Markdown pages."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.site.schema_tables import members

Part = Mapping[str, Any]
TOPIC = "OrderEventsTopic"


def page(contract: Path) -> str:
    """Return the page of all events: their consumers, and the latest version of each event's data."""
    api = json.loads(contract.read_text())
    return "\n".join(_lines(api, contract.parent)) + "\n"


def schema_page(schema: Path) -> str:
    """Return the page of one version of an event's data."""
    content = json.loads(schema.read_text())
    name, version = schema.parent.name, schema.stem
    return (
        f"---\norphan: true\n---\n# {name}, version {version}\n\n"
        f"{content.get('description', '')}\n\n{members(content)}\n"
        f"The event's `dataschema` is `{content['$id']}`. See also [all events](../../asyncapi.json).\n\n"
        f"```json\n{json.dumps(content, indent=2, ensure_ascii=False)}\n```\n"
    )


def _lines(api: Part, folder: Path) -> Iterator[str]:
    messages = api["components"]["messages"]
    yield "# The events"
    yield f"\n{api['info']['description']}\n"
    yield from _diagram(api)
    yield "\n## Consumers\n"
    yield "| queue and consumer | events | dead-letter queue |\n|---|---|---|"
    for queue, consumer in _consumers(api).items():
        channel = api["channels"][queue]
        policy = channel["bindings"]["sqs"]["queue"]["redrivePolicy"]
        takes_all = set(channel["messages"]) == set(messages)
        taken = "all" if takes_all else ", ".join(_link(name) for name in channel["messages"])
        dead_letters = policy["deadLetterQueue"]["name"]
        attempts = policy["maxReceiveCount"]
        yield f"| `{queue}`<br>`{consumer}` | {taken} | after {attempts} attempts:<br>`{dead_letters}` |"
    yield "\n## Messages to pages\n"
    yield from _live(api["channels"]["LiveApi"])
    yield "\n## Event types\n"
    for name, message in messages.items():
        yield from _message(name, message, folder)
    yield "## The envelope\n"
    envelope = api["components"]["schemas"]["CloudEvent"]["schema"]
    yield f"{envelope['description']}\n\n{members(envelope)}"


def _diagram(api: Part) -> Iterator[str]:
    yield "```mermaid\nflowchart LR"
    yield f"  relay[RelayEventsFunction] --> topic[{TOPIC}]"
    for queue, consumer in _consumers(api).items():
        yield f"  topic --> {queue} --> {consumer}"
    yield "```"


def _consumers(api: Part) -> dict[str, str]:
    """Return the function that consumes each queue."""
    return {
        operation["channel"]["$ref"].rpartition("/")[2]: operation["title"].partition(" ")[0]
        for operation in api["operations"].values()
        if operation["action"] == "receive"
    }


def _message(name: str, message: Part, folder: Path) -> Iterator[str]:
    payload = message["payload"]["schema"]["properties"]
    path = payload["data"]["$ref"].removeprefix("./")
    versions = sorted((folder / path).parent.glob("*.json"))
    schemas = ", ".join(f"[version {file.stem}]({file.relative_to(folder).as_posix()})" for file in versions)
    yield f"### {name}\n"
    yield f"Source: `{payload['source']['const']}`. Schema: {schemas}.\n"
    yield f"{message['summary']} {message['description']}\n"
    yield members(json.loads((folder / path).read_text()))


def _live(channel: Part) -> Iterator[str]:
    for name, message in channel["messages"].items():
        yield f"`{name}`, through the WebSocket API. {message['summary']}\n"
        yield members(message["payload"]["schema"])


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
