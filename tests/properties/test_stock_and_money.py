"""No stock or money is lost, and no stock is sold twice, in any order and repetition of the steps."""

from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import order_store
from kernel.dynamodb import dynamodb, from_item, to_item
from payment_store import payments
from reservation_store import reservations
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto

STOCK = 4
ORDERS = range(4)

stock_actions = st.lists(
    st.tuples(st.sampled_from(["ReserveStock", "ReleaseStock"]), st.sampled_from(ORDERS)), max_size=16
)
baskets = st.lists(
    st.dictionaries(st.sampled_from(["CUP", "POT", "TRAY"]), st.integers(1, 3), min_size=1),
    min_size=len(ORDERS),
    max_size=len(ORDERS),
)


class Shelf(NamedTuple):
    """Three new products with `STOCK` pieces each."""

    skus: dict[str, str]

    @classmethod
    def stocked(cls, shop: ShopOnMoto) -> "Shelf":
        shelf = cls({name: f"{name}-{uuid4().hex[:12].upper()}" for name in ("CUP", "POT", "TRAY")})
        for sku in shelf.skus.values():
            product = {"name": "x", "unit_price": 1, "currency": "EUR", "stock": STOCK}
            shop.call("PUT", f"/products/{sku}", product, claims=shop.operator())
        return shelf

    def available(self) -> dict[str, int]:
        return {name: level(sku)["level"]["available"] for name, sku in self.skus.items()}

    def version(self, name: str) -> int:
        return int(level(self.skus[name])["version"])


def gateway_record(order_id: str) -> dict[str, Any]:
    key = to_item({"record": f"gateway#{order_id}"})
    return from_item(dynamodb().get_item(TableName="Sandbox", Key=key).get("Item", {}))


def level(sku: str) -> dict[str, Any]:
    return from_item(dynamodb().get_item(TableName="Inventory", Key=to_item({"subject": sku}))["Item"])


@settings(max_examples=60)
@given(actions=stock_actions, baskets=baskets)
def test_stock_is_conserved(shop: ShopOnMoto, actions: list[tuple[str, int]], baskets: list[dict[str, int]]) -> None:
    shelf = Shelf.stocked(shop)
    order_ids = [str(uuid4()) for _ in ORDERS]
    model: dict[int, str] = {}
    left = dict.fromkeys(shelf.skus, STOCK)

    for step, order in actions:
        items = [{"sku": shelf.skus[name], "quantity": quantity} for name, quantity in baskets[order].items()]
        outcome = invoke_handler(step, {"order_id": order_ids[order], "items": items})["outcome"]

        if step == "ReserveStock" and order not in model:
            enough = all(left[name] >= quantity for name, quantity in baskets[order].items())
            model[order] = "RESERVED" if enough else "REJECTED"
            if enough:
                left = {name: rest - baskets[order].get(name, 0) for name, rest in left.items()}
        elif step == "ReleaseStock":
            if model.get(order) == "RESERVED":
                left = {name: rest + baskets[order].get(name, 0) for name, rest in left.items()}
            model[order] = "UNDONE"
        assert outcome == model[order]
        assert shelf.available() == left

    held = [basket for order, basket in enumerate(baskets) if model.get(order) == "RESERVED"]
    for name in shelf.skus:
        assert left[name] + sum(basket.get(name, 0) for basket in held) == STOCK


@settings(max_examples=40)
@given(actions=stock_actions, baskets=baskets)
def test_a_level_has_a_version_for_each_change_and_a_reservation_each_event_once(
    shop: ShopOnMoto, actions: list[tuple[str, int]], baskets: list[dict[str, int]]
) -> None:
    shelf = Shelf.stocked(shop)
    order_ids = [str(uuid4()) for _ in ORDERS]
    for step, order in actions:
        items = [{"sku": shelf.skus[name], "quantity": quantity} for name, quantity in baskets[order].items()]
        invoke_handler(step, {"order_id": order_ids[order], "items": items})

    stored = [reservations().load(order_id) for order_id in order_ids]
    event_types = [[event.type for event in reservation.events] if reservation else [] for reservation in stored]
    assert all(
        types_of_order in [[], ["StockReserved"], ["StockReservationRejected"], ["StockReserved", "StockReleased"]]
        for types_of_order in event_types
    )
    for name in shelf.skus:
        changes = sum(
            len(types_of_order)
            for types_of_order, basket in zip(event_types, baskets, strict=True)
            if name in basket and "StockReserved" in types_of_order
        )
        assert shelf.version(name) == 1 + changes


