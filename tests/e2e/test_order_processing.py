"""An order passes through every part of the architecture."""

from kernel.cloud_event import CloudEvent
from order_view import fold, order_document
from tests.e2e.shop import Person, Shop, types
from tests.support.waiting import wait_until

JOURNEY = [
    "OrderPlaced",
    "StockReserved",
    "PaymentAuthorized",
    "ShipmentBooked",
    "OrderConfirmed",
    "PaymentCaptured",
]


def test_an_order_is_confirmed_archived_and_shown(shop: Shop, customer: Person) -> None:
    kettle = shop.product(stock=5, unit_price=1500)

    order_id = customer.place(kettle, quantity=2)
    order = customer.wait_for(order_id, "CONFIRMED")

    assert types(order["timeline"]) == JOURNEY
    assert (order["total"], order["currency"]) == (3000, "EUR")
    assert order["updated_at"] == order["timeline"][-1]["time"]
    assert shop.available(kettle) == 3
    assert shop.money_at_gateway(order_id) == ("CAPTURED", 3000)
    assert shop.booked_at_carrier(order_id) == "BOOKED"
    assert types(shop.stored_events(order_id)) == JOURNEY


def test_the_view_is_the_fold_of_the_stored_events(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product(), payment_method="pm_card_declined")

    order = customer.wait_for(order_id, "REJECTED")

    events = [CloudEvent.model_validate(event) for event in shop.stored_events(order_id)]
    assert order == order_document(order_id, fold(events), events)
    assert customer.get(f"/orders/{order_id}/events").json()["events"] == [event.document() for event in events]


def test_no_consumer_sees_an_event_that_the_store_lacks(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product())

    seen = wait_until(lambda: customer.order(order_id).get("timeline"), what="the first event in the view")

    assert set(types(seen)) <= set(types(shop.stored_events(order_id)))


def test_every_event_says_what_caused_it(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")

    placed, *consequences = shop.stored_events(order_id)

    assert placed["id"] == f"orders:{order_id}:1"
    assert {event["causationid"] for event in consequences} == {placed["id"]}
    assert {event["correlationid"] for event in [placed, *consequences]} == {order_id}


def test_no_event_tells_where_the_customer_lives(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product(), line1="Baker Street 221b")
    customer.wait_for(order_id, "CONFIRMED")

    assert "Baker Street" not in str(shop.stored_events(order_id))


def test_orders_are_listed_newest_first_page_by_page(shop: Shop, customer: Person) -> None:
    kettle = shop.product()
    placed = [customer.place(kettle) for _ in range(3)]
    for order_id in placed:
        wait_until(lambda order_id=order_id: customer.order(order_id), what=f"order {order_id} in the view")

    first = customer.get("/orders", params={"limit": 2}).json()
    second = customer.get("/orders", params={"limit": 2, "next_token": first["next_token"]}).json()

    assert [order["order_id"] for order in first["orders"] + second["orders"]] == placed[::-1]


def test_a_products_availability_follows_its_orders(shop: Shop, customer: Person) -> None:
    kettle = shop.product(stock=5)

    customer.place(kettle, quantity=2)

    def shown() -> int:
        products = shop.visitor().get("/products", params={"limit": 100}).json()["products"]
        return next((product["available"] for product in products if product["sku"] == kettle), -1)

    wait_until(lambda: shown() == 3, what=f"{kettle} with 3 left in GET /products")


def test_the_price_is_the_one_of_the_moment_of_placing(shop: Shop, customer: Person) -> None:
    kettle = shop.product(unit_price=1000)
    order_id = customer.place(kettle)
    dearer = {"name": "Kettle", "unit_price": 2000, "currency": "EUR"}
    assert shop.operator.put(f"/products/{kettle}", json=dearer).status_code == 200

    assert customer.wait_for(order_id, "CONFIRMED")["total"] == 1000
