"""An order passes through every part of the architecture."""

from kernel.cloud_event import CloudEvent
from order_view import fold, order_document
from tests.e2e.shop import Caller, Shop, types
from tests.support.waiting import wait_until

CONFIRMED_ORDER_EVENTS = [
    "OrderPlaced",
    "StockReserved",
    "PaymentAuthorized",
    "ShipmentBooked",
    "OrderConfirmed",
    "PaymentCaptured",
]


def test_an_order_is_confirmed_archived_and_shown(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5, unit_price=1500)

    order_id = customer.place(kettle, quantity=2)
    order = customer.wait_for(order_id, "CONFIRMED")

    assert types(order["timeline"]) == CONFIRMED_ORDER_EVENTS
    assert (order["total"], order["currency"]) == (3000, "EUR")
    assert order["updated_at"] == order["timeline"][-1]["time"]
    assert shop.available(kettle) == 3
    assert shop.money_at_gateway(order_id) == ("CAPTURED", 3000)
    assert shop.booked_at_carrier(order_id) == "BOOKED"
    assert types(shop.stored_events(order_id)) == CONFIRMED_ORDER_EVENTS


def test_the_view_equals_the_fold_of_the_stored_events(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product(), payment_method="pm_card_declined")

    order = customer.wait_for(order_id, "REJECTED")

    events = [CloudEvent.model_validate(event) for event in shop.stored_events(order_id)]
    assert order == order_document(order_id, fold(events), events)
    assert customer.get(f"/orders/{order_id}/events").json()["events"] == [event.document() for event in events]


def test_an_event_is_stored_before_any_consumer_receives_it(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())

    seen = wait_until(lambda: customer.order(order_id).get("timeline"), description="the first event in the view")

    assert set(types(seen)) <= set(types(shop.stored_events(order_id)))


def test_every_event_has_its_causation_id_and_correlation_id(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")

    placed, *consequences = shop.stored_events(order_id)

    assert placed["id"] == f"orders:{order_id}:1"
    assert {event["causationid"] for event in consequences} == {placed["id"]}
    assert {event["correlationid"] for event in [placed, *consequences]} == {order_id}


def test_no_event_contains_the_customers_address(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product(), line1="Baker Street 221b")
    customer.wait_for(order_id, "CONFIRMED")

    assert "Baker Street" not in str(shop.stored_events(order_id))


def test_orders_are_listed_newest_first_page_by_page(shop: Shop, customer: Caller) -> None:
    kettle = shop.product()
    placed = [customer.place(kettle) for _ in range(3)]
    for order_id in placed:
        wait_until(lambda order_id=order_id: customer.order(order_id), description=f"order {order_id} in the view")

    first = customer.get("/orders", params={"limit": 2}).json()
    second = customer.get("/orders", params={"limit": 2, "next_token": first["next_token"]}).json()

    assert [order["order_id"] for order in first["orders"] + second["orders"]] == placed[::-1]


def test_an_order_reduces_the_shown_availability_of_its_product(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5)

    customer.place(kettle, quantity=2)

    def shown_availability() -> int:
        products = shop.visitor().get("/products", params={"limit": 100}).json()["products"]
        return next((product["available"] for product in products if product["sku"] == kettle), -1)

    wait_until(lambda: shown_availability() == 3, description=f"{kettle} with 3 left in GET /products")


def test_a_later_price_change_does_not_affect_a_placed_order(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(unit_price=1000)
    order_id = customer.place(kettle)
    higher_price = {"name": "Kettle", "unit_price": 2000, "currency": "EUR"}
    assert shop.operator.put(f"/products/{kettle}", json=higher_price).status_code == 200

    assert customer.wait_for(order_id, "CONFIRMED")["total"] == 1000
