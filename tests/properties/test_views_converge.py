"""The views converge for any order of delivery and any number of duplicates."""

from collections.abc import Callable
from functools import cache
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import order_view
import projection
import view_store
from kernel.cloud_event import Cause, CloudEvent, EventData
from order_events import (
    DecidedBy,
    OrderCancelled,
    OrderConfirmed,
    OrderLine,
    OrderNeedsAttention,
    OrderPlaced,
    OrderRejected,
    OrderResolved,
    OrderRetryRequested,
    OrderReviewApproved,
    OrderReviewRequested,
)
from payment import PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentVoided
from shipment import ShipmentBooked, ShipmentCancelled, ShipmentRefused
from stock import ProductStocked, StockLevelChanged, StockReleased, StockReservationRejected, StockReserved
from tests.support.fulfilments import ENDS, Situation
from tests.support.shop_on_moto import ShopOnMoto

MONEY = {"amount": 3000, "currency": "EUR"}
LINES = (OrderLine(sku="CUP-1", name="Cup", quantity=2, unit_price=1500),)
PLACED = OrderPlaced(customer_id="alice", items=LINES, total=3000, currency="EUR", payment_method="pm_card_visa")
TOTAL = {"total": 3000, "currency": "EUR"}
HELD = {"items": [{"sku": "CUP-1", "quantity": 2}]}

# The events that each service can publish about an order, in stream order.
STORIES: dict[str, list[EventData]] = {
    "orders": [
        PLACED,
        OrderReviewRequested(**TOTAL),
        OrderReviewApproved(operator_id="olive", comment="a known customer"),
        OrderNeedsAttention(failed_steps=("RejectOrder",), **TOTAL),
        OrderRetryRequested(status="PLACED", operator_id="olive"),
        OrderRejected(reason="PAYMENT_DECLINED", decided_by=DecidedBy.SAGA),
        OrderNeedsAttention(failed_steps=("VoidPayment",), reason="PAYMENT_DECLINED", **TOTAL),
        OrderResolved(status="REJECTED", reason="PAYMENT_DECLINED"),
        OrderConfirmed(),
        OrderCancelled(),
    ],
    "inventory": [
        StockReserved(**HELD),
        StockReleased(**HELD),
        StockReservationRejected(out_of_stock=("CUP-1",)),
    ],
    "payments": [
        PaymentDeclined(amount=MONEY, payment_method="pm_card_visa", reason="CARD_DECLINED"),
        PaymentAuthorized(amount=MONEY, payment_method="pm_card_visa", authorization_id="auth-1"),
        PaymentCaptured(amount=MONEY, payment_method="pm_card_visa", authorization_id="auth-1"),
        PaymentVoided(amount=MONEY, payment_method="pm_card_visa"),
    ],
    "shipping": [
        ShipmentRefused(reason="x"),
        ShipmentBooked(carrier="sandbox", tracking_number="T-1"),
        ShipmentCancelled(),
    ],
}


@st.composite
def told(draw: Callable[..., int]) -> list[CloudEvent]:
    """Draw the events of an order: a prefix of each service's stream, with arbitrary times, shuffled."""
    order_id = str(uuid4())
    events = []
    for source, story in STORIES.items():
        length = draw(st.integers(1 if source == "orders" else 0, len(story)))
        for sequence, data in enumerate(story[:length], start=1):
            # Clocks differ: a later event may have an earlier time.
            at = f"2026-11-20T15:38:00.{draw(st.integers(0, 9)):06d}Z"
            event = CloudEvent.of(data, source=source, subject=order_id, sequence=sequence, cause=Cause(at=at))
            events.append(event)
    return events


@st.composite
def arrivals(
    draw: Callable[..., list[CloudEvent]], events: st.SearchStrategy[list[CloudEvent]]
) -> tuple[list[CloudEvent], list[CloudEvent]]:
    """Draw events and a delivery of them: in any order, with duplicates."""
    once = draw(events)
    copies = draw(st.lists(st.sampled_from(once), max_size=8))
    return once, draw(st.permutations(once + copies))


