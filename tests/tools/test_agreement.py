"""The audit: what it finds, and what it leaves alone."""

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import pytest
from rich.console import Console

from kernel.cloud_event import CloudEvent
from kernel.dynamodb import from_item
from tests.support.shop_on_moto import ShopOnMoto, shop_on_moto
from tools.event_store.agreement import (
    EARLIER_LEVELS,
    NOT_PROJECTED,
    NOT_STORED,
    ONLY_STORED,
    STORED_OTHERWISE,
    Agreement,
    Difference,
    compare,
)
from tools.event_store.audit import advice, show

Json = dict[str, Any]
LONG_AGO, NEVER = "2000-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"


class Evidence:
    """What a shop's tables, its store and its views hold; a test changes one of them."""

    def __init__(self, shop: ShopOnMoto) -> None:
        self.written: list[CloudEvent] = shop.events()
        self.stored = list(self.written)
        self.views = {(item["pk"], item["sk"]): item for item in map(from_item, shop.items("Views"))}

    def compare(self, cutoff: str = NEVER) -> Agreement:
        return compare(self.written, self.stored, self.views, cutoff)

    def differences(self) -> set[tuple[str, str]]:
        return {difference[:2] for difference in self.compare().differences}


@pytest.fixture(scope="module")
def of_a_shop() -> Evidence:
    with pytest.MonkeyPatch.context() as surroundings, shop_on_moto(surroundings.setenv) as shop:
        kettle = shop.product()
        for method in ("pm_card_visa", "pm_card_declined"):
            shop.fulfil(shop.place((kettle, 1), payment_method=method))
        shop.deliver()
        return Evidence(shop)


@pytest.fixture
def evidence(of_a_shop: Evidence) -> Evidence:
    """Give a copy of its own: a shop's making takes a second."""
    return deepcopy(of_a_shop)


def first(events: Iterable[CloudEvent], kind: str) -> CloudEvent:
    return next(event for event in events if event.type == kind)


def test_a_shop_agrees_with_itself(evidence: Evidence) -> None:
    agreement = evidence.compare()

    assert agreement.differences == []
    assert agreement.counts["events in the tables"] == agreement.counts["events in the store"] == len(evidence.written)
    assert agreement.counts["items in the views"] == len(evidence.views) > len(evidence.written)


def test_copies_are_counted_and_are_no_difference(evidence: Evidence) -> None:
    evidence.stored *= 3

    agreement = evidence.compare()

    assert agreement.differences == []
    assert agreement.counts["copies in the store"] == 2 * len(evidence.written)


def test_an_event_that_the_store_lacks(evidence: Evidence) -> None:
    lost = first(evidence.stored, "PaymentCaptured")
    evidence.stored.remove(lost)

    assert evidence.differences() == {("store", lost.id)}


def test_an_event_that_the_store_tells_otherwise(evidence: Evidence) -> None:
    event = first(evidence.stored, "PaymentCaptured")
    evidence.stored.append(event.model_copy(update={"data": {"amount": "another"}}))

    assert evidence.differences() == {("store", event.id)}


def test_an_event_that_no_table_has(evidence: Evidence) -> None:
    event = first(evidence.written, "PaymentCaptured")
    evidence.written.remove(event)

    assert ("tables", event.id) in evidence.differences()


def test_a_level_before_the_latest_is_in_the_store_alone(evidence: Evidence) -> None:
    latest = first(evidence.written, "StockLevelChanged")
    sequence = latest.sequence - 1
    before = latest.model_copy(update={"sequence": sequence, "id": f"inventory:{latest.subject}:{sequence}"})
    evidence.stored.append(before)
    agreement = evidence.compare()
    assert (agreement.differences, agreement.counts[EARLIER_LEVELS]) == ([], 1)

    beyond = latest.model_copy(update={"sequence": 99, "id": f"inventory:{latest.subject}:99"})
    evidence.stored.append(beyond)
    assert evidence.differences() == {("tables", beyond.id)}


def change_status(item: Json) -> None:
    item["order"] = {"status": "STOLEN"}


