"""A customer cancels an order: there is one decision, and the compensations undo everything."""

import time
from collections import Counter
from functools import partial
from uuid import uuid4

import pytest

from tests.e2e.shop import Caller, Shop, concurrently
from tests.support.waiting import wait_until


@pytest.fixture
def shop(saga_shop: Shop) -> Shop:
    return saga_shop


@pytest.fixture
def customer(shop: Shop) -> Caller:
    customer = shop.customer()
    assert (
        cancel(customer, str(uuid4())) == 404
    )  # warms up the function, because the test's orders do not wait for a cold start
    return customer


def cancel(customer: Caller, order_id: str) -> int:
    return customer.post(f"/orders/{order_id}/cancellation").status_code


def assert_everything_is_undone(shop: Shop, order_id: str, sku: str, stock: int) -> None:
    assert shop.available(sku) == stock
    assert shop.money_at_gateway(order_id)[0] in {"NOTHING", "VOIDED"}
    assert shop.booked_at_carrier(order_id) in {"NOTHING", "CANCELLED"}


@pytest.mark.parametrize("payment_method", ["pm_card_visa", "pm_gateway_flaky", "pm_gateway_down"])
def test_an_order_can_be_cancelled_right_after_it_is_placed(shop: Shop, customer: Caller, payment_method: str) -> None:
    # An order that waits for a review is not confirmed before the request arrives.
    kettle = shop.product(stock=5, unit_price=200_000)
    order_id = customer.place(kettle, quantity=2, payment_method=payment_method)

    # This works before the order is projected.
    assert [cancel(customer, order_id), cancel(customer, order_id)] == [202, 202]

    customer.wait_for(order_id, "CANCELLED")
    assert_everything_is_undone(shop, order_id, kettle, stock=5)


def test_an_order_can_be_cancelled_while_the_saga_retries(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, quantity=2, postal_code="99999")
    wait_until(
        lambda: customer.shop_events(order_id)["PaymentAuthorized"], description=f"PaymentAuthorized of {order_id}"
    )

    assert cancel(customer, order_id) == 202

    order = customer.wait_for(order_id, "CANCELLED")
    assert {"PaymentVoided", "StockReleased"} <= {event["type"] for event in order["timeline"]}
    assert_everything_is_undone(shop, order_id, kettle, stock=5)


def test_a_confirmed_order_cannot_be_cancelled(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())
    before = customer.wait_for(order_id, "CONFIRMED")

    response = customer.post(f"/orders/{order_id}/cancellation")

    assert response.status_code == 409
    assert response.json()["type"] == "urn:serverless-orders:problem:already-decided"
    assert customer.order(order_id) == before


def test_only_the_customer_of_an_order_can_cancel_it(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product())

    assert cancel(shop.customer(), order_id) == 404
    assert cancel(shop.visitor(), order_id) == 401
    customer.wait_for(order_id, "CONFIRMED")


def test_an_order_is_either_cancelled_or_confirmed(shop: Shop, customer: Caller) -> None:
    stock, batch_size, longest_seconds = 200, 3, 30
    kettle = shop.product(stock=stock)

    def confirmed_after() -> float:
        placed = time.monotonic()
        customer.wait_for(customer.place(kettle), "CONFIRMED")
        return time.monotonic() - placed

    # The first orders warm up the functions. The duration of the next ones determines the delays of the cancellations.
    _, usual_seconds = (min(concurrently(*[confirmed_after] * batch_size)) for _ in range(2))

    def place_and_cancel(delay_seconds: float) -> tuple[str, int]:
        order_id = customer.place(kettle)
        time.sleep(delay_seconds)
        return order_id, cancel(customer, order_id)

    cancellations: list[tuple[str, int]] = []
    delay_seconds = 0.0
    # Increase the delay until all cancellations come too late.
    while {status for _, status in cancellations[-batch_size:]} != {409}:
        assert delay_seconds < longest_seconds, cancellations
        cancellations += concurrently(*[partial(place_and_cancel, delay_seconds)] * batch_size)
        for order_id, _ in cancellations[-batch_size:]:
            wait_until(partial(shop.is_settled, order_id), description=f"the end of {order_id}")
        delay_seconds += usual_seconds / 6

    for order_id, status in cancellations:
        order = customer.wait_for(order_id, "CANCELLED" if status == 202 else "CONFIRMED")
        decisions = [e["type"] for e in order["timeline"] if e["type"] in {"OrderConfirmed", "OrderCancelled"}]
        assert len(decisions) == 1, order
        money, amount = shop.money_at_gateway(order_id)
        assert (money, amount) == ("CAPTURED", 1500) if status == 409 else money in {"NOTHING", "VOIDED"}, order
    counts = Counter(status for _, status in cancellations)
    assert set(counts) == {202, 409}, counts
    assert shop.available(kettle) == stock - 2 * batch_size - counts[409], counts


@pytest.mark.parametrize("attempt", range(2))
def test_concurrent_cancellation_and_confirmation_make_one_decision(shop: Shop, customer: Caller, attempt: int) -> None:
    """Request both decisions concurrently for an order in review, which has no decision yet."""
    piano = shop.product(unit_price=100000)
    orders = [customer.place(piano) for _ in range(4)]
    for order_id in orders:
        customer.wait_for(order_id, "IN_REVIEW")

    def both(order_id: str) -> list[object]:
        return concurrently(lambda: cancel(customer, order_id), lambda: shop.confirm(order_id))

    for order_id, (cancellation_status, confirmation) in zip(orders, map(both, orders), strict=True):
        decided = {202: "CANCELLED", 409: "CONFIRMED"}[int(str(cancellation_status))]
        assert confirmation == decided
        decisions = {"OrderConfirmed", "OrderCancelled"} & set(customer.shop_events(order_id))
        assert decisions == {f"Order{decided.title()}"}
