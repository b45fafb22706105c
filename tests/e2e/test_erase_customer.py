"""An operator erases a customer: no table, queue or stored event contains their data afterwards."""

import json

import pytest

from tests.e2e.shop import Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.e2e

PERSON = {
    "name": "Zdenka Okonkwo-Quux",
    "line1": "77 Unspeakable Row",
    "city": "Llanfairpwll",
    "postal_code": "QX9Q9X7",
}
TABLES = ("Orders", "Customers", "Inventory", "Payments", "Shipping", "Views", "Tasks", "Notifications")


def test_an_erased_person_is_found_nowhere(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(), **PERSON, country="IE")
    customer.wait_for(order_id, "CONFIRMED")
    customer_id = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]["data"]["customer_id"]
    assert PERSON["name"] in _everything(shop)

    answer = shop.operator.post(f"/customers/{customer_id}/erasure")

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"customer_id": customer_id, "orders": 1, "user_deleted": True}
    everything = _everything(shop)
    assert [value for value in PERSON.values() if value in everything] == []
    assert _users_with(shop, customer_id) == []


def test_a_person_whose_order_waits_for_somebody_is_not_erased_yet(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(unit_price=200000), **PERSON, country="IE")
    customer.wait_for(order_id, "IN_REVIEW")
    customer_id = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]["data"]["customer_id"]

    accepted = shop.operator.post(f"/customers/{customer_id}/erasure")

    assert accepted.status_code == 202
    assert accepted.json() == {"customer_id": customer_id, "orders": 1, "orders_under_way": [order_id]}
    assert len(_users_with(shop, customer_id)) == 1

    customer.post(f"/orders/{order_id}/cancellation")
    customer.wait_for(order_id, "CANCELLED")
    # There is no second request. The scheduled job continues the erasure every minute.
    wait_until(lambda: not _users_with(shop, customer_id), what="the end of the erasure")
    assert PERSON["name"] not in _everything(shop)
    assert shop.operator.post(f"/customers/{customer_id}/erasure").status_code == 200


def test_an_answer_right_after_an_order_is_true(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(), **PERSON, country="IE")
    customer_id = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]["data"]["customer_id"]

    def is_complete() -> bool:
        answer = shop.operator.post(f"/customers/{customer_id}/erasure")
        assert answer.json()["orders"] == 1, "the erasure finds the order, even before it is projected"
        if answer.status_code == 200:
            assert PERSON["name"] not in json.dumps(shop.table("Orders").scan()["Items"], default=str)
        return bool(answer.status_code == 200)

    wait_until(is_complete, what="the end of the erasure")


def test_an_operator_is_not_erased(shop: Shop) -> None:
    operator = shop.aws.cognito.admin_get_user(
        UserPoolId=shop.stack.outputs["UserPoolId"], Username=shop.stack.users["operator"].username
    )
    operator_id = next(each["Value"] for each in operator["UserAttributes"] if each["Name"] == "sub")

    assert shop.operator.post(f"/customers/{operator_id}/erasure").status_code == 409
    assert len(_users_with(shop, operator_id)) == 1


def _everything(shop: Shop) -> str:
    items = [item for table in TABLES for item in shop.table(table).scan()["Items"]]
    queues = [url for name, url in shop.stack.outputs.items() if name.endswith("QueueUrl")]
    return json.dumps([items, [shop.messages(url) for url in queues], list(shop.archive())], default=str)


def _users_with(shop: Shop, customer_id: str) -> list[object]:
    users = shop.aws.cognito.list_users(
        UserPoolId=shop.stack.outputs["UserPoolId"], Filter=f'sub = "{customer_id}"', Limit=1
    )
    return list(users["Users"])
