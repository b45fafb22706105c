"""When an order's saga counts as finished, what `make smoke` expects of it, and how the timeline is printed."""

import io
import itertools
from dataclasses import dataclass, field

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import order_timeline, order_tracking
from tools.terminal.order_tracking import OrderSnapshot, draft_order, follow_order, place_confirmed_order

SERVICES = {"Order": "orders", "Stock": "inventory", "Payment": "payments", "Shipment": "shipping"}

STATUSES = {
    "OrderPlaced": "PLACED",
    "OrderAwaitingPayment": "AWAITING_PAYMENT",
    "OrderConfirmed": "CONFIRMED",
    "OrderRejected": "REJECTED",
    "OrderNeedsAttention": "NEEDS_ATTENTION",
    "OrderRetryRequested": "CONFIRMED",
}


def events(*types):
    """Return events of these types, at intervals of 0.1 s."""
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
                "correlationid": "order-1",
                "time": f"2026-01-01T12:00:00.{number}00000Z",
                "data": {"status": STATUSES[kind]} if kind in STATUSES else {},
            }
        )
    return made


HAPPY = ("OrderPlaced", "StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured")
DECLINED = ("OrderPlaced", "StockReserved", "PaymentDeclined", "OrderRejected", "StockReleased")


@dataclass
class FakeShop:
    """Returns one more event with each call."""

    all_events: list
    polls: itertools.count = field(default_factory=lambda: itertools.count(0))
    placed: list = field(default_factory=list)

    def events(self, _order_id):
        return self.all_events[: next(self.polls)]

    def products(self):
        return [{"sku": "CUP", "available": 9}]

    def place_order(self, order):
        self.placed.append(order["items"])
        return {"order_id": "order"}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(order_tracking, "POLL_SECONDS", 0)
    monkeypatch.setattr(order_tracking, "QUIET_SECONDS", 0.01)


def test_a_confirmed_order_is_complete_with_all_six_events():
    assert not OrderSnapshot(tuple(events(*HAPPY[:5]))).is_complete
    assert OrderSnapshot(tuple(events(*HAPPY))).is_complete


def test_a_rejected_order_is_complete_when_every_step_is_compensated():
    assert not OrderSnapshot(tuple(events(*DECLINED[:4]))).is_complete
    assert OrderSnapshot(tuple(events(*DECLINED))).is_complete


def test_an_order_that_awaits_its_payment_is_complete_when_the_view_shows_where_to_confirm_it():
    waiting = ("OrderPlaced", "StockReserved", "OrderAwaitingPayment", "PaymentActionRequired")

    assert not OrderSnapshot(tuple(events(*waiting[:3]))).is_complete
    assert OrderSnapshot(tuple(events(*waiting))).is_complete
    assert not OrderSnapshot(tuple(events(*waiting, "PaymentAuthorized", "OrderConfirmed"))).is_complete


def test_an_order_that_needs_attention_is_complete():
    snapshot = OrderSnapshot(tuple(events("OrderPlaced", "OrderRejected", "OrderNeedsAttention")))

    assert snapshot.status == "NEEDS_ATTENTION"
    assert snapshot.is_complete


def test_each_snapshot_has_one_more_event_until_the_saga_has_finished():
    snapshots = list(follow_order(FakeShop(events(*HAPPY)), "order"))

    assert [len(snapshot.events) for snapshot in snapshots] == [1, 2, 3, 4, 5, 6]
    assert snapshots[-1].seconds(snapshots[-1].events[-1]) == pytest.approx(0.5)


def test_events_are_in_chronological_order_in_whichever_order_they_arrive():
    shop = FakeShop(list(reversed(events(*DECLINED))))

    *_, last = follow_order(shop, "order")

    assert [event["type"] for event in last.events] == list(DECLINED)


def test_an_order_that_waited_for_an_operator_is_tracked_until_its_own_next_event(monkeypatch):
    monkeypatch.setattr(order_tracking, "QUIET_SECONDS", -1)
    steps = (*HAPPY[:5], "OrderNeedsAttention", "PaymentCaptured", "OrderRetryRequested")

    *_, last = follow_order(FakeShop(events(*steps)), "order", after=3)

    assert [event["type"] for event in last.events] == list(steps)


@pytest.mark.parametrize(
    ("seen", "suspect"), [((), "RelayEventsFunction"), (("OrderPlaced",), "StartFulfilmentFunction")]
)
def test_the_error_for_an_order_that_does_not_finish_names_the_probable_cause(seen, suspect):
    with pytest.raises(LocalCloudError, match=suspect):
        list(follow_order(FakeShop(events(*seen)), "order", deadline_seconds=0.02))


def test_one_item_is_ordered_and_confirmed():
    shop = FakeShop(events(*HAPPY))

    assert place_confirmed_order(shop).types == set(HAPPY)
    assert shop.placed == [[{"sku": "CUP", "quantity": 1}]]


def test_the_error_for_an_order_that_is_not_confirmed_contains_the_reason():
    rejected = events(*DECLINED)
    rejected[3]["data"]["reason"] = "CARD_DECLINED"

    with pytest.raises(LocalCloudError, match=r"should be CONFIRMED, but it is REJECTED \(CARD_DECLINED\)"):
        place_confirmed_order(FakeShop(rejected))


