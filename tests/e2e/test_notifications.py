"""A customer gets one email about the decision."""

import json

import pytest

from tests.e2e.shop import Person, Shop
from tests.support.waiting import wait_until
from tools.local_cloud.sign_in import id_token


@pytest.fixture
def alice(shop: Shop) -> Person:
    return Person(shop, id_token(shop.stack, shop.stack.users["alice"]))


@pytest.mark.parametrize(
    ("payment_method", "status", "subject"),
    [
        ("pm_card_visa", "CONFIRMED", "Your order is confirmed"),
        ("pm_card_declined", "REJECTED", "We could not accept your order"),
    ],
)
def test_the_customer_gets_one_letter(
    shop: Shop, alice: Person, payment_method: str, status: str, subject: str
) -> None:
    order_id = alice.place(shop.product(), payment_method=payment_method)
    alice.wait_for(order_id, status)
    (mail,) = wait_until(lambda: shop.mails(order_id), what=f"an email about {order_id}")
    assert (mail["To"], mail["Subject"]) == ([shop.stack.users["alice"].username], subject)

    events = alice.get(f"/orders/{order_id}/events").json()["events"]
    (decided,) = [event for event in events if event["data"].get("status") == status]
    shop.aws.sqs.send_message(QueueUrl=shop.stack.outputs["NotificationsQueueUrl"], MessageBody=json.dumps(decided))
    queue = {"QueueUrl": shop.stack.outputs["NotificationsQueueUrl"], "AttributeNames": ["All"]}

    def consumed() -> bool:
        counts = shop.aws.sqs.get_queue_attributes(**queue)["Attributes"]
        return counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0"

    wait_until(consumed, what="the consumed copy")
    assert len(shop.mails(order_id)) == 1
