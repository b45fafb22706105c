"""Check that refunds and restocked items agree with payments, reservations and returns. Pure: no AWS call."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kernel.cloud_event import CloudEvent
from kernel.timestamps import Timestamp

EXCEEDS_CAPTURE = "the refunds of the order exceed its captured amount"
EXCEEDS_RESERVATION = "more pieces went back in stock than the order had reserved"
NOT_REFUNDED = "the return is completed, but the refund differs from it or is missing"
NOT_RESTOCKED = "the return is completed, but the restocked items differ from it or are missing"
NOT_ACCEPTED = "a refund or a restocking of a return that was not accepted"
PROBLEMS = frozenset({EXCEEDS_CAPTURE, EXCEEDS_RESERVATION, NOT_REFUNDED, NOT_RESTOCKED, NOT_ACCEPTED})
RETURNS = "returns"


class Imbalance(NamedTuple):
    """A problem, and the id of the event that shows it."""

    event_id: str
    problem: str


def imbalances(events: Iterable[CloudEvent], cutoff: Timestamp) -> Iterator[Imbalance]:
    """Yield the problems of all returns.

    Args:
        events: Valid events of the tables.
        cutoff: The tables are read one after the other, so an event from this time on may lack an earlier event of
            another service.
    """
    orders: dict[str, list[CloudEvent]] = defaultdict(list)
    returns: dict[str, list[CloudEvent]] = defaultdict(list)
    for event in events:
        orders[event.subject].append(event)
        if "return_id" in event.data:
            returns[event.data["return_id"]].append(event)
    for of_order in orders.values():
        yield from _of_order(of_order)
    for of_return in returns.values():
        yield from _of_return(of_return, cutoff)


def refunds_in_progress(events: Iterable[CloudEvent]) -> int:
    """Return the number of accepted returns that are neither completed nor wait for an operator."""
    newest: dict[str, CloudEvent] = {}
    for event in sorted(events, key=lambda event: event.sequence):
        if event.source == RETURNS:
            newest[event.data["return_id"]] = event
    return sum(event.type in ("ReturnAccepted", "ReturnResolved") for event in newest.values())


def _of_order(events: list[CloudEvent]) -> Iterator[Imbalance]:
    by_type: dict[str, list[CloudEvent]] = defaultdict(list)
    for event in events:
        by_type[event.type].append(event)
    refunds, restockings = by_type["PaymentRefunded"], by_type["StockReturned"]
    if _money(refunds) > _money(by_type["PaymentCaptured"]):
        yield Imbalance(_newest(refunds).id, EXCEEDS_CAPTURE)
    if not _pieces(restockings) <= _pieces(by_type["StockReserved"]):
        yield Imbalance(_newest(restockings).id, EXCEEDS_RESERVATION)


def _of_return(events: list[CloudEvent], cutoff: Timestamp) -> Iterator[Imbalance]:
    accepted = next((event for event in events if event.type == "ReturnAccepted"), None)
    completed = next((event for event in events if event.type == "ReturnCompleted"), None)
    refunds = [event for event in events if event.type == "PaymentRefunded"]
    restockings = [event for event in events if event.type == "StockReturned"]
    for event in refunds + restockings:
        if accepted is None and event.time < cutoff:
            yield Imbalance(event.id, NOT_ACCEPTED)
    if accepted is None or completed is None or completed.time >= cutoff:
        return
    if len(refunds) != 1 or _money(refunds) != completed.data["refund_amount"]:
        yield Imbalance(completed.id, NOT_REFUNDED)
    if _pieces(restockings) != (_pieces([completed]) if accepted.data["restock"] else Counter()):
        yield Imbalance(completed.id, NOT_RESTOCKED)


def _money(events: Iterable[CloudEvent]) -> int:
    return sum(event.data["amount"]["amount"] for event in events)


def _pieces(events: Iterable[CloudEvent]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for event in events:
        for line in event.data["items"]:
            pieces[line["sku"]] += line["quantity"]
    return pieces


def _newest(events: Iterable[CloudEvent]) -> CloudEvent:
    return max(events, key=lambda event: event.sequence)
