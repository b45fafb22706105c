"""An operator erases a customer: no table, queue or stored event contains their data afterwards."""

import json

import pytest

from tests.e2e.shop import Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.e2e

PERSONAL_DATA = {
    "name": "Zdenka Okonkwo-Quux",
    "line1": "77 Unspeakable Row",
    "city": "Llanfairpwll",
    "postal_code": "QX9Q9X7",
}
TABLES = ("Orders", "Customers", "Inventory", "Payments", "Shipping", "Views", "Tasks", "Notifications")


def test_no_data_of_an_erased_customer_remains(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(), **PERSONAL_DATA, country="IE")
    customer.wait_for(order_id, "CONFIRMED")
    customer_id = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]["data"]["customer_id"]
    assert PERSONAL_DATA["name"] in _all_stored_data(shop)

    response = shop.operator.post(f"/customers/{customer_id}/erasure")

    assert response.status_code == 200, response.text
    assert response.json() == {"customer_id": customer_id, "orders": 1, "user_deleted": True}
    stored_data = _all_stored_data(shop)
    assert [value for value in PERSONAL_DATA.values() if value in stored_data] == []
    assert _users_with(shop, customer_id) == []


def test_a_customer_with_an_order_in_review_is_erased_after_its_decision(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(unit_price=200000), **PERSONAL_DATA, country="IE")
    customer.wait_for(order_id, "IN_REVIEW")
    customer_id = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]["data"]["customer_id"]

    accepted = shop.operator.post(f"/customers/{customer_id}/erasure")

    assert accepted.status_code == 202
    assert accepted.json() == {"customer_id": customer_id, "orders": 1, "orders_under_way": [order_id]}
    assert len(_users_with(shop, customer_id)) == 1

    customer.post(f"/orders/{order_id}/cancellation")
    customer.wait_for(order_id, "CANCELLED")
    # There is no second request. The scheduled job continues the erasure every minute.
    wait_until(lambda: not _users_with(shop, customer_id), description="the end of the erasure")
    assert PERSONAL_DATA["name"] not in _all_stored_data(shop)
    assert shop.operator.post(f"/customers/{customer_id}/erasure").status_code == 200


def test_an_erasure_right_after_an_order_includes_the_order(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(), **PERSONAL_DATA, country="IE")
    customer_id = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]["data"]["customer_id"]

    def is_complete() -> bool:
        response = shop.operator.post(f"/customers/{customer_id}/erasure")
        assert response.json()["orders"] == 1, "the erasure finds the order, even before it is projected"
        if response.status_code == 200:
            assert PERSONAL_DATA["name"] not in json.dumps(list(shop.items_of("Orders")), default=str)
        return bool(response.status_code == 200)

    wait_until(is_complete, description="the end of the erasure")


def test_an_operator_cannot_be_erased(shop: Shop) -> None:
    operator = shop.aws.cognito.admin_get_user(
        UserPoolId=shop.stack.outputs["UserPoolId"], Username=shop.stack.users["operator"].username
    )
    operator_id = next(each["Value"] for each in operator["UserAttributes"] if each["Name"] == "sub")

    assert shop.operator.post(f"/customers/{operator_id}/erasure").status_code == 409
    assert len(_users_with(shop, operator_id)) == 1


def _all_stored_data(shop: Shop) -> str:
    items = [item for table in TABLES for item in shop.items_of(table)]
    queues = [url for name, url in shop.stack.outputs.items() if name.endswith("QueueUrl")]
    return json.dumps([items, [shop.messages(url) for url in queues], list(shop.archive())], default=str)


def _users_with(shop: Shop, customer_id: str) -> list[object]:
    users = shop.aws.cognito.list_users(
        UserPoolId=shop.stack.outputs["UserPoolId"], Filter=f'sub = "{customer_id}"', Limit=1
    )
    return list(users["Users"])
