"""The audit's comparison: which inconsistencies it reports, and which events it ignores."""

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import pytest
from rich.console import Console

from kernel.cloud_event import CloudEvent
from kernel.dynamodb import from_item
from tests.support.shop_on_moto import ShopOnMoto, shop_on_moto
from tools.event_store.audit import advice, show
from tools.event_store.consistency import (
    EARLIER_LEVELS,
    NOT_PROJECTED,
    NOT_STORED,
    ONLY_STORED,
    STORED_DIFFERENTLY,
    ConsistencyReport,
    Difference,
    compare,
)

Json = dict[str, Any]
LONG_AGO, NEVER = "2000-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"


class ShopData:
    """The tables, the event store and the views of a shop. A test changes one of them."""

    def __init__(self, shop: ShopOnMoto) -> None:
        self.written: list[CloudEvent] = shop.events()
        self.stored = list(self.written)
        self.views = {(item["pk"], item["sk"]): item for item in map(from_item, shop.items("Views"))}

    def compare(self, cutoff: str = NEVER) -> ConsistencyReport:
        return compare(self.written, self.stored, self.views, cutoff)

    def differences(self) -> set[tuple[str, str]]:
        return {difference[:2] for difference in self.compare().differences}


@pytest.fixture(scope="module")
def data_of_a_shop() -> ShopData:
    with pytest.MonkeyPatch.context() as environment, shop_on_moto(environment.setenv) as shop:
        kettle = shop.product()
        for method in ("pm_card_visa", "pm_card_declined"):
            shop.fulfil(shop.place((kettle, 1), payment_method=method))
        shop.deliver()
        return ShopData(shop)


@pytest.fixture
def data(data_of_a_shop: ShopData) -> ShopData:
    """Return a copy for one test, because building a shop takes a second."""
    return deepcopy(data_of_a_shop)


def first(events: Iterable[CloudEvent], kind: str) -> CloudEvent:
    return next(event for event in events if event.type == kind)


def test_an_untouched_shop_is_consistent(data: ShopData) -> None:
    report = data.compare()

    assert report.differences == []
    assert report.counts["events in the tables"] == report.counts["events in the event store"] == len(data.written)
    assert report.counts["items in the views"] == len(data.views) > len(data.written)


def test_copies_are_counted_and_are_not_a_difference(data: ShopData) -> None:
    data.stored *= 3

    report = data.compare()

    assert report.differences == []
    assert report.counts["copies in the event store"] == 2 * len(data.written)


def test_an_event_that_the_store_lacks(data: ShopData) -> None:
    lost = first(data.stored, "PaymentCaptured")
    data.stored.remove(lost)

    assert data.differences() == {("store", lost.id)}


def test_an_event_with_other_content_in_the_store(data: ShopData) -> None:
    event = first(data.stored, "PaymentCaptured")
    data.stored.append(event.model_copy(update={"data": {"amount": "another"}}))

    assert data.differences() == {("store", event.id)}


def test_an_event_that_no_table_has(data: ShopData) -> None:
    event = first(data.written, "PaymentCaptured")
    data.written.remove(event)

    assert ("tables", event.id) in data.differences()


def test_an_earlier_stock_level_is_only_in_the_store(data: ShopData) -> None:
    latest = first(data.written, "StockLevelChanged")
    sequence = latest.sequence - 1
    before = latest.model_copy(update={"sequence": sequence, "id": f"inventory:{latest.subject}:{sequence}"})
    data.stored.append(before)
    report = data.compare()
    assert (report.differences, report.counts[EARLIER_LEVELS]) == ([], 1)

    beyond = latest.model_copy(update={"sequence": 99, "id": f"inventory:{latest.subject}:99"})
    data.stored.append(beyond)
    assert data.differences() == {("tables", beyond.id)}


def change_status(item: Json) -> None:
    item["order"] = {"status": "STOLEN"}


def change_sequence(item: Json) -> None:
    item["payment_seq"] += 1


