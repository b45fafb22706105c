"""`make return`: the drafted request, its errors, and when a return counts as finished."""

import io
import itertools
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import commands, order_timeline, return_tracking
from tools.terminal.order_tracking import payment_hint
from tools.terminal.return_tracking import ReturnSnapshot, draft_return, follow_return

ORDER = {
    "order_id": "order",
    "status": "CONFIRMED",
    "items": [{"sku": "CUP-2", "quantity": 3}, {"sku": "POT-1", "quantity": 1}],
    "payment": {"status": "CAPTURED"},
    "returns": [
        {"status": "REFUSED", "items": [{"sku": "POT-1", "quantity": 1}]},
        {"status": "ACCEPTED", "items": [{"sku": "CUP-2", "quantity": 1}]},
    ],
}
STATUSES = {"ReturnNeedsAttention": "ACCEPTED", "ReturnResolved": "ACCEPTED"}
SOURCES = {"PaymentRefunded": "payments", "StockReturned": "inventory"}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(return_tracking, "POLL_SECONDS", 0)


def event(kind, number, return_id="return-1", **data):
    status = {"status": STATUSES.get(kind, kind.removeprefix("Return").upper())} if kind.startswith("Return") else {}
    attention = {"needs_attention": True} if kind == "ReturnNeedsAttention" else {}
    return {
        "id": f"{kind}:{number}",
        "source": SOURCES.get(kind, "returns"),
        "type": kind,
        "sequence": str(number),
        "time": f"2026-01-01T12:00:00.{number}00000Z",
        "data": {"return_id": return_id} | status | attention | data,
    }


def events(*kinds, **data):
    return [event(kind, number, **data) for number, kind in enumerate(kinds)]


@dataclass
class Shop:
    """Returns one more event with each call."""

    all_events: list
    polls: itertools.count = field(default_factory=lambda: itertools.count(0))

    def events(self, _order_id):
        return self.all_events[: next(self.polls)]

    def request_return(self, _order_id, _request):
        return {"return_id": "return-1", "refund_amount": 2580, "currency": "EUR"}


def test_nothing_of_an_order_can_be_returned_after_its_lost_parcel_was_refunded():
    lost = ORDER | {"returns": [{"status": "ACCEPTED", "items": []}]}

    with pytest.raises(LocalCloudError, match="in a return already"):
        draft_return(lost)


def test_by_default_everything_that_is_not_returned_yet_is_returned():
    assert draft_return(ORDER) == {
        "items": [{"sku": "CUP-2", "quantity": 2}, {"sku": "POT-1", "quantity": 1}],
        "reason": return_tracking.DEFAULT_REASON,
    }


def test_one_product_is_returned_with_a_quantity_and_a_reason():
    assert draft_return(ORDER, "CUP-2", 1, "It broke") == {
        "items": [{"sku": "CUP-2", "quantity": 1}],
        "reason": "It broke",
    }
    assert draft_return(ORDER, "CUP-2")["items"] == [{"sku": "CUP-2", "quantity": 2}]


@pytest.mark.parametrize(
    ("sku", "quantity", "message"),
    [
        ("CUP-2", 3, r"^Only 2 of CUP-2 can be returned.*make return ORDER=order SKU=CUP-2 QUANTITY=2$"),
        ("JAR-9", None, r"has no product JAR-9.*make return ORDER=order SKU=CUP-2 QUANTITY=2$"),
        (None, 1, r"^Which product\? For example: make return ORDER=order SKU=CUP-2 QUANTITY=1$"),
        (None, 3, r"^Which product\? For example: make return ORDER=order SKU=CUP-2 QUANTITY=2$"),
    ],
)
def test_the_error_for_a_wrong_command_contains_a_correct_one(sku, quantity, message):
    with pytest.raises(LocalCloudError, match=message):
        draft_return(ORDER, sku, quantity)