@settings(max_examples=300)
@given(arrivals(told()))
def test_the_fold_of_the_events_does_not_depend_on_their_order(
    story: tuple[list[CloudEvent], list[CloudEvent]],
) -> None:
    events, arrived = story

    assert order_view.fold(arrived) == order_view.fold(events)
    assert order_view.timeline(arrived) == order_view.timeline(events)
    assert order_view.order_document("1", order_view.fold(arrived), arrived) == order_view.order_document(
        "1", order_view.fold(events), events
    )


@settings(max_examples=40)
@given(arrivals(told()))
def test_projecting_the_events_in_any_order_gives_the_fold(
    shop: ShopOnMoto, story: tuple[list[CloudEvent], list[CloudEvent]]
) -> None:
    events, arrived = story
    order_id = events[0].subject
    for event in arrived:
        projection.project_order(event)

    answer = shop.call("GET", f"/orders/{order_id}", claims=shop.operator())

    assert answer.document == order_view.order_document(order_id, order_view.fold(events), events)


@settings(max_examples=200)
@given(told())
def test_the_fold_takes_the_last_event_of_each_source(events: list[CloudEvent]) -> None:
    groups = order_view.fold(events)

    last = {source: [event for event in events if event.source == source][-1:] for source in STORIES}
    assert groups["order"]["status"] == last["orders"][0].data["status"]
    for source, group in (("inventory", "stock"), ("payments", "payment"), ("shipping", "shipment")):
        assert groups.get(group) == next((order_view.changes_of(event)[0].fields for event in last[source]), None)


@cache
def levels() -> tuple[CloudEvent, ...]:
    data = [ProductStocked, StockLevelChanged, StockLevelChanged, ProductStocked, StockLevelChanged]
    return tuple(
        CloudEvent.of(
            level(sku="CUP-1", name=f"Cup {version}", unit_price=version, currency="EUR", available=10 - version),
            source="inventory",
            subject="CUP-1",
            sequence=version,
            cause=Cause(),
        )
        for version, level in enumerate(data, start=1)
    )


@settings(max_examples=30)
@given(arrivals(st.integers(1, 5).map(lambda length: list(levels()[:length]))))
def test_a_product_shows_its_last_stock_level(
    shop: ShopOnMoto, story: tuple[list[CloudEvent], list[CloudEvent]]
) -> None:
    events, arrived = story
    sku = f"CUP-{uuid4().hex[:8].upper()}"
    for event in arrived:
        projection.project_product(event.model_copy(update={"subject": sku}))

    shown = shop.item("Views", pk=view_store.product_key(sku))
    assert (shown["product"]["name"], shown["product_seq"]) == (events[-1].data["name"], len(events))


@pytest.mark.parametrize("situation", ENDS, ids=lambda situation: situation.name)
def test_the_view_of_a_real_order_is_the_fold_of_its_events(shop: ShopOnMoto, situation: Situation) -> None:
    order = situation.place(shop)
    shop.fulfil(order.order_id)

    events = list(order.events())

    assert shop.order(order.order_id) == order_view.order_document(order.order_id, order_view.fold(events), events)


def test_a_newer_mapping_overwrites_items_of_an_older_one(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.fulfil(order_id)
    shop.deliver()
    events = [event for event in shop.events() if event.subject == order_id]
    monkeypatch.setattr(order_view, "PROJECTION", order_view.PROJECTION + 1)
    real = order_view.changes_of
    monkeypatch.setattr(
        order_view,
        "changes_of",
        lambda event: [change._replace(fields=change.fields | {"new": True}) for change in real(event)],
    )

    for event in reversed(events):
        projection.project_order(event)

    groups = view_store.load_order(order_id).groups
    assert all(groups[group]["new"] for group in ("ordered", "order", "stock", "payment", "shipment"))
    assert groups["order"]["status"] == "CONFIRMED"
