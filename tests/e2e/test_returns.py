"""Returns: from the request to the refund, with both types of saga."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.providers import move_parcel
from tests.e2e.shop import Caller, Shop, types


@pytest.fixture
def shop(saga_shop: Shop) -> Shop:
    return saga_shop


@pytest.fixture
def customer(shop: Shop) -> Caller:
    return shop.customer()


def bought(customer: Caller, kettle: str, quantity: int, payment_method: str = "pm_card_visa") -> str:
    """Buy a product, and return the id of the order after its payment is captured."""
    order_id = customer.place(kettle, quantity, payment_method)
    customer.wait_until_paid(order_id)
    return order_id


def test_an_accepted_return_is_refunded_and_restocked(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5, unit_price=1500)
    order_id = bought(customer, kettle, 3)
    requested = customer.post_return(order_id, (kettle, 2))
    assert (requested.status_code, requested.json()["refund_amount"]) == (202, 3000)
    task = shop.task_of(order_id)
    assert (task["kind"], task["refund_amount"], task["return_id"]) == ("return", 3000, requested.json()["return_id"])

    assert shop.decide(task, "approve", restock=True).status_code == 200

    order = customer.wait_for_return(order_id, "COMPLETED")
    assert (order["status"], order["refunded"]) == ("CONFIRMED", 3000)
    assert (shop.available(kettle), shop.refunded_at_gateway(order_id)) == (4, 3000)
    assert types(order["timeline"])[-5:] == [
        "ReturnRequested",
        "ReturnAccepted",
        "PaymentRefunded",
        "StockReturned",
        "ReturnCompleted",
    ]
    assert {event["type"] for event in shop.stored_events(order_id)} >= {"PaymentRefunded", "ReturnCompleted"}
    assert shop.decide(task, "approve").status_code == 409


def test_a_refused_return_can_be_requested_again(shop: Shop, customer: Caller) -> None:
    kettle = shop.product()
    order_id = bought(customer, kettle, 1)
    assert customer.post_return(order_id, (kettle, 1)).status_code == 202

    assert shop.decide(shop.task_of(order_id), "reject", "It was used.").status_code == 200

    order = customer.wait_for_return(order_id, "REFUSED")
    assert (order["returns"][0]["comment"], order.get("refunded", 0)) == ("It was used.", 0)
    assert customer.post_return(order_id, (kettle, 1)).status_code == 202


def test_eight_concurrent_returns_of_three_of_four_pieces_make_one(shop: Shop, customer: Caller) -> None:
    kettle = shop.product()
    order_id = bought(customer, kettle, 4)

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: customer.post_return(order_id, (kettle, 3)).status_code, range(8)))

    assert sorted(statuses) == [202] + [422] * 7


def test_a_failing_refund_can_be_retried_and_resolved_by_hand(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5, unit_price=1500)
    order_id = bought(customer, kettle, 1, "pm_refund_down")
    assert customer.post_return(order_id, (kettle, 1)).status_code == 202
    assert shop.decide(shop.task_of(order_id), "approve", restock=True).status_code == 200

    first_task = shop.task_of(order_id)
    assert (first_task["kind"], first_task["failed_steps"]) == ("attention", ["RefundPayment"])
    assert shop.decide(first_task, "reject", "no").status_code == 422
    assert shop.decide(first_task, "retry").status_code == 200
    second_task = shop.task_of(order_id)
    assert second_task["task_id"] != first_task["task_id"]
    assert shop.decide(second_task, "resolve", "bank transfer 4711").status_code == 200

    order = customer.wait_for_return(order_id, "COMPLETED")
    assert (order["status"], order["refunded"]) == ("CONFIRMED", 1500)
    assert (shop.available(kettle), shop.refunded_at_gateway(order_id)) == (5, 0)


def test_a_flaky_refund_arrives_by_itself(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5, unit_price=1500)
    order_id = bought(customer, kettle, 1, "pm_refund_flaky")
    customer.post_return(order_id, (kettle, 1))
    shop.decide(shop.task_of(order_id), "approve")

    order = customer.wait_for_return(order_id, "COMPLETED")

    assert (order["refunded"], shop.refunded_at_gateway(order_id), shop.available(kettle)) == (1500, 1500, 4)


def test_a_lost_parcel_is_refunded_without_restocking(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5, unit_price=1500)
    order_id = bought(customer, kettle, 2)
    move_parcel(shop, order_id, "lost")
    task = shop.task_of(order_id)
    assert (task["kind"], task["decisions"]) == ("lost_shipment", ["refund", "resolve"])

    assert shop.decide(task, "refund").status_code == 200

    order = customer.wait_for_return(order_id, "COMPLETED")
    assert (order["status"], order["shipment"]["status"], order["refunded"]) == ("CONFIRMED", "LOST", 3000)
    assert (order["returns"][0]["items"], order["returns"][0]["refund_amount"]) == ([], 3000)
    assert (shop.available(kettle), shop.refunded_at_gateway(order_id)) == (3, 3000)
