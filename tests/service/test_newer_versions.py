"""During a canary or after a rollback, a version reads what a newer one has written, with members that it ignores."""

from typing import Any

import pytest

import order_store
from kernel.dynamodb import dynamodb, to_item
from tests.support.fake_step_functions import use_fake_step_functions
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto

Json = dict[str, Any]


def add_members(value: Any) -> Any:
    """Return a document with an unknown member in each of its objects."""
    if isinstance(value, dict):
        return {name: add_members(member) for name, member in value.items()} | {"gift": True}
    return [add_members(element) for element in value] if isinstance(value, list) else value


def rewrite(shop: ShopOnMoto, table: str, **key: Any) -> None:
    """Add unknown members to an item, as a newer version would."""
    dynamodb().put_item(TableName=table, Item=to_item(add_members(shop.item(table, **key))))


def test_an_order_is_fulfilled(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    rewrite(shop, "Orders", order_id=order_id)

    assert shop.fulfil(order_id)[-1] == "SettleOrder"
    assert order_store.load(order_id).order.status == "CONFIRMED"


def test_a_product_is_edited(shop: ShopOnMoto) -> None:
    sku = shop.product(stock=7)
    rewrite(shop, "Inventory", subject=sku)

    body = {"name": "Teapot", "unit_price": 900, "currency": "EUR"}
    answer = shop.call("PUT", f"/products/{sku}", body, claims=shop.operator())

    assert (answer.status, answer.document["name"], answer.document["available"]) == (200, "Teapot", 7)


@pytest.mark.parametrize(
    ("steps", "table", "key", "expected"),
    [
        (("ReserveStock", "ReleaseStock"), "Inventory", "subject", {"outcome": "UNDONE"}),
        (("AuthorizePayment", "CapturePayment"), "Payments", "order_id", {"outcome": "CAPTURED"}),
        (("BookShipment", "CancelShipment"), "Shipping", "order_id", {"outcome": "UNDONE"}),
    ],
)
def test_a_saga_continues_from_its_state(
    shop: ShopOnMoto, steps: tuple[str, str], table: str, key: str, expected: Json
) -> None:
    command = shop.saga_input(shop.place((shop.product(), 1)))
    invoke_handler(steps[0], command)
    rewrite(shop, table, **{key: command["order_id"]})

    assert invoke_handler(steps[1], command) == expected


def test_a_step_accepts_the_input_of_a_run(shop: ShopOnMoto) -> None:
    command = add_members(shop.saga_input(shop.place((shop.product(), 1))))

    assert invoke_handler("ReserveStock", command) == {"outcome": "RESERVED"}
    assert invoke_handler("AuthorizePayment", command) == {"outcome": "AUTHORIZED"}


def test_a_requested_run_is_started(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "dead-letters")
    step_functions = use_fake_step_functions(monkeypatch)
    order_id = shop.place((shop.product(), 1))

    shop.start_fulfilment({"order_id": order_id, "causation_id": "c", "run_id": "next", "gift": True})

    assert list(step_functions.runs) == ["next"]
