"""`make tasks` and `make decide` for the tasks about returns, and about the refunds of lost parcels."""

import re
from io import StringIO

import pytest
from rich.console import Console

from tests.tools.test_tasks import LOST, REVIEW, Shop
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import tasks
from tools.terminal.return_tracking import ReturnSnapshot

RETURN = REVIEW | {
    "task_id": "order-returns-1",
    "kind": "return",
    "return_id": "return-1",
    "items": [{"sku": "CUP-2", "quantity": 2, "unit_price": 1290}],
    "refund_amount": 2580,
    "reason": "The handle [bold]broke",
}
REFUND = RETURN | {"kind": "attention", "failed_steps": ["RefundPayment"], "decisions": ["retry", "resolve"]}


def snapshot(status):
    data = {"status": status, "return_id": "return-1"}
    return ReturnSnapshot(({"source": "returns", "sequence": "1", "correlationid": "order", "data": data},))


@pytest.fixture
def console():
    return Console(file=StringIO(), width=160)


def test_a_task_about_a_return_shows_goods_amount_and_reason_and_how_to_restock(console):
    tasks.show_tasks(console, Shop(RETURN))

    printed = console.file.getvalue()
    assert "return of 2 CUP-2, refund of 25.80 EUR, reason: The handle [bold]broke" in printed
    assert "make decide TASK=order-returns-1 DECISION=approve RESTOCK=1" in printed


def test_a_task_about_a_failed_refund_shows_goods_amount_and_steps(console):
    tasks.show_tasks(console, Shop(REFUND))

    printed = console.file.getvalue()
    assert "return of 2 CUP-2, refund of 25.80 EUR, failed: RefundPayment" in printed
    assert "RESTOCK" not in printed


def test_a_task_about_a_failed_refund_of_a_lost_parcel_names_the_parcel(console):
    tasks.show_tasks(console, Shop(REFUND | {"items": [], "refund_amount": 3000}))

    assert "  lost parcel, refund of 30.00 EUR, failed: RefundPayment" in console.file.getvalue()


def test_it_waits_for_the_task_of_one_return(console):
    others = [REVIEW, RETURN | {"task_id": "order-returns-2", "return_id": "return-2"}]

    tasks.show_requested_task(console, Shop(*others, RETURN), snapshot("REQUESTED"))

    assert "make decide TASK=order-returns-1 DECISION=approve RESTOCK=1" in console.file.getvalue()


def test_no_task_is_shown_for_a_completed_return(console):
    tasks.show_requested_task(console, Shop(REVIEW, RETURN), snapshot("COMPLETED"))

    assert console.file.getvalue() == ""


def test_the_approval_of_a_return_can_restock_its_items_and_is_tracked_to_its_end(console, monkeypatch):
    monkeypatch.setattr("tools.terminal.return_tracking.POLL_SECONDS", 0)

    class Completing(Shop):
        def events(self, _):
            steps = ["ReturnRequested", "ReturnAccepted", "PaymentRefunded", "StockReturned", "ReturnCompleted"]
            sources = {"PaymentRefunded": "payments", "StockReturned": "inventory"}
            arrived = steps if self.submitted else steps[:1]
            return [
                {
                    "source": sources.get(kind, "returns"),
                    "type": kind,
                    "sequence": str(number),
                    "time": f"2026-11-20T15:38:0{number}Z",
                    "data": {"return_id": "return-1", "status": kind.removeprefix("Return").upper()},
                }
                for number, kind in enumerate(arrived)
            ]

    shop = Completing(RETURN)

    *_, last = tasks.submit_decision(console, shop, None, "approve", None, restock=True)

    assert shop.submitted == [("order-returns-1", "approve", None, True)]
    assert last.status == "COMPLETED"
    assert "Return return-1 of order order continues" in console.file.getvalue()


class ShopWithLostParcel(Shop):
    """Refunds the parcel after the decision, unless everything is in a return."""

    def __init__(self, returned=0):
        super().__init__(LOST)
        self.returned = returned

    def order(self, _):
        returned = {"status": "COMPLETED", "refund_amount": self.returned, "items": [{}]}
        return {"status": "CONFIRMED", "total": 2580, "returns": [returned]}

    def events(self, _):
        steps = ["OrderConfirmed", "ShipmentLost", "ReturnAccepted", "PaymentRefunded", "ReturnCompleted"]
        sources = {"OrderConfirmed": "orders", "ShipmentLost": "shipping", "PaymentRefunded": "payments"}
        return [
            {
                "source": sources.get(kind, "returns"),
                "type": kind,
                "sequence": str(number),
                "time": f"2026-11-20T15:38:0{number}Z",
                "correlationid": "order",
                "data": {"return_id": "return-1", "items": [], "status": re.split("(?=[A-Z])", kind)[-1].upper()},
            }
            for number, kind in enumerate(steps if self.submitted and self.returned < 2580 else steps[:2])
        ]


def test_the_refund_of_a_lost_parcel_is_tracked_to_its_end(console, monkeypatch):
    monkeypatch.setattr("tools.terminal.return_tracking.POLL_SECONDS", 0)
    shop = ShopWithLostParcel()

    *_, last = tasks.submit_decision(console, shop, None, "refund", None)

    assert shop.submitted == [("order-shipping-2", "refund", None, False)]
    assert (last.return_id, last.status) == ("return-1", "COMPLETED")


def test_a_lost_parcel_with_nothing_left_to_refund_ends_at_once(console):
    (last,) = tasks.submit_decision(console, ShopWithLostParcel(returned=2580), None, "refund", None)

    assert last.status == "CONFIRMED"
    assert "Nothing is left to refund." in console.file.getvalue()


def test_a_lost_parcel_of_a_rejected_order_ends_at_once(console, monkeypatch):
    shop = ShopWithLostParcel()
    monkeypatch.setattr(shop, "order", lambda _: {"status": "REJECTED", "total": 2580, "returns": []})

    tasks.submit_decision(console, shop, None, "refund", None)

    assert shop.submitted == [("order-shipping-2", "refund", None, False)]
    assert "Nothing is left to refund." in console.file.getvalue()


def test_a_lost_parcel_of_an_order_that_is_not_visible_is_not_decided(console, monkeypatch):
    shop = ShopWithLostParcel()
    monkeypatch.setattr(shop, "order", lambda _: None)

    with pytest.raises(LocalCloudError, match="make audit"):
        tasks.submit_decision(console, shop, None, "refund", None)
    assert shop.submitted == []


@pytest.mark.parametrize(
    ("task", "decision"),
    [(RETURN, "reject"), (REFUND, "retry"), (REVIEW, "approve")],
    ids=["reject", "retry", "review"],
)
def test_only_the_approval_of_a_return_restocks(console, task, decision):
    shop = Shop(task)

    with pytest.raises(LocalCloudError, match=f"RESTOCK=1 is only .* make decide TASK=.* DECISION={decision}"):
        tasks.submit_decision(console, shop, None, decision, None, restock=True)

    assert shop.submitted == []
