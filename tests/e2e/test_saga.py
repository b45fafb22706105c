"""The deployed saga, as a Standard and as an Express workflow: every outcome, and every kind of second run."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from tests.e2e.shop import Caller, Shop, concurrently, types
from tests.support.waiting import wait_until
from tools.local_cloud.stack import Stack


@pytest.fixture
def shop(saga_shop: Shop) -> Shop:
    return saga_shop


@pytest.fixture
def customer(shop: Shop) -> Caller:
    return shop.customer()


class Case(NamedTuple):
    """An order's inputs, and its expected end. `left` is the remaining stock of 5."""

    ends: str
    reason: str | None = None
    quantity: int = 2
    payment_method: str = "pm_card_visa"
    postal_code: str = "12345"
    left: int = 5
    money: str = "NOTHING"
    booked: str = "NOTHING"


REJECTED = [
    Case("REJECTED", "PAYMENT_DECLINED", payment_method="pm_card_declined"),
    Case("REJECTED", "OUT_OF_STOCK", quantity=6),
    Case("REJECTED", "ADDRESS_REFUSED", postal_code="00000", money="VOIDED"),
    Case("REJECTED", "PAYMENT_UNAVAILABLE", payment_method="pm_gateway_down", money="VOIDED"),
    Case("REJECTED", "SHIPPING_UNAVAILABLE", postal_code="99999", money="VOIDED", booked="CANCELLED"),
]
CONFIRMED = [
    Case("CONFIRMED", left=3, money="CAPTURED", booked="BOOKED", payment_method=method)
    for method in ("pm_card_visa", "pm_gateway_flaky", "pm_capture_flaky")
]
UNFINISHED = [
    Case("NEEDS_ATTENTION", payment_method="pm_capture_down", left=3, money="HELD", booked="BOOKED"),
    Case("NEEDS_ATTENTION", "ADDRESS_REFUSED", payment_method="pm_void_down", postal_code="00000", money="HELD"),
]


def test_every_test_input_leads_to_its_documented_end(shop: Shop, customer: Caller) -> None:
    def assert_expected_end(case: Case) -> None:
        kettle = shop.product(stock=5)
        order_id = customer.place(kettle, case.quantity, case.payment_method, postal_code=case.postal_code)

        order = customer.wait_for(order_id, case.ends)

        assert order.get("reason") == case.reason, order
        assert shop.available(kettle) == case.left, order
        assert shop.money_at_gateway(order_id)[0] == case.money, order
        assert shop.booked_at_carrier(order_id) == case.booked, order

    # A few orders run concurrently, because they mostly wait for retries. More would only start more processes.
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(assert_expected_end, REJECTED + CONFIRMED + UNFINISHED))


def test_the_rejection_is_decided_before_the_compensations(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product(), postal_code="00000")

    event_types = types(customer.wait_for(order_id, "REJECTED")["timeline"])

    assert event_types.index("OrderRejected") < min(
        event_types.index("PaymentVoided"), event_types.index("StockReleased")
    )


def test_three_concurrent_runs_fulfil_an_order_once(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, quantity=2)

    runs = concurrently(*(lambda n=n: shop.run_saga(order_id, f"{order_id}-again-{n}") for n in range(2)))
    customer.wait_for(order_id, "CONFIRMED")

    assert runs == ["SUCCEEDED", "SUCCEEDED"]
    assert set(customer.shop_events(order_id).values()) == {1}
    assert shop.available(kettle) == 3
    assert shop.money_at_gateway(order_id) == ("CAPTURED", 3000)


@pytest.mark.parametrize(("postal_code", "ends"), [("12345", "CONFIRMED"), ("00000", "REJECTED")])
def test_a_run_after_the_order_is_settled_changes_nothing(
    shop: Shop, customer: Caller, postal_code: str, ends: str
) -> None:
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, postal_code=postal_code)
    before = customer.wait_for(order_id, ends)
    stock, money = shop.available(kettle), shop.money_at_gateway(order_id)

    assert shop.run_saga(order_id, f"{order_id}-late", decision=None) == "SUCCEEDED"
    assert shop.run_saga(order_id, f"{order_id}-decided", decision=ends) == "SUCCEEDED"

    assert customer.order(order_id) == before
    assert (shop.available(kettle), shop.money_at_gateway(order_id)) == (stock, money)


@pytest.mark.parametrize(
    ("last_event", "payment_method", "postal_code", "ends"),
    [
        ("StockReserved", "pm_gateway_flaky", "12345", "CONFIRMED"),
        ("StockReserved", "pm_gateway_down", "12345", "REJECTED"),
        ("PaymentAuthorized", "pm_card_visa", "99999", "REJECTED"),
        ("OrderConfirmed", "pm_capture_flaky", "12345", "CONFIRMED"),
    ],
)
def test_the_next_run_completes_the_order_of_a_killed_run(
    stack: Stack, last_event: str, payment_method: str, postal_code: str, ends: str
) -> None:
    # Only Standard runs can be stopped. The property tests kill the saga after each of its states.
    shop = Shop(stack)
    customer = shop.customer()
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, 2, payment_method, postal_code=postal_code)
    # The next step fails for a while, so the run is still running when the test kills it.
    wait_until(lambda: customer.shop_events(order_id)[last_event], description=f"{last_event} of {order_id}")
    (run,) = shop.running(order_id)
    shop.step_functions.stop_execution(executionArn=run)

    shop.run_saga(order_id, f"{order_id}-again")

    customer.wait_for(order_id, ends)
    assert set(customer.shop_events(order_id).values()) == {1}
    assert shop.available(kettle) == (3 if ends == "CONFIRMED" else 5)
