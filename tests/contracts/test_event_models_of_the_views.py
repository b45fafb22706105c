"""The views' event models accept the events that the services write, and reject events that break the contract."""

import copy
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from contracts.generator.event_schemas import event_types, schema_of
from event_models import MODELS, InvalidEvent, ProductLevel, check_event, is_valid, known_event
from kernel.cloud_event import CloudEvent, event_id, schema_name
from tests.contracts.test_event_types import SAMPLES

KINDS = {kind.name: kind for kind in event_types()}
Json = dict[str, Any]
each_type = pytest.mark.parametrize("name", KINDS)


def event(name: str, data: Json | None = None, **changes: Any) -> CloudEvent:
    """Return an event as its service writes it, with other data or other attributes."""
    kind = KINDS[name]
    subject = "CUP-1" if MODELS.get(name) is ProductLevel else str(uuid4())
    document = {
        "source": kind.source,
        "type": name,
        "subject": subject,
        "time": "2026-11-20T15:38:00.000000Z",
        "dataschema": schema_name(name, kind.version),
        "sequence": 1,
        "correlationid": subject,
        "data": SAMPLES[name] if data is None else data,
    } | changes
    document["id"] = event_id(document["source"], document["subject"], document["sequence"])
    return CloudEvent.model_validate(document)


@each_type
def test_the_views_know_it_in_its_latest_version(name: str) -> None:
    known = known_event(event(name))

    assert known
    assert known.version == KINDS[name].version


def test_the_views_have_no_model_of_another_event() -> None:
    assert MODELS.keys() <= KINDS.keys()


@each_type
def test_the_views_have_a_model_of_all_that_a_schema_requires(name: str) -> None:
    assert name in MODELS or not schema_of(KINDS[name]).get("required")


@each_type
def test_they_take_what_the_service_writes(name: str) -> None:
    check_event(event(name))
    check_event(event(name, {**SAMPLES[name], "new_and_optional": True}))


def without_one_member(data: Any, schema: Json, definitions: Json) -> Iterator[Any]:
    """Yield the data without one of the members that its published schema requires, at every depth."""
    schema = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if isinstance(data, dict):
        for member in schema.get("required", []):
            yield {name: value for name, value in data.items() if name != member}
        for member, value in data.items():
            for less in without_one_member(value, schema.get("properties", {}).get(member, {}), definitions):
                yield data | {member: less}
    elif isinstance(data, list):
        for less in without_one_member(data[0], schema.get("items", {}), definitions):
            yield [less, *data[1:]]


@each_type
def test_they_refuse_data_that_lacks_what_its_schema_requires(name: str) -> None:
    schema = schema_of(KINDS[name])

    for data in without_one_member(SAMPLES[name], schema, schema.get("$defs", {})):
        assert not is_valid(event(name, data)), data


def with_another_type(data: Any) -> Iterator[Any]:
    """Yield the data with one value of another type, at every depth."""
    if isinstance(data, dict):
        for member, value in data.items():
            for other in with_another_type(value):
                yield data | {member: other}
    elif isinstance(data, list):
        yield "x"
        for other in with_another_type(data[0]):
            yield [other, *data[1:]]
    else:
        yield from (None, True, {}, [1]) if isinstance(data, str) else ("1", 1.5, None, [], 10**50)


@each_type
def test_they_refuse_data_of_another_type(name: str) -> None:
    optional = {"reason", "comment", "operator_id", "decision"} | (
        {"decided_by"} if name.startswith("Payment") else set()
    )
    for data in with_another_type(copy.deepcopy(SAMPLES[name])):
        if not any(data.get(member, "") is None for member in optional):
            assert not is_valid(event(name, data)), data


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(event("OrderPlaced", SAMPLES["OrderPlaced"] | {"items": []}), id="an order without lines"),
        pytest.param(event("ProductStocked", SAMPLES["ProductStocked"] | {"currency": "XX"}), id="no currency"),
        pytest.param(event("ProductStocked", SAMPLES["ProductStocked"] | {"unit_price": -1}), id="a negative price"),
        pytest.param(event("StockLevelChanged", subject="CUP-2"), id="a level of another product"),
        pytest.param(event("OrderPlaced", subject="CUP-1"), id="an order whose subject is no order"),
        pytest.param(event("OrderPlaced", source="payments"), id="an event of another service"),
        pytest.param(event("OrderPlaced", type="OrderForgotten"), id="an unknown event type"),
        pytest.param(event("OrderPlaced", dataschema=schema_name("OrderPlaced", 99)), id="a version to come"),
        pytest.param(event("OrderPlaced", dataschema=schema_name("OrderConfirmed", 1)), id="another type's schema"),
    ],
)
def test_they_refuse_data_that_its_type_does_not_allow(bad: CloudEvent) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_event(bad)


def test_the_cause_quotes_no_data() -> None:
    with pytest.raises(ValueError, match="currency") as refused:
        check_event(event("ProductStocked", SAMPLES["ProductStocked"] | {"currency": "secret"}))

    assert "secret" not in str(refused.value)


def test_unknown_event_types_are_distinguished_from_invalid_data() -> None:
    with pytest.raises(InvalidEvent, match="the views do not know the event type OrderForgotten of orders"):
        check_event(event("OrderPlaced", type="OrderForgotten"))
