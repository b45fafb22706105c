"""The event catalogue, `contracts/events.json`: what it says agrees with the services, the saga and the emails."""

import re
from typing import Any

import pytest

from contracts.generator.event_catalogue import CATALOGUE, SAGA
from contracts.generator.event_schemas import event_types, schema_of
from contracts.generator.write import CatalogueMismatch, check_catalogue
from order_email import REASONS, SUBJECTS
from order_events import Decision
from tests.support.saga_run import REFUND_RETURN
from tools.local_cloud.cloud import ROOT

KINDS = {kind.name: kind for kind in event_types()}
STATES: dict[str, dict[str, Any]] = SAGA["States"]
SAGAS = {None: STATES, "refund_return": REFUND_RETURN["States"]}
MEMBERS = {"source", "meaning", "step", "saga", "refusal", "unavailable", "compensates", "decision", "seen_by", "view"}

each_event = pytest.mark.parametrize("name", CATALOGUE)


def test_it_has_each_event_type_that_a_service_emits_and_no_other() -> None:
    check_catalogue({(kind.name, kind.source) for kind in KINDS.values()})


def test_a_difference_is_reported_with_its_fix() -> None:
    emitted = {(name, entry["source"]) for name, entry in CATALOGUE.items()}

    with pytest.raises(CatalogueMismatch, match=r"OrderLost of orders: add it to contracts/events\.json"):
        check_catalogue(emitted | {("OrderLost", "orders")})
    with pytest.raises(CatalogueMismatch, match="OrderPlaced of orders: no service defines it"):
        check_catalogue(emitted - {("OrderPlaced", "orders")})


@each_event
def test_an_entry_says_in_a_sentence_what_the_event_means_and_who_sees_it(name: str) -> None:
    entry = CATALOGUE[name]

    assert entry.keys() <= MEMBERS
    assert re.fullmatch(r"[A-Z].*\.", entry["meaning"])
    assert entry["seen_by"] in (["customer", "operator"], ["anyone"])


@each_event
def test_the_view_takes_members_that_the_events_data_has(name: str) -> None:
    schema = schema_of(KINDS[name])

    assert set(CATALOGUE[name].get("view", {}).get("members", ())) <= schema.get("properties", {}).keys()


@each_event
def test_its_step_is_a_task_of_the_saga(name: str) -> None:
    entry = CATALOGUE[name]

    assert "step" not in entry or SAGAS[entry.get("saga")][entry["step"]]["Type"] == "Task"


@each_event
def test_what_it_compensates_is_what_its_step_compensates(name: str) -> None:
    states, step = SAGAS[CATALOGUE[name].get("saga")], CATALOGUE[name].get("step")
    compensated = re.match(r"Compensates (\w+)\.", states[step]["Comment"]) if step else None
    other = CATALOGUE.get(CATALOGUE[name].get("compensates", ""))

    assert (other["step"] if other else None) == (compensated[1] if compensated else None)


def test_each_step_that_has_a_compensation_has_an_event_and_so_has_the_compensation() -> None:
    with_event = {entry["step"] for entry in CATALOGUE.values() if "step" in entry and "refusal" not in entry}

    for name, state in STATES.items():
        if told := re.match(r"Compensated by (\w+)\.", state.get("Comment", "")):
            assert {name, told[1]} <= with_event


def test_the_customer_gets_an_email_about_a_decision_a_parcel_and_a_return() -> None:
    decisions = {name for name, entry in CATALOGUE.items() if entry.get("decision")}

    assert {name.removeprefix("Order").upper() for name in decisions} == set(Decision)
    parcels, returns = (
        {"ShipmentDispatched", "ShipmentDelivered"},
        {"ReturnAccepted", "ReturnRefused", "ReturnCompleted"},
    )
    assert SUBJECTS.keys() == decisions | parcels | returns


def test_the_page_explains_the_same_reasons_of_a_rejection_as_the_emails() -> None:
    messages = (ROOT / "frontend/src/messages.ts").read_text()
    reasons = messages.partition("    reasons: {\n")[2].partition("\n    },\n")[0]

    assert set(re.findall(r"^      ([A-Z_]+): \{", reasons, re.MULTILINE)) == set(REASONS)