@pytest.mark.parametrize(
    ("status", "payment", "command"),
    [
        ("PLACED", None, "make show ORDER=order"),
        ("AWAITING_PAYMENT", {"status": "ACTION_REQUIRED"}, payment_hint("order").splitlines()[-1]),
        ("IN_REVIEW", {"status": "AUTHORIZED"}, "make tasks"),
        ("NEEDS_ATTENTION", {"status": "AUTHORIZED"}, "make tasks"),
        ("REJECTED", {"status": "DECLINED"}, "make order"),
    ],
)
def test_the_error_for_an_order_that_is_not_confirmed_and_paid_says_how_to_go_on(status, payment, command):
    with pytest.raises(LocalCloudError, match=f"(?s)Order order is {status}.*{command}$"):
        draft_return(ORDER | {"status": status, "payment": payment})


def test_the_error_for_an_order_without_returnable_items_shows_its_returns():
    everything = {"status": "REQUESTED", "items": ORDER["items"]}

    with pytest.raises(LocalCloudError, match="make show ORDER=order"):
        draft_return(ORDER | {"returns": [everything]})


@pytest.mark.parametrize("last", ["ReturnRequested", "ReturnRefused", "ReturnNeedsAttention"])
def test_a_return_that_is_settled_or_waits_for_an_operator_is_complete(last):
    assert ReturnSnapshot(tuple(events(last))).is_complete


@pytest.mark.parametrize("last", ["ReturnAccepted", "ReturnResolved"])
def test_an_accepted_return_is_not_complete(last):
    assert not ReturnSnapshot(tuple(events("ReturnRequested", last))).is_complete


def test_a_completed_return_is_complete_when_the_events_of_its_steps_have_arrived():
    accepted = event("ReturnAccepted", 1, restock=True)
    completed = [accepted, event("PaymentRefunded", 2), event("ReturnCompleted", 3)]

    assert not ReturnSnapshot(tuple(completed)).is_complete
    assert ReturnSnapshot((*completed, event("StockReturned", 4))).is_complete
    assert not ReturnSnapshot((accepted, event("ReturnCompleted", 3))).is_complete


def test_the_reason_is_the_operators_comment_or_the_failed_steps():
    assert ReturnSnapshot((event("ReturnRefused", 1, comment="Used"),)).reason == "Used"
    failed = ReturnSnapshot((event("ReturnNeedsAttention", 1, failed_steps=["RefundPayment"]),))
    assert (failed.status, failed.reason) == ("NEEDS_ATTENTION", "RefundPayment")


def test_only_the_events_of_the_return_are_tracked_until_its_next_end():
    steps = events("ReturnRequested", "ReturnNeedsAttention", "ReturnResolved", "PaymentRefunded", "ReturnCompleted")
    steps.insert(1, event("ReturnAccepted", 0))
    shop = Shop([event("ReturnRefused", 0, return_id="return-2"), *steps])

    *_, last = follow_return(shop, "order", "return-1", after=3)

    assert last.return_id == "return-1"
    assert last.status == "COMPLETED"
    assert "ReturnRefused" not in last.types


def test_the_error_for_a_return_that_makes_no_progress_says_where_to_look(monkeypatch):
    monkeypatch.setattr(return_tracking, "DEADLINE_SECONDS", 0.02)

    with pytest.raises(LocalCloudError, match=r"is ACCEPTED after .*\n  make history ORDER=order"):
        list(follow_return(Shop(events("ReturnAccepted")), "order", "return-1"))


def test_a_requested_return_is_shown_with_its_refund_and_its_event():
    console = Console(file=io.StringIO(), width=200)
    request = {"items": [{"sku": "CUP-2", "quantity": 2}], "reason": "It [red]broke"}

    end = order_timeline.request_and_show_return(console, Shop(events("ReturnRequested")), "order", request)

    printed = console.file.getvalue()
    assert end.return_id == "return-1"
    assert "alice returns 2 CUP-2, reason: It [red]broke" in printed
    assert "refund of 25.80 EUR, return return-1" in printed
    assert "ReturnRequested" in printed
    assert printed.splitlines()[-1] == "REQUESTED"


def test_the_order_of_another_customer_is_not_said_to_be_missing(monkeypatch, capsys):
    monkeypatch.setattr(commands, "running_stack", lambda _: None)
    monkeypatch.setattr(commands, "shop_as", lambda *_: nullcontext(SimpleNamespace(order=lambda _: None)))

    assert commands.run(["return", "--order=bobs"]) == 1

    assert "alice has no order bobs. Omit ORDER= to use alice's newest order." in capsys.readouterr().err
