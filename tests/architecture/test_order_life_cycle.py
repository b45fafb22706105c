"""The diagram of an order's statuses in docs/saga.md shows exactly the transitions that the code allows."""

import re
from collections.abc import Iterator
from pathlib import Path

from kernel.cloud_event import Cause, CloudEvent
from kernel.money import Money
from order import Operator, Order, Price, place
from order_events import DecidedBy, Status

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "saga.md"
DIAGRAM = re.compile(r"<!-- statuses of an order -->\n```mermaid\n(.*?)```", flags=re.DOTALL)
ARROW = re.compile(r"(\w+) -->\|(.+?)\| (\w+)")
GROUP = re.compile(r"subgraph (\w+)\n(.*?)\n  end", flags=re.DOTALL)
START = "start"
CAUSE = Cause()

Transition = tuple[str, str, str]


def following(order: Order) -> Iterator[CloudEvent]:
    """Yield the next event of each command that the order accepts."""
    commands = [
        order.confirm(CAUSE),
        order.reject("PAYMENT_DECLINED", DecidedBy.SAGA, CAUSE),
        order.reject("REVIEW_REJECTED", DecidedBy.OPERATOR, CAUSE),
        order.await_payment(CAUSE),
        order.request_review(CAUSE),
        order.approve_review(Operator(), CAUSE),
        order.cancel(CAUSE),
        order.request_attention(["CapturePayment"], CAUSE),
        *(order.request_retry(order.attention or 0, Operator(), by_hand, CAUSE) for by_hand in ((), ("VoidPayment",))),
        order.settle(CAUSE) if order.decision else None,
    ]
    yield from (event for event in commands if event)


def allowed() -> set[Transition]:
    """Return every reachable transition: the status, the next status, and the type of the event between them."""
    placed = place(
        "order", "customer", [("CUP-1", 1)], {"CUP-1": Price("Cup", Money(amount=100, currency="EUR"))}, "pm", CAUSE
    )
    found, seen, waiting = {(START, Status.PLACED.value, placed.type)}, set(), [(placed,)]
    while waiting:
        events = waiting.pop()
        order = Order(events)
        state = (order.status, order.decision, order.needs_attention, order.review_requested, order.review_approved)
        if (state, order.done_by_hand) in seen:
            continue
        seen.add((state, order.done_by_hand))
        for event in following(order):
            found.add((order.status.value, event.data["status"], event.type))
            waiting.append((*events, event))
    return found


def drawn() -> set[Transition]:
    """Return the transitions of the diagram. An arrow from or to a group stands for each status of the group."""
    (diagram,) = DIAGRAM.findall(DOCUMENT.read_text())
    groups = {name: set(re.findall(r"[A-Z_]{5,}", members)) for name, members in GROUP.findall(diagram)}
    return {
        (source, target, event)
        for from_, label, to in ARROW.findall(diagram)
        for event in label.split("<br/>")
        for source in groups.get(from_, {from_})
        for target in groups.get(to, {to})
    }


def test_the_diagram_shows_what_the_code_allows_except_for_events_that_keep_the_status() -> None:
    assert drawn() == {(source, target, event) for source, target, event in allowed() if source != target}


def test_every_status_is_reachable() -> None:
    assert {target for _, target, _ in allowed()} == {status.value for status in Status}