def change_sequence(item: Json) -> None:
    item["payment_seq"] += 1


def change_projection(item: Json) -> None:
    item["payment_projection"] -= 1


def change_list(item: Json) -> None:
    item["list"] = "CUSTOMER#somebody"


def add_group(item: Json) -> None:
    item["gift"] = {}


CHANGES = [change_status, change_sequence, change_projection, change_list, add_group]


@pytest.mark.parametrize("change", CHANGES)
def test_a_view_that_is_not_what_its_events_come_to(evidence: Evidence, change: Callable[[Json], None]) -> None:
    key = next(key for key in evidence.views if key[0].startswith("ORDER#") and key[1] == "SUMMARY")
    change(evidence.views[key])

    assert evidence.differences() == {("views", key[0])}


@pytest.mark.parametrize("kind", ["SUMMARY", "EVENT#"])
def test_a_view_that_is_missing_and_one_too_many(evidence: Evidence, kind: str) -> None:
    key = next(key for key in evidence.views if key[0].startswith("ORDER#") and key[1].startswith(kind))
    item = evidence.views.pop(key)
    evidence.views["ORDER#nobody", key[1]] = item

    assert {place for place, _ in evidence.differences()} == {"views"}
    told = " ".join(name for _, name in evidence.differences())
    assert key[0] in told
    assert "ORDER#nobody" in told


def test_a_product_that_shows_another_level(evidence: Evidence) -> None:
    key = next(key for key in evidence.views if key[0].startswith("PRODUCT#"))
    evidence.views[key]["product"]["available"] += 1

    assert evidence.differences() == {("views", key[0])}


def test_what_is_on_its_way_is_counted_and_is_no_difference(evidence: Evidence) -> None:
    young = first(evidence.written, "PaymentCaptured")
    evidence.stored.remove(young)
    evidence.views.pop((f"ORDER#{young.subject}", f"EVENT#{young.time}#payments#{young.sequence:09d}"))

    agreement = evidence.compare(cutoff=LONG_AGO)

    assert agreement.differences == []
    assert agreement.in_flight == {young.id, young.subject}
    assert evidence.differences() != set()


def test_what_it_prints_names_each_difference_and_what_to_do(
    evidence: Evidence, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = evidence.stored.pop()
    evidence.views.clear()
    show(Console(width=300), evidence.compare())

    told = capsys.readouterr().out
    assert f"store: {lost.id}" in told
    assert "make republish" in told
    assert "make rebuild" in told


def test_an_event_of_the_tables_that_the_projector_refuses_is_told(evidence: Evidence) -> None:
    placed = first(evidence.written, "OrderPlaced")
    refused = placed.model_copy(update={"data": {}})
    evidence.written = [refused if event is placed else event for event in evidence.written]

    assert ("tables", placed.id) in evidence.differences()


@pytest.mark.parametrize(
    ("difference", "commands"),
    [
        (("views", "it is missing"), ["make rebuild"]),
        (("store", NOT_STORED), ["make republish"]),
        (("tables", f"{ONLY_STORED}: events/x"), ["make set-aside OBJECT=<its key>", "make republish"]),
        (("store", f"{STORED_OTHERWISE}: events/x"), ["make set-aside OBJECT=<its key>", "make republish"]),
        (("tables", "its events cannot be read"), ["make redrive QUEUE=unreadable-records"]),
        (("tables", NOT_PROJECTED), []),
    ],
)
def test_the_advice_is_what_helps(difference: tuple[str, str], commands: list[str]) -> None:
    place, what = difference

    advised = "\n".join(advice([Difference(place, "id", what)]))

    assert re.findall(r"`(make [^`]+)`", advised) == commands
    assert advised


def test_where_the_store_is_wrong_a_rebuild_is_advised_last() -> None:
    found = [Difference("views", "1", "it is missing"), Difference("tables", "2", f"{ONLY_STORED}: events/x")]

    commands = re.findall(r"`(make [a-z-]+)", "\n".join(advice(found)))

    assert commands == ["make set-aside", "make republish", "make rebuild"]