def test_without_a_terminal_each_event_is_printed_on_its_own_line():
    console = Console(file=io.StringIO(), width=200)

    order_timeline.show_timeline(console, follow_order(FakeShop(events(*DECLINED)), "order"))

    lines = console.file.getvalue().splitlines()
    assert [kind in line for kind, line in zip(DECLINED, lines, strict=False)] == [True] * 5
    assert lines[-1].startswith("REJECTED")


def test_on_a_terminal_the_last_update_shows_all_events():
    console = Console(file=io.StringIO(), width=120, force_terminal=True)

    order_timeline.show_timeline(console, follow_order(FakeShop(events(*HAPPY)), "order"))

    last_update = console.file.getvalue().rpartition("meaning")[2]
    assert all(kind in last_update for kind in HAPPY)
    assert "CONFIRMED" in last_update


def test_a_draft_order_contains_products_in_stock():
    products = [{"sku": "GONE", "available": 0}, {"sku": "CUP", "available": 9}, {"sku": "POT", "available": 5}]

    assert [line["sku"] for line in draft_order(products, "pm_card_visa")["items"]] == ["CUP", "POT"]
    assert draft_order(products, "pm_card_visa", quantity=50)["items"] == [{"sku": "CUP", "quantity": 50}]
    assert draft_order(products, "pm_card_visa", quantity=2, sku="POT")["items"] == [{"sku": "POT", "quantity": 2}]
    assert [line["sku"] for line in draft_order(products, "pm_card_visa", sku="POT,CUP")["items"]] == ["POT", "CUP"]
    with pytest.raises(LocalCloudError, match=r"There is no product PAN\. Products: "):
        draft_order(products, "pm_card_visa", sku="PAN")


def test_a_draft_order_is_an_error_if_everything_is_sold_out():
    with pytest.raises(LocalCloudError, match="sold out"):
        draft_order([{"sku": "GONE", "available": 0}], "pm_card_visa")


class AcceptingShop:
    """A fake API that accepts every order."""

    def place_order(self, _):
        return {"order_id": "order", "total": 4_990_000, "currency": "HUF"}


def show_order(monkeypatch, payment_method, reason, status="REJECTED"):
    console = Console(file=io.StringIO(), width=120)
    end = events("OrderPlaced", "OrderRejected")
    end[1]["data"] = {"status": status, "reason": reason}
    monkeypatch.setattr(order_timeline, "follow_order", lambda *_: [OrderSnapshot(tuple(end))])
    for part in ("show_archive", "_show_view"):
        monkeypatch.setattr(order_timeline, part, lambda *_, **__: None)
    order = {"items": [{"sku": "CUP", "quantity": 1}], "payment_method": payment_method}
    order_timeline.place_and_show(console, None, AcceptingShop(), order)
    return console.file.getvalue()


def test_for_an_unknown_card_the_output_lists_the_test_cards(monkeypatch):
    printed = show_order(monkeypatch, "pm_card_foo", "UNKNOWN_PAYMENT_METHOD")

    assert "does not know pm_card_foo" in printed
    assert "pm_card_visa" in printed
    assert "pm_void_down" in printed


def test_for_a_known_card_the_output_lists_no_other_cards(monkeypatch):
    assert "pm_void_down" not in show_order(monkeypatch, "pm_card_declined", "PAYMENT_DECLINED")


def test_an_order_that_awaits_its_payment_says_how_to_go_on(monkeypatch):
    printed = show_order(monkeypatch, "pm_requires_action", None, "AWAITING_PAYMENT")

    assert "make pay ORDER=order\n" in printed
    assert "make pay ORDER=order DECLINE=1" in printed
    assert "make pay" not in show_order(monkeypatch, "pm_card_declined", "PAYMENT_DECLINED")


def test_an_invalid_payment_method_is_an_error_before_any_request(monkeypatch):
    with pytest.raises(LocalCloudError, match="pm_card_declined"):
        show_order(monkeypatch, "Visa", "")


def test_amounts_have_the_decimal_places_of_iso_4217(monkeypatch):
    assert "49900.00 HUF" in show_order(monkeypatch, "pm_card_visa", "OUT_OF_STOCK")


class StackWithEventStore:
    emulator_url = "http://127.0.0.1:4566"
    outputs = {"EventStoreBucketName": "store"}  # noqa: RUF012


@pytest.mark.parametrize("verbose", [False, True])
def test_the_objects_of_the_events_are_shown_only_on_request(verbose, monkeypatch):
    console = Console(file=io.StringIO(), width=120)
    snapshot = OrderSnapshot(tuple(events("OrderPlaced", "StockReserved")))
    monkeypatch.setattr(order_timeline, "Aws", lambda _: None)
    monkeypatch.setattr(order_timeline.event_archive, "find", lambda *_: {"orders:order:1": "events/year=2026/one"})

    order_timeline.show_archive(console, StackWithEventStore(), snapshot, verbose=verbose)

    printed = console.file.getvalue()
    assert "The event store holds 1 of these 2 events" in printed
    assert ("events/year=2026/one" in printed) == ("not archived yet" in printed) == verbose
    assert ("VERBOSE=1" in printed) != verbose
