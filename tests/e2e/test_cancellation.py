"""A customer cancels an order: there is one decision, and the compensations undo everything."""

import time
from collections import Counter
from functools import partial
from uuid import uuid4

import pytest

from tests.e2e.shop import Person, Shop, concurrently
from tests.support.waiting import wait_until


@pytest.fixture
def shop(saga_shop: Shop) -> Shop:
    return saga_shop


@pytest.fixture
def customer(shop: Shop) -> Person:
    customer = shop.customer()
    assert (
        cancel(customer, str(uuid4())) == 404
    )  # warms up the function, because the test's orders do not wait for a cold start
    return customer


def cancel(customer: Person, order_id: str) -> int:
    return customer.post(f"/orders/{order_id}/cancellation").status_code


def assert_everything_is_as_it_was(shop: Shop, order_id: str, sku: str, stock: int) -> None:
    assert shop.available(sku) == stock
    assert shop.money_at_gateway(order_id)[0] in {"NOTHING", "VOIDED"}
    assert shop.booked_at_carrier(order_id) in {"NOTHING", "CANCELLED"}


@pytest.mark.parametrize("payment_method", ["pm_card_visa", "pm_gateway_flaky", "pm_gateway_down"])
def test_an_order_is_cancelled_right_after_placing(shop: Shop, customer: Person, payment_method: str) -> None:
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, quantity=2, payment_method=payment_method)

    # This works before the order is projected.
    assert [cancel(customer, order_id), cancel(customer, order_id)] == [202, 202]

    customer.wait_for(order_id, "CANCELLED")
    assert_everything_is_as_it_was(shop, order_id, kettle, stock=5)


def test_an_order_is_cancelled_while_the_saga_retries(shop: Shop, customer: Person) -> None:
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, quantity=2, postal_code="99999")
    wait_until(lambda: customer.shop_events(order_id)["PaymentAuthorized"], what=f"PaymentAuthorized of {order_id}")

    assert cancel(customer, order_id) == 202

    order = customer.wait_for(order_id, "CANCELLED")
    assert {"PaymentVoided", "StockReleased"} <= {event["type"] for event in order["timeline"]}
    assert_everything_is_as_it_was(shop, order_id, kettle, stock=5)


def test_a_confirmed_order_cannot_be_cancelled(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product())
    before = customer.wait_for(order_id, "CONFIRMED")

    answer = customer.post(f"/orders/{order_id}/cancellation")

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:serverless-orders:problem:already-decided"
    assert customer.order(order_id) == before


def test_only_its_customer_cancels_an_order(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product())

    assert cancel(shop.customer(), order_id) == 404
    assert cancel(shop.visitor(), order_id) == 401
    customer.wait_for(order_id, "CONFIRMED")


def test_of_a_cancellation_and_a_confirmation_exactly_one_wins(shop: Shop, customer: Person) -> None:
    stock, together, longest_seconds = 200, 3, 30
    kettle = shop.product(stock=stock)

    def confirmed_after() -> float:
        placed = time.monotonic()
        customer.wait_for(customer.place(kettle), "CONFIRMED")
        return time.monotonic() - placed

    # The first orders warm up the functions. The duration of the next ones determines the delays of the cancellations.
    _, usual = (min(concurrently(*[confirmed_after] * together)) for _ in range(2))

    def place_and_cancel(patience: float) -> tuple[str, int]:
        order_id = customer.place(kettle)
        time.sleep(patience)
        return order_id, cancel(customer, order_id)

    answers: list[tuple[str, int]] = []
    patience = 0.0
    # Increase the delay until all cancellations come too late.
    while {status for _, status in answers[-together:]} != {409}:
        assert patience < longest_seconds, answers
        answers += concurrently(*[partial(place_and_cancel, patience)] * together)
        for order_id, _ in answers[-together:]:
            wait_until(partial(shop.is_settled, order_id), what=f"the end of {order_id}")
        patience += usual / 6

    for order_id, status in answers:
        order = customer.wait_for(order_id, "CANCELLED" if status == 202 else "CONFIRMED")
        decisions = [e["type"] for e in order["timeline"] if e["type"] in {"OrderConfirmed", "OrderCancelled"}]
        assert len(decisions) == 1, order
        money, amount = shop.money_at_gateway(order_id)
        assert (money, amount) == ("CAPTURED", 1500) if status == 409 else money in {"NOTHING", "VOIDED"}, order
    tally = Counter(status for _, status in answers)
    assert set(tally) == {202, 409}, tally
    assert shop.available(kettle) == stock - 2 * together - tally[409], tally


@pytest.mark.parametrize("attempt", range(2))
def test_of_a_cancellation_and_a_confirmation_at_the_same_moment_exactly_one_wins(
    shop: Shop, customer: Person, attempt: int
) -> None:
    """Request both decisions concurrently for an order in review, which has no decision yet."""
    piano = shop.product(unit_price=100000)
    orders = [customer.place(piano) for _ in range(4)]
    for order_id in orders:
        customer.wait_for(order_id, "IN_REVIEW")

    def both(order_id: str) -> list[object]:
        return concurrently(lambda: cancel(customer, order_id), lambda: shop.confirm(order_id))

    for order_id, (answer, confirmation) in zip(orders, map(both, orders), strict=True):
        decided = {202: "CANCELLED", 409: "CONFIRMED"}[int(str(answer))]
        assert confirmation == decided
        decisions = {"OrderConfirmed", "OrderCancelled"} & set(customer.shop_events(order_id))
        assert decisions == {f"Order{decided.title()}"}
