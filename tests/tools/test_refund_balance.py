"""The audit's checks of refunds: money, stock, and returns in progress."""

from typing import Any

import pytest

from kernel.cloud_event import CloudEvent
from tools.event_store.audit import advice
from tools.event_store.consistency import Difference
from tools.event_store.refund_balance import (
    EXCEEDS_CAPTURE,
    EXCEEDS_RESERVATION,
    NOT_ACCEPTED,
    NOT_REFUNDED,
    NOT_RESTOCKED,
    PROBLEMS,
    imbalances,
    refunds_in_progress,
)

SOURCES = {"Payment": "payments", "Stock": "inventory", "Return": "returns"}
LONG_AGO, NEVER = "2000-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"


def event(kind: str, sequence: int, **data: Any) -> CloudEvent:
    source = next(source for start, source in SOURCES.items() if kind.startswith(start))
    return CloudEvent.model_validate(
        {
            "specversion": "1.0",
            "id": f"{source}:order:{sequence}",
            "source": source,
            "type": kind,
            "subject": "order",
            "time": f"2026-11-20T15:38:00.00000{sequence}Z",
            "dataschema": f"urn:serverless-orders:event:{kind}:1",
            "sequence": str(sequence),
            "correlationid": "order",
            "data": data,
        }
    )


def cups(quantity: int) -> list[dict[str, Any]]:
    return [{"sku": "CUP-2", "quantity": quantity}]


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def events(*, refunded: int = 2800, returned: int = 1, restock: bool = True) -> dict[str, CloudEvent]:
    """Return the events of an order of two cups, of which one is returned."""
    about = {"return_id": "return", "refund_amount": 2800, "items": cups(1)}
    made = [
        event("StockReserved", 1, items=cups(2)),
        event("PaymentCaptured", 1, amount=money(5600)),
        event("ReturnRequested", 1, **about),
        event("ReturnAccepted", 2, restock=restock, **about),
        event("PaymentRefunded", 3, return_id="return", amount=money(refunded)),
        event("StockReturned", 4, return_id="return", items=cups(returned)),
        event("ReturnCompleted", 5, **about),
    ]
    return {each.type: each for each in made}


def problems(of: dict[str, CloudEvent], cutoff: str = NEVER) -> list[tuple[str, str]]:
    return sorted(tuple(each) for each in imbalances(of.values(), cutoff))


def without(of: dict[str, CloudEvent], *kinds: str) -> dict[str, CloudEvent]:
    return {kind: each for kind, each in of.items() if kind not in kinds}


def test_a_completed_return_is_balanced() -> None:
    assert problems(events()) == []
    assert problems(without(events(restock=False), "StockReturned")) == []


def test_the_refund_of_a_lost_parcel_is_balanced_and_counts() -> None:
    lost = {"return_id": "lost", "refund_amount": 2800, "items": []}
    refunded = {
        "LostAccepted": event("ReturnAccepted", 6, restock=False, **lost),
        "LostRefunded": event("PaymentRefunded", 7, return_id="lost", amount=money(2800)),
        "LostCompleted": event("ReturnCompleted", 8, **lost),
    }
    exceeding = {"LostRefunded": event("PaymentRefunded", 7, return_id="lost", amount=money(2801))}

    assert problems(events() | refunded) == []
    assert problems(events() | refunded | exceeding) == [
        ("payments:order:7", EXCEEDS_CAPTURE),
        ("returns:order:8", NOT_REFUNDED),
    ]


def test_a_refund_of_more_than_the_captured_amount() -> None:
    assert ("payments:order:3", EXCEEDS_CAPTURE) in problems(events(refunded=5601))
    assert ("payments:order:3", EXCEEDS_CAPTURE) in problems(without(events(), "PaymentCaptured"))


def test_a_restocking_of_more_pieces_than_were_reserved() -> None:
    assert ("inventory:order:4", EXCEEDS_RESERVATION) in problems(events(returned=3))


def test_a_completed_return_with_another_refund_or_none() -> None:
    expected = [("returns:order:5", NOT_REFUNDED)]

    assert problems(events(refunded=2799)) == expected
    assert problems(without(events(), "PaymentRefunded")) == expected


@pytest.mark.parametrize("of", [events(returned=2), without(events(), "StockReturned"), events(restock=False)])
def test_a_completed_return_whose_items_are_not_restocked_as_the_operator_decided(of: dict[str, CloudEvent]) -> None:
    assert problems(of) == [("returns:order:5", NOT_RESTOCKED)]


def test_a_refund_of_a_return_that_was_not_accepted() -> None:
    of = without(events(), "ReturnAccepted", "ReturnCompleted", "StockReturned")

    assert problems(of) == [("payments:order:3", NOT_ACCEPTED)]


def test_a_recent_event_can_lack_an_earlier_one_of_a_table_that_was_read_before() -> None:
    recent = without(events(), "ReturnAccepted", "ReturnCompleted")

    assert problems(recent, cutoff=LONG_AGO) == []
    assert problems(without(events(), "PaymentRefunded"), cutoff=LONG_AGO) == []


@pytest.mark.parametrize(
    ("kinds", "in_progress"),
    [
        (["ReturnRequested"], 0),
        (["ReturnRequested", "ReturnAccepted"], 1),
        (["ReturnAccepted", "ReturnNeedsAttention"], 0),
        (["ReturnAccepted", "ReturnNeedsAttention", "ReturnResolved"], 1),
        (["ReturnAccepted", "ReturnCompleted"], 0),
    ],
)
def test_a_refund_is_in_progress_until_it_is_completed_or_waits_for_an_operator(
    kinds: list[str], in_progress: int
) -> None:
    of_return = [event(kind, sequence, return_id="return") for sequence, kind in enumerate(kinds, 1)]

    assert refunds_in_progress(reversed(of_return)) == in_progress


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
def test_each_problem_has_its_advice(problem: str) -> None:
    (line,) = advice([Difference("tables", "payments:order:3", problem)])

    assert "make show ORDER=" in line
