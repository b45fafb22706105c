"""Write the paths of events for the tab "Under the hood" of the page: `python -m tools.site.event_paths`.

The path comes from the template, the event catalogue and the state machines' definitions.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts.generator.event_catalogue import CATALOGUE
from tools.deployment import template
from tools.local_cloud.cloud import ROOT
from tools.site.state_machine_diagram import definition

FILE = ROOT / "frontend" / "src" / "under-the-hood" / "event-paths.json"
TOPIC, RELAY = "OrderEventsTopic", "RelayEventsFunction"
# The use cases of the events that no saga step records. Events of products belong to no order.
USE_CASES = {
    "OrderPlaced": "place_order",
    "OrderCancelled": "cancel_order",
    "OrderReviewApproved": "answer_review",
    "OrderRetryRequested": "request_retry",
    "PaymentActionRequired": "authorize_payment",
    "ShipmentDispatched": "carrier_webhooks",
    "ShipmentDelivered": "carrier_webhooks",
    "ShipmentLost": "carrier_webhooks",
    "ReturnRequested": "request_return",
    "ReturnAccepted": "answer_return",
    "ReturnRefused": "answer_return",
    "ReturnResolved": "resolve_return",
}
# Events that another use case records if another actor decided: `decided_by` in the data of the event.
USE_CASES_BY_ACTOR = {
    "OrderRejected": {"operator": "answer_review", "timeout": "answer_review"},
    "PaymentAuthorized": {"webhook": "payment_webhooks"},
    "PaymentDeclined": {"webhook": "payment_webhooks"},
}

Document = dict[str, Any]


def paths() -> Document:
    """Return the parts of the picture and the producers of each event, by the logical ids of the template."""
    events = {name: entry for name, entry in CATALOGUE.items() if entry["seen_by"] != ["anyone"]}
    producers = {name: list(_producers(name, entry)) for name, entry in events.items()}
    functions = {each["function"] for found in producers.values() for each in found}
    tables = {entry["source"]: _table_of(entry["source"]) for entry in events.values()}
    # Consumers that start a state machine first: their boxes are next to the steps.
    consumers = sorted(_consumers(), key=lambda each: not str(each["targets"]).endswith("StateMachine']"))
    webhooks = {each["from"][1] for found in producers.values() for each in found if len(each["from"]) > 2}
    return {
        "services": [
            {"name": service, "functions": sorted(f for f in functions if _service(f) == service), "table": table}
            for service, table in tables.items()
        ],
        "webhooks": sorted(webhooks),
        "relay": RELAY,
        "archive": _archive(),
        "topic": TOPIC,
        "consumers": consumers,
        "producers": producers,
        "sources": {
            name: _entry_point(name)
            for name in sorted({*functions, *webhooks, RELAY, *(each["function"] for each in consumers)})
        },
    }


def text() -> str:
    """Return the content of the file."""
    return json.dumps(paths(), indent=1) + "\n"


def _producers(event: str, entry: Mapping[str, Any]) -> Iterator[Document]:
    """Yield how the event comes about. The first one holds unless `decided_by` names the actor of another."""
    use_case = USE_CASES.get(event) or _snake(entry["step"])
    machine = f"{entry.get('saga', 'fulfil_order')}.asl.json"
    yield _producer(use_case, machine)
    for actor, other in USE_CASES_BY_ACTOR.get(event, {}).items():
        yield {**_producer(other, machine), "decided_by": actor}


def _producer(use_case: str, machine: str) -> Document:
    (file,) = ROOT.glob(f"functions/*/{use_case}.py")
    step = use_case.title().replace("_", "")
    sources = [str(file.relative_to(ROOT))]
    for name in (machine, "attend_order.asl.json"):
        if step in _steps(name):
            function = _steps(name)[step]
            return {
                "step": step,
                "from": [_state_machine(name)],
                "function": function,
                "sources": [*sources, _entry_point(function), f"statemachines/{name}"],
            }
    function = next(name for name in _of_type("AWS::Serverless::Function") if _runs(name, file))
    entry_point = _entry_point(function)
    return {
        "from": _triggers(function),
        "function": function,
        "sources": sources if sources == [entry_point] else [*sources, entry_point],
    }


def _runs(function: str, use_case: Path) -> bool:
    """Return whether the function's entry point is this use case or imports it."""
    entry_point = ROOT / _entry_point(function)
    is_imported = re.search(rf"^import {use_case.stem}$", entry_point.read_text(), re.MULTILINE)
    return entry_point.parent == use_case.parent and (entry_point == use_case or is_imported is not None)


