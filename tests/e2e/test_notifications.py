"""A customer gets one email about the decision."""

import json

import pytest

from tests.e2e.shop import Caller, Shop
from tests.support.waiting import wait_until
from tools.local_cloud.sign_in import id_token


@pytest.fixture
def alice(shop: Shop) -> Caller:
    return Caller(shop, id_token(shop.stack, shop.stack.users["alice"]))


@pytest.mark.parametrize(
    ("payment_method", "status", "subject"),
    [
        ("pm_card_visa", "CONFIRMED", "Your order is confirmed"),
        ("pm_card_declined", "REJECTED", "We could not accept your order"),
    ],
)
def test_the_customer_gets_one_email_about_the_decision(
    shop: Shop, alice: Caller, payment_method: str, status: str, subject: str
) -> None:
    order_id = alice.place(shop.product(), payment_method=payment_method)
    alice.wait_for(order_id, status)
    (email,) = wait_until(lambda: shop.emails(order_id), description=f"an email about {order_id}")
    assert (email["To"], email["Subject"]) == ([shop.stack.users["alice"].username], subject)

    events = alice.get(f"/orders/{order_id}/events").json()["events"]
    (decided,) = [event for event in events if event["data"].get("status") == status]
    shop.aws.sqs.send_message(QueueUrl=shop.stack.outputs["NotificationsQueueUrl"], MessageBody=json.dumps(decided))
    queue = {"QueueUrl": shop.stack.outputs["NotificationsQueueUrl"], "AttributeNames": ["All"]}

    def consumed() -> bool:
        counts = shop.aws.sqs.get_queue_attributes(**queue)["Attributes"]
        return counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0"

    wait_until(consumed, description="the consumed copy")
    assert len(shop.emails(order_id)) == 1