@settings(max_examples=60)
@example(steps=["AuthorizePayment", "VoidPayment", "AuthorizePayment"], payment_method="pm_card_declined")
@given(
    steps=st.lists(st.sampled_from(["AuthorizePayment", "CapturePayment", "VoidPayment"]), max_size=10),
    payment_method=st.sampled_from(["pm_card_visa", "pm_card_declined", "pm_gateway_flaky", "pm_capture_flaky"]),
)
def test_the_state_of_the_payment_matches_its_events(shop: ShopOnMoto, steps: list[str], payment_method: str) -> None:
    order_id = str(uuid4())
    money = {"amount": 1500, "currency": "EUR"}
    command = {"order_id": order_id, "amount": money, "payment_method": payment_method}

    for step in steps:
        try:
            invoke_handler(step, command)
        except Exception:  # noqa: BLE001, S112 (Step Functions also continues after a fault)
            continue

    payment = payments().load(order_id)
    event_types = [event.type for event in payment.events] if payment else []
    record = gateway_record(order_id)
    expected = {
        "PaymentAuthorized": {"HELD"},
        # An authorization that comes after the compensation voids once more, also if the card was declined.
        "PaymentDeclined": {None, "VOIDED"},
        "PaymentCaptured": {"CAPTURED"},
        "PaymentVoided": {"VOIDED"},
    }
    last = event_types[-1] if event_types else None
    assert record.get("sandbox_status") in expected.get(str(last), {None})
    assert record.get("amount", 0) == (1500 if last in {"PaymentAuthorized", "PaymentCaptured"} else 0)
    assert len(set(event_types)) == len(event_types)
    assert not {"PaymentCaptured", "PaymentVoided"} <= set(event_types)


@settings(max_examples=20)
@given(
    orders=st.lists(
        st.tuples(
            st.integers(1, 3),
            st.sampled_from(["pm_card_visa", "pm_card_declined", "pm_gateway_down"]),
            st.sampled_from(["12345", "00000"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_captured_amount_is_the_confirmed_amount(shop: ShopOnMoto, orders: list[tuple[int, str, str]]) -> None:
    sku = shop.product(stock=STOCK, unit_price=1500)
    placed = {
        shop.place((sku, quantity), payment_method=method, postal_code=postal_code): quantity
        for quantity, method, postal_code in orders
    }
    for order_id in placed:
        shop.fulfil(order_id)

    confirmed = {order_id for order_id in placed if order_store.load(order_id).order.status == "CONFIRMED"}
    books = {order_id: gateway_record(order_id) for order_id in placed}
    for order_id, quantity in placed.items():
        captured = books[order_id].get("sandbox_status") == "CAPTURED"
        assert captured == (order_id in confirmed)
        assert books[order_id].get("amount", 0) == (1500 * quantity if captured else 0)
    assert level(sku)["level"]["available"] == STOCK - sum(placed[order_id] for order_id in confirmed)


@pytest.mark.parametrize("copies", [2, 5])
def test_a_repeated_reservation_takes_the_stock_once(shop: ShopOnMoto, copies: int) -> None:
    shelf = Shelf.stocked(shop)
    command = {"order_id": str(uuid4()), "items": [{"sku": shelf.skus["CUP"], "quantity": 1}]}

    assert [invoke_handler("ReserveStock", command) for _ in range(copies)] == [{"outcome": "RESERVED"}] * copies
    assert shelf.available()["CUP"] == STOCK - 1