def change_projection(item: Json) -> None:
    item["payment_projection"] -= 1


def change_list(item: Json) -> None:
    item["list"] = "CUSTOMER#another"


def add_group(item: Json) -> None:
    item["gift"] = {}


CHANGES = [change_status, change_sequence, change_projection, change_list, add_group]


@pytest.mark.parametrize("change", CHANGES)
def test_a_view_that_differs_from_its_events(data: ShopData, change: Callable[[Json], None]) -> None:
    key = next(key for key in data.views if key[0].startswith("ORDER#") and key[1] == "SUMMARY")
    change(data.views[key])

    assert data.differences() == {("views", key[0])}


@pytest.mark.parametrize("kind", ["SUMMARY", "EVENT#"])
def test_a_missing_view_and_an_unexpected_one(data: ShopData, kind: str) -> None:
    key = next(key for key in data.views if key[0].startswith("ORDER#") and key[1].startswith(kind))
    item = data.views.pop(key)
    data.views["ORDER#unknown", key[1]] = item

    assert {place for place, _ in data.differences()} == {"views"}
    printed = " ".join(name for _, name in data.differences())
    assert key[0] in printed
    assert "ORDER#unknown" in printed


def test_a_product_that_shows_another_level(data: ShopData) -> None:
    key = next(key for key in data.views if key[0].startswith("PRODUCT#"))
    data.views[key]["product"]["available"] += 1

    assert data.differences() == {("views", key[0])}


def test_an_event_in_flight_is_counted_and_is_not_a_difference(data: ShopData) -> None:
    recent = first(data.written, "PaymentCaptured")
    data.stored.remove(recent)
    data.views.pop((f"ORDER#{recent.subject}", f"EVENT#{recent.time}#payments#{recent.sequence:09d}"))

    report = data.compare(cutoff=LONG_AGO)

    assert report.differences == []
    assert report.in_flight == {recent.id, recent.subject}
    assert data.differences() != set()


def test_the_output_names_each_difference_and_its_fix(data: ShopData, capsys: pytest.CaptureFixture[str]) -> None:
    lost = data.stored.pop()
    data.views.clear()
    show(Console(width=300), data.compare())

    printed = capsys.readouterr().out
    assert f"store: {lost.id}" in printed
    assert "make republish" in printed
    assert "make rebuild" in printed


def test_an_event_of_the_tables_that_the_projector_rejects(data: ShopData) -> None:
    placed = first(data.written, "OrderPlaced")
    invalid = placed.model_copy(update={"data": {}})
    data.written = [invalid if event is placed else event for event in data.written]

    assert ("tables", placed.id) in data.differences()


@pytest.mark.parametrize(
    ("difference", "commands"),
    [
        (("views", "missing"), ["make rebuild"]),
        (("store", NOT_STORED), ["make republish"]),
        (("tables", f"{ONLY_STORED}: events/x"), ["make set-aside OBJECT=<its key>", "make republish"]),
        (("store", f"{STORED_DIFFERENTLY}: events/x"), ["make set-aside OBJECT=<its key>", "make republish"]),
        (("tables", "its events are unreadable"), ["make redrive QUEUE=unreadable-records"]),
        (("tables", NOT_PROJECTED), []),
    ],
)
def test_each_kind_of_difference_has_its_advice(difference: tuple[str, str], commands: list[str]) -> None:
    place, what = difference

    advised = "\n".join(advice([Difference(place, "id", what)]))

    assert re.findall(r"`(make [^`]+)`", advised) == commands
    assert advised


def test_a_wrong_store_is_corrected_before_a_rebuild() -> None:
    found = [Difference("views", "1", "missing"), Difference("tables", "2", f"{ONLY_STORED}: events/x")]

    commands = re.findall(r"`(make [a-z-]+)", "\n".join(advice(found)))

    assert commands == ["make set-aside", "make republish", "make rebuild"]
