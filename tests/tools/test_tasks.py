"""`make tasks` and `make decide`: their output and their error messages."""

import re
from io import StringIO

import pytest
from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import tasks
from tools.terminal.order_tracking import OrderSnapshot
from tools.terminal.return_tracking import ReturnSnapshot

REVIEW = {
    "task_id": "order-2",
    "order_id": "order",
    "kind": "review",
    "opened_at": "2026-11-20T15:38:00.000123Z",
    "total": 100000,
    "currency": "EUR",
    "failed_steps": [],
    "decisions": ["approve", "reject"],
}
ATTENTION = REVIEW | {
    "task_id": "order-6",
    "kind": "attention",
    "failed_steps": ["CapturePayment"],
    "decisions": ["retry", "resolve"],
}
RETURN = REVIEW | {
    "task_id": "order-returns-1",
    "kind": "return",
    "return_id": "return-1",
    "items": [{"sku": "CUP-2", "quantity": 2, "unit_price": 1290}],
    "refund_amount": 2580,
    "reason": "The handle [bold]broke",
}
LOST = {
    "task_id": "order-shipping-2",
    "order_id": "order",
    "kind": "lost_shipment",
    "opened_at": "2026-11-20T15:38:00.000123Z",
    "carrier": "sandbox",
    "tracking_number": "SANDBOX-1",
    "failed_steps": [],
    "decisions": ["refund", "resolve"],
}
REFUND = RETURN | {"kind": "attention", "failed_steps": ["RefundPayment"], "decisions": ["retry", "resolve"]}


class Shop:
    def __init__(self, *tasks):
        self.open = list(tasks)
        self.submitted = []

    def tasks(self):
        return self.open

    def events(self, _):
        return []

    def resolve_task(self, *decision, restock):
        self.submitted.append((*decision, restock))


def snapshot(status, return_id=None):
    """Return a snapshot of an order, or of one of its returns."""
    data = {"status": status} | ({"return_id": return_id} if return_id else {})
    event = {"source": "returns" if return_id else "orders", "sequence": "1", "correlationid": "order", "data": data}
    return (ReturnSnapshot if return_id else OrderSnapshot)((event,))


@pytest.fixture
def console():
    return Console(file=StringIO(), width=160)


def test_each_task_is_listed_with_its_subject_and_a_command_that_submits_a_decision(console):
    tasks.show_tasks(console, Shop(REVIEW, ATTENTION))

    printed = console.file.getvalue()
    assert "order-2" in printed
    assert "review of 1000.00 EUR" in printed
    assert "failed: CapturePayment" in printed
    assert "make decide TASK=order-2 DECISION=approve" in printed


def test_the_tasks_are_readable_in_a_narrow_window(console):
    console.width = 60
    tasks.show_tasks(console, Shop(ATTENTION))

    assert console.file.getvalue().splitlines()[:3] == [
        "order-6",
        "  1000.00 EUR, failed: CapturePayment, open since 2026-11-20T15:38:00Z",
        "  decisions: retry or resolve",
    ]


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


def test_without_open_tasks_it_says_so(console):
    tasks.show_tasks(console, Shop())

    assert tasks.NO_OPEN_TASKS in console.file.getvalue()


def test_it_waits_for_the_task_of_an_order_and_shows_it(console):
    class Later(Shop):
        def tasks(self):
            self.polls = getattr(self, "polls", 0) + 1
            return [ATTENTION | {"order_id": "other"}] + ([REVIEW] if self.polls > 1 else [])

    tasks.show_requested_task(console, Later(), snapshot("IN_REVIEW"))

    assert "make decide TASK=order-2 DECISION=approve" in console.file.getvalue()


def test_it_waits_for_the_task_of_one_return(console):
    others = [REVIEW, RETURN | {"task_id": "order-returns-2", "return_id": "return-2"}]

    tasks.show_requested_task(console, Shop(*others, RETURN), snapshot("REQUESTED", "return-1"))

    assert "make decide TASK=order-returns-1 DECISION=approve RESTOCK=1" in console.file.getvalue()


def test_an_order_without_a_task_is_an_error_at_the_deadline(console):
    with pytest.raises(LocalCloudError, match="make history ORDER=order"):
        tasks.show_requested_task(console, Shop(), snapshot("NEEDS_ATTENTION"), deadline_seconds=0.01)


@pytest.mark.parametrize("end", [snapshot("CONFIRMED"), snapshot("COMPLETED", "return-1")], ids=["order", "return"])
def test_without_a_requested_decision_no_task_is_shown(console, end):
    tasks.show_requested_task(console, Shop(REVIEW, RETURN), end)

    assert console.file.getvalue() == ""


