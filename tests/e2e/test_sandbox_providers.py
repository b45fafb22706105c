"""The sandbox's bank and carrier on the deployed stack. Their webhooks reach the API over HTTP."""

import pytest

from tests.e2e.shop import Caller, Shop
from tests.e2e.test_webhooks import booked_order, types_of, wait_for_shipment, waiting_order


@pytest.mark.parametrize(("decision", "status"), [("approve", "CONFIRMED"), ("decline", "REJECTED")])
def test_the_customer_decides_at_the_sandbox_bank(shop: Shop, customer: Caller, decision: str, status: str) -> None:
    order_id = waiting_order(shop, customer)
    assert customer.order(order_id)["payment"]["action_url"] == f"/sandbox/bank/{order_id}"
    response = customer.post(f"/sandbox/payments/{order_id}", json={"decision": decision})

    assert response.status_code == 202, response.text
    order = customer.wait_for(order_id, status)
    assert order.get("reason") == (None if status == "CONFIRMED" else "PAYMENT_DECLINED")
    assert order["stock"]["status"] == ("RESERVED" if status == "CONFIRMED" else "RELEASED")
    assert customer.post(f"/sandbox/payments/{order_id}", json={"decision": decision}).status_code in (202, 409)


def test_a_cancelled_payment_asks_nothing_at_the_bank(shop: Shop, customer: Caller) -> None:
    order_id = waiting_order(shop, customer)
    assert customer.post(f"/orders/{order_id}/cancellation").status_code == 202
    customer.wait_for(order_id, "CANCELLED")

    assert customer.post(f"/sandbox/payments/{order_id}", json={"decision": "approve"}).status_code == 409


def test_the_sandbox_carrier_reports_the_movements_of_a_parcel(shop: Shop, customer: Caller) -> None:
    order_id = booked_order(shop, customer)

    for status in ("dispatched", "delivered"):
        assert customer.post(f"/sandbox/shipments/{order_id}", json={"status": status}).status_code == 202
        wait_for_shipment(customer, order_id, status.upper())

    assert types_of(shop, "Shipping", order_id) == ["ShipmentBooked", "ShipmentDispatched", "ShipmentDelivered"]


def test_only_its_customer_and_operators_act_for_an_order(shop: Shop, customer: Caller) -> None:
    order_id = booked_order(shop, customer)
    movement = {"status": "dispatched"}

    assert shop.customer().post(f"/sandbox/shipments/{order_id}", json=movement).status_code == 404
    assert shop.operator.post(f"/sandbox/shipments/{order_id}", json=movement).status_code == 202