def _triggers(function: str) -> list[str]:
    """Return what leads to the function: the API, or the API, the function that receives webhooks, and a queue."""
    for queue, consumer in _mappings():
        if consumer == function:
            (receiver,) = [name for name in _of_type("AWS::Serverless::Function") if _sends(name, queue)]
            return ["Api", receiver, queue]
    return ["Api"]


def _sends(function: str, queue: str) -> bool:
    return {"Ref": queue} in _resource(function)["Environment"]["Variables"].values()


def _consumers() -> Iterator[Document]:
    functions = dict(_mappings())
    taken: set[str] = set()
    for subscription in _of_type("AWS::SNS::Subscription").values():
        if subscription["TopicArn"] == {"Ref": TOPIC}:
            queue = subscription["Endpoint"]["Fn::GetAtt"][0]
            # The first target that no other consumer has, because each has a box beside its consumer.
            targets = [each for each in _targets(functions[queue]) if each not in taken][:1]
            taken.update(targets)
            filter_policy = template.filter_policy(subscription)
            yield {"queue": queue, "filter": filter_policy, "function": functions[queue], "targets": targets}


def _targets(function: str) -> Iterator[str]:
    """Yield what the function changes: the state machine that it starts, an e-mail, a table that has no events."""
    statements = [each for policy in _resource(function)["Policies"] for each in policy["Statement"]]
    granted = [(action, each["Resource"]) for each in statements for action in each["Action"]]
    yield from (resource["Ref"] for action, resource in granted if action == "states:StartExecution")
    yield from ("Email" for action, _ in granted if action == "ses:SendEmail")
    for action, resource in granted:
        if action == "dynamodb:UpdateItem" and not _carries_events(table := resource["Fn::GetAtt"][0]):
            yield table


def _archive() -> list[str]:
    ((stream, properties),) = _of_type("AWS::KinesisFirehose::DeliveryStream").items()
    return [stream, properties["ExtendedS3DestinationConfiguration"]["BucketARN"]["Fn::GetAtt"][0]]


def _table_of(service: str) -> str:
    """Return the table whose items carry the events of a service."""
    name = f"{service.capitalize()}Table"
    if not _carries_events(name):
        raise ValueError(f"{name} carries no events")
    return name


def _carries_events(table: str) -> bool:
    """Return whether the relay reads the stream of the table."""
    return _resource(table).get("StreamSpecification") == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def _mappings() -> Iterator[tuple[str, str]]:
    """Yield each queue with the function that consumes it."""
    for mapping in _of_type("AWS::Lambda::EventSourceMapping").values():
        source, attribute = mapping["EventSourceArn"]["Fn::GetAtt"]
        if attribute == "Arn":
            yield source, mapping["FunctionName"]["Ref"].removesuffix(".Alias")


@cache
def _steps(machine: str) -> dict[str, str]:
    """Return the function of each state that invokes one."""
    invoked = {
        name: str(state["Arguments"]["FunctionName"])
        for name, state in definition(machine)["States"].items()
        if "FunctionName" in state.get("Arguments", ())
    }
    return {name: function.removeprefix("${").removesuffix("Arn}") for name, function in invoked.items()}


def _state_machine(file: str) -> str:
    machines = _of_type("AWS::Serverless::StateMachine").items()
    return next(name for name, machine in machines if machine["DefinitionUri"] == f"statemachines/{file}")


def _entry_point(function: str) -> str:
    properties = _resource(function)
    return f"{properties['CodeUri']}/{properties['Handler'].removesuffix('.handler')}.py"


def _service(function: str) -> str:
    return str(_resource(function)["CodeUri"]).removeprefix("functions/")


def _snake(step: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", step).lower()


@cache
def _resources() -> dict[str, Document]:
    return dict(template.load()["Resources"])


def _resource(name: str) -> Document:
    return dict(_resources()[name]["Properties"])


def _of_type(kind: str) -> dict[str, Document]:
    return {name: each.get("Properties", {}) for name, each in _resources().items() if each["Type"] == kind}


if __name__ == "__main__":
    FILE.write_text(text())
    sys.stdout.write(f"Wrote {FILE.relative_to(ROOT)}\n")
