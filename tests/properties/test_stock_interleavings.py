"""Under any interleaving of orders, releases, adjustments and edits, no stock is lost and none is invented.

Sold + held + available = received - written off. Two requests interleave: one runs completely before an AWS call of
the other, for example between its read and its write.
"""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import order_store
import retry_schedule
from kernel.dynamodb import dynamodb, from_item, to_item
from reservation_store import reservations
from tests.support.interruption import interrupted
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import Response, ShopOnMoto

STOCK = 6
ORDERS = range(3)

Action = tuple[str, Any]
# The number of the AWS call before which the other request runs. A request makes up to about 12 calls.
calls = st.integers(1, 12)
adjustments = st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(-4, 4).filter(bool))
actions = st.one_of(
    st.tuples(st.just("reserve"), st.sampled_from(ORDERS)),
    st.tuples(st.just("release"), st.sampled_from(ORDERS)),
    st.tuples(st.just("adjust"), adjustments),
    st.tuples(st.just("edit"), st.sampled_from(["Mug", "Cup"])),
    st.tuples(st.just("open_form"), st.none()),
    st.tuples(st.just("save_form"), st.integers(0, 9)),
)
sales = st.tuples(st.just("sell"), st.sampled_from(["pm_card_visa", "pm_card_declined"]))


class Warehouse:
    """One product, with the stock that operators received and wrote off according to the API's responses."""

    def __init__(self, shop: ShopOnMoto) -> None:
        self.shop = shop
        self.sku = shop.product(stock=STOCK)
        self.received, self.written_off = STOCK, 0
        self.orders = {order: str(uuid4()) for order in ORDERS}
        self.sales: list[str] = []
        self.form = self.level()
        self.adjusted: dict[str, tuple[int, Any]] = {}

    def do(self, action: Action) -> None:
        kind, argument = action
        getattr(self, kind)(argument)

    def reserve(self, order: int) -> None:
        invoke_handler("ReserveStock", self.command(order))

    def release(self, order: int) -> None:
        invoke_handler("ReleaseStock", self.command(order))

    def sell(self, payment_method: str) -> None:
        self.sales.append(self.shop.place((self.sku, 2), payment_method=payment_method))
        self.shop.fulfil(self.sales[-1])

    def adjust(self, asked: tuple[str, int]) -> None:
        key, change = asked
        path, body = f"/products/{self.sku}/stock-adjustments", {"change": change, "reason": "count"}
        answer = self.call("POST", path, body, {"Idempotency-Key": key})
        assert answer.status in {200, 409, 422}, answer.document
        if answer.status == 200 and key not in self.adjusted:
            self.adjusted[key] = (change, answer.document)
            self.count(change)
        if answer.status == 200:
            assert self.adjusted[key] == (change, answer.document), "the same key and body get the same answer"

    def edit(self, name: str) -> None:
        assert self.put({"name": name}).status == 200

    def open_form(self, _: None) -> None:
        self.form = self.level()

    def save_form(self, stock: int) -> None:
        shown = self.form
        answer = self.put({"stock": stock}, {"If-Match": f'"{shown["version"]}"'})
        assert answer.status in {200, 412}, answer.document
        if answer.status == 200:
            self.count(stock - shown["level"]["available"])

    def count(self, change: int) -> None:
        if change > 0:
            self.received += change
        else:
            self.written_off -= change

    def command(self, order: int) -> dict[str, Any]:
        return {"order_id": self.orders[order], "items": [{"sku": self.sku, "quantity": order + 1}]}

    def put(self, changes: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
        body = {"name": "Kettle", "unit_price": 1500, "currency": "EUR"} | changes
        return self.call("PUT", f"/products/{self.sku}", body, headers or {})

    def call(self, method: str, path: str, body: object, headers: dict[str, str]) -> Response:
        return self.shop.call(method, path, body, headers=headers, claims=self.shop.operator())

    def level(self) -> dict[str, Any]:
        key = to_item({"subject": self.sku})
        return from_item(dynamodb().get_item(TableName="Inventory", Key=key, ConsistentRead=True)["Item"])

    def assert_conserved(self) -> None:
        available = self.level()["level"]["available"]
        reserved = self.reserved([*self.orders.values(), *self.sales])
        confirmed = [each for each in self.sales if order_store.load(each).order.status == "CONFIRMED"]
        sold = self.reserved(confirmed)
        held = reserved - sold
        assert available >= 0
        assert sold == 2 * len(confirmed)
        assert sold + held + available == self.received - self.written_off

    def reserved(self, order_ids: list[str]) -> int:
        found = [reservations().load(order_id) for order_id in order_ids]
        return sum(line.quantity for each in found if each and each.status == "RESERVED" for line in each.items)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_schedule, "_sleep_until", lambda _: None)


@settings(max_examples=60)
@given(story=st.lists(st.tuples(actions | sales, st.none() | st.tuples(calls, actions)), max_size=8))
def test_stock_is_neither_lost_nor_invented(
    shop: ShopOnMoto, story: list[tuple[Action, tuple[int, Action] | None]]
) -> None:
    warehouse = Warehouse(shop)

    for action, overtaken in story:
        if overtaken is None:
            warehouse.do(action)
            continue
        call, other = overtaken
        with interrupted(call, lambda other=other: warehouse.do(other)):  # type: ignore[misc]
            warehouse.do(action)

    warehouse.assert_conserved()