def test_a_decision_is_sent(console):
    shop = Shop(REVIEW)

    tasks.submit_decision(console, shop, "order-2", "approve", None)

    assert shop.submitted == [("order-2", "approve", None, False)]


def test_the_only_open_task_needs_no_name(console):
    shop = Shop(REVIEW)

    tasks.submit_decision(console, shop, None, "approve", None)

    assert shop.submitted == [("order-2", "approve", None, False)]


@pytest.mark.parametrize(
    ("task", "message"),
    [(None, tasks.NO_OPEN_TASKS), ("order-9", f"There is no open task order-9. {tasks.NO_OPEN_TASKS}")],
)
def test_without_open_tasks_the_message_says_so(console, task, message):
    with pytest.raises(LocalCloudError) as refused:
        tasks.submit_decision(console, Shop(), task, "approve", None)

    assert str(refused.value) == message


def test_with_several_open_tasks_the_task_must_be_named(console):
    shop = Shop(REVIEW, ATTENTION)

    with pytest.raises(LocalCloudError, match="Which task"):
        tasks.submit_decision(console, shop, None, "approve", None)

    assert shop.submitted == []


@pytest.mark.parametrize(
    ("task", "decision", "message"),
    [
        (None, None, "make decide TASK=order-6 DECISION=retry"),
        ("order-9", "retry", "make decide TASK=order-6 DECISION=retry"),
        ("order-6", "approve", "make decide TASK=order-6 DECISION=retry"),
        ("order-6", None, "retry or resolve"),
        ("order-6", "resolve", 'make decide TASK=order-6 DECISION=resolve COMMENT="what was done"'),
    ],
)
def test_the_error_for_a_wrong_command_contains_a_correct_one(console, task, decision, message):
    shop = Shop(ATTENTION)

    with pytest.raises(LocalCloudError, match=message):
        tasks.submit_decision(console, shop, task, decision, None)

    assert shop.submitted == []


def test_a_decision_without_open_tasks_is_an_error(console):
    with pytest.raises(LocalCloudError, match=tasks.NO_OPEN_TASKS):
        tasks.submit_decision(console, Shop(), "order-6", "retry", None)


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


def test_a_task_about_a_lost_parcel_names_it(console):
    tasks.show_tasks(console, Shop(LOST))

    printed = console.file.getvalue()
    assert "parcel SANDBOX-1 of sandbox, lost" in printed
    assert "make decide TASK=order-shipping-2 DECISION=refund" in printed


class ShopWithLostParcel(Shop):
    """Refunds the parcel after the decision, unless everything is in a return."""

    def __init__(self, returned=0):
        super().__init__(LOST)
        self.returned = returned

    def order(self, _):
        return {"total": 2580, "returns": [{"status": "COMPLETED", "refund_amount": self.returned, "items": [{}]}]}

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


@pytest.mark.parametrize(
    ("decision", "returned", "said"), [("refund", 2580, "nothing is refunded"), ("resolve", 0, "")]
)
def test_a_decision_about_a_lost_parcel_that_changes_nothing_ends_at_once(console, decision, returned, said):
    (last,) = tasks.submit_decision(console, ShopWithLostParcel(returned), None, decision, "found it")

    assert last.status == "CONFIRMED"
    assert said in console.file.getvalue()


def test_the_task_of_a_lost_parcel_is_not_what_an_order_waits_for(console):
    tasks.show_requested_task(console, Shop(LOST, REVIEW), snapshot("IN_REVIEW"))

    assert "make decide TASK=order-2 DECISION=approve" in console.file.getvalue()


def test_it_waits_for_the_task_of_a_lost_parcel(console):
    class Later(Shop):
        def tasks(self):
            self.polls = getattr(self, "polls", 0) + 1
            return [REVIEW, LOST | {"order_id": "other"}] + ([LOST] if self.polls > 1 else [])

    tasks.show_task_of_lost_parcel(console, Later(), LOST["order_id"])

    assert f"make decide TASK={LOST['task_id']} DECISION=refund" in console.file.getvalue()


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


@pytest.mark.parametrize(("text", "restocks"), [(None, False), ("0", False), ("1", True)])
def test_restock_is_1_or_0(text, restocks):
    assert tasks.wants_restock(text) == restocks


def test_another_value_of_restock_is_an_error():
    with pytest.raises(LocalCloudError, match="RESTOCK must be 1"):
        tasks.wants_restock("yes")
