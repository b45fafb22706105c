"""When an order's journey is over, and how it is told."""

import io
import itertools
from dataclasses import dataclass, field

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import journey, journey_on_screen
from tools.terminal.journey import Sight, draft_order, follow

SERVICES = {"Order": "orders", "Stock": "inventory", "Payment": "payments", "Shipment": "shipping"}

STATUS = {
    "OrderPlaced": "PLACED",
    "OrderConfirmed": "CONFIRMED",
    "OrderRejected": "REJECTED",
    "OrderNeedsAttention": "NEEDS_ATTENTION",
    "OrderRetryRequested": "CONFIRMED",
}


def events(*types):
    """Events of these types, a tenth of a second apart."""
    counts = dict.fromkeys(SERVICES.values(), 0)
    made = []
    for number, kind in enumerate(types):
        source = next(service for start, service in SERVICES.items() if kind.startswith(start))
        counts[source] += 1
        made.append(
            {
                "id": f"{source}:order:{counts[source]}",
                "source": source,
                "type": kind,
                "sequence": str(counts[source]),
                "time": f"2026-01-01T12:00:00.{number}00000Z",
                "data": {"status": STATUS[kind]} if kind in STATUS else {},
            }
        )
    return made


HAPPY = ("OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured")
DECLINED = ("OrderPlaced", "StockReserved", "PaymentDeclined", "OrderRejected", "StockReleased")


@dataclass
class FakeShop:
    """Shows one more event at each look."""

    all_events: list
    looks: itertools.count = field(default_factory=lambda: itertools.count(0))

    def events(self, _order_id):
        return self.all_events[: next(self.looks)]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(journey, "POLL_SECONDS", 0)
    monkeypatch.setattr(journey, "QUIET_SECONDS", 0.01)


def test_a_confirmed_order_is_whole_with_all_six_events():
    assert not Sight(tuple(events(*HAPPY[:5]))).is_whole
    assert Sight(tuple(events(*HAPPY))).is_whole


def test_a_rejected_order_is_whole_when_all_is_undone():
    assert not Sight(tuple(events(*DECLINED[:4]))).is_whole
    assert Sight(tuple(events(*DECLINED))).is_whole


def test_an_order_that_needs_attention_has_ended_for_now():
    sight = Sight(tuple(events("OrderPlaced", "OrderRejected", "OrderNeedsAttention")))

    assert sight.status == "NEEDS_ATTENTION"
    assert sight.is_whole


def test_each_sight_has_one_event_more_until_the_end():
    sights = list(follow(FakeShop(events(*HAPPY)), "order"))

    assert [len(sight.events) for sight in sights] == [1, 2, 3, 4, 5, 6]
    assert sights[-1].seconds(sights[-1].events[-1]) == pytest.approx(0.5)


def test_events_stand_in_the_order_of_their_times_however_they_arrive():
    shop = FakeShop(list(reversed(events(*DECLINED))))

    *_, last = follow(shop, "order")

    assert [event["type"] for event in last.events] == list(DECLINED)


def test_an_order_that_waited_for_a_person_is_followed_until_it_has_moved_itself(monkeypatch):
    monkeypatch.setattr(journey, "QUIET_SECONDS", -1)
    steps = (*HAPPY[:5], "OrderNeedsAttention", "PaymentCaptured", "OrderRetryRequested")

    *_, last = follow(FakeShop(events(*steps)), "order", after=3)

    assert [event["type"] for event in last.events] == list(steps)


@pytest.mark.parametrize(
    ("seen", "suspect"), [((), "RelayEventsFunction"), (("OrderPlaced",), "StartFulfilmentFunction")]
)
def test_an_order_that_does_not_end_is_told_with_where_to_look(seen, suspect):
    with pytest.raises(LocalCloudError, match=suspect):
        list(follow(FakeShop(events(*seen)), "order", deadline_seconds=0.02))


def test_without_a_terminal_each_event_is_a_line():
    console = Console(file=io.StringIO(), width=200)

    journey_on_screen.grow(console, follow(FakeShop(events(*DECLINED)), "order"))

    lines = console.file.getvalue().splitlines()
    assert [kind in line for kind, line in zip(DECLINED, lines, strict=False)] == [True] * 5
    assert lines[-1].startswith("REJECTED")


def test_on_a_terminal_the_last_picture_holds_the_whole_timeline():
    console = Console(file=io.StringIO(), width=120, force_terminal=True)

    journey_on_screen.grow(console, follow(FakeShop(events(*HAPPY)), "order"))

    last_picture = console.file.getvalue().rpartition("what it means")[2]
    assert all(kind in last_picture for kind in HAPPY)
    assert "CONFIRMED" in last_picture


def test_an_order_is_drafted_of_what_is_in_stock():
    products = [{"sku": "GONE", "available": 0}, {"sku": "CUP", "available": 9}, {"sku": "POT", "available": 5}]

    assert [line["sku"] for line in draft_order(products, "pm_card_visa")["items"]] == ["CUP", "POT"]
    assert draft_order(products, "pm_card_visa", quantity=50)["items"] == [{"sku": "CUP", "quantity": 50}]
    assert draft_order(products, "pm_card_visa", quantity=2, sku="POT")["items"] == [{"sku": "POT", "quantity": 2}]
    assert [line["sku"] for line in draft_order(products, "pm_card_visa", sku="POT,CUP")["items"]] == ["POT", "CUP"]
    with pytest.raises(LocalCloudError, match=r"There is no product PAN\. There are: "):
        draft_order(products, "pm_card_visa", sku="PAN")


def test_nothing_can_be_ordered_when_everything_is_sold_out():
    with pytest.raises(LocalCloudError, match="sold out"):
        draft_order([{"sku": "GONE", "available": 0}], "pm_card_visa")


class Till:
    """A shop that takes any order."""

    def place_order(self, _):
        return {"order_id": "order", "total": 4_990_000, "currency": "HUF"}


def show_order(monkeypatch, payment_method, reason):
    console = Console(file=io.StringIO(), width=120)
    end = events("OrderPlaced", "OrderRejected")
    end[1]["data"] = {"status": "REJECTED", "reason": reason}
    monkeypatch.setattr(journey_on_screen, "follow", lambda *_: [Sight(tuple(end))])
    for part in ("_show_archive", "_show_view"):
        monkeypatch.setattr(journey_on_screen, part, lambda *_: None)
    order = {"items": [{"sku": "CUP", "quantity": 1}], "payment_method": payment_method}
    journey_on_screen.show(console, None, Till(), order)
    return console.file.getvalue()


def test_an_unknown_card_is_answered_with_the_cards_that_there_are(monkeypatch):
    printed = show_order(monkeypatch, "pm_card_foo", "UNKNOWN_PAYMENT_METHOD")

    assert "does not know pm_card_foo" in printed
    assert "pm_card_visa" in printed
    assert "pm_void_down" in printed


def test_a_known_card_lists_no_others(monkeypatch):
    assert "pm_void_down" not in show_order(monkeypatch, "pm_card_declined", "PAYMENT_DECLINED")


def test_what_is_no_token_is_answered_with_the_cards_before_anything_is_sent(monkeypatch):
    with pytest.raises(LocalCloudError, match="pm_card_declined"):
        show_order(monkeypatch, "Visa", "")


def test_an_amount_in_the_terminal_has_the_decimals_of_iso_4217(monkeypatch):
    assert "49900.00 HUF" in show_order(monkeypatch, "pm_card_visa", "OUT_OF_STOCK")
