"""The refund of a lost parcel, and what it means for the returns of the order."""

import pytest

from order_returns import ReturnUnanswered
from refund_lost_shipment import NotPaidYet
from tests.service.test_parcels import PRICE, booked_order, email_about, lost
from tests.support.operator_tasks import Operators
from tests.support.problem_document import assert_problem
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto


def refund_of_lost_parcel(operators: Operators, order_id: str) -> list[str]:
    """Lose the parcel, let an operator decide to refund it, and return the states of attend_order."""
    task_id = operators.open_task_of(lost(operators.shop, order_id))
    assert operators.decide(task_id, "refund", "the carrier confirms the loss").status == 200
    return operators.carry_out(task_id)


def test_a_lost_parcel_becomes_a_task_and_a_refund(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop, stock=10, quantity=2)
    task_id = operators.open_task_of(lost(shop, order_id))

    assert operators.decide(task_id, "refund", "the carrier confirms it").document["decision"] == "refund"
    assert operators.carry_out(task_id)[-1] == "RefundLostShipment"
    accepted = operators.return_events(order_id)[-1]
    assert (accepted.type, accepted.data["comment"]) == ("ReturnAccepted", "the carrier confirms it")
    states = shop.refund(order_id, accepted.data["return_id"])

    assert (states[-1], "RestockItems" in states) == ("CompleteReturn", False)
    order = shop.order(order_id)
    (refunded,) = order["returns"]
    assert refunded | {"return_id": "an id", "requested_at": "now"} == {
        "return_id": "an id",
        "status": "COMPLETED",
        "items": [],
        "refund_amount": 2 * PRICE,
        "reason": "The parcel was lost.",
        "requested_at": "now",
    }
    assert (order["status"], order["shipment"]["status"], order["refunded"]) == ("CONFIRMED", "LOST", 2 * PRICE)
    assert (shop.refunded_at_gateway(order_id), shop.available(sku)) == (2 * PRICE, 8)
    assert operators.tasks() == []


def test_a_lost_parcel_is_refunded_once(operators: Operators) -> None:
    _, order_id = booked_order(operators.shop)

    refund_of_lost_parcel(operators, order_id)
    answer = invoke_handler("RefundLostShipment", {"order_id": order_id})

    assert answer == {"outcome": "ACCEPTED"}
    assert [event.type for event in operators.return_events(order_id)] == ["ReturnAccepted"]


def test_only_what_is_in_no_other_return_is_refunded(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop, quantity=4)
    returned = shop.accepted_return(order_id, (sku, 1))
    shop.refund(order_id, returned)
    refused = shop.request_return(order_id, (sku, 2))
    shop.answer_return(order_id, refused, "reject")

    refund_of_lost_parcel(operators, order_id)

    accepted = operators.return_events(order_id)[-1]
    assert accepted.data["refund_amount"] == 3 * PRICE
    shop.refund(order_id, accepted.data["return_id"])
    assert (shop.order(order_id)["refunded"], shop.refunded_at_gateway(order_id)) == (4 * PRICE, 4 * PRICE)


def test_a_lost_parcel_with_nothing_left_to_refund_leads_to_no_return(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop, quantity=2)
    shop.accepted_return(order_id, (sku, 2))
    before = operators.return_events(order_id)

    assert refund_of_lost_parcel(operators, order_id)[-1] == "RefundLostShipment"

    assert operators.return_events(order_id) == before


@pytest.mark.parametrize(("answer", "refunded"), [("reject", 2 * PRICE), ("approve", PRICE)])
def test_a_requested_return_is_answered_before_the_lost_parcel_is_refunded(
    operators: Operators, answer: str, refunded: int
) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop, quantity=2)
    requested = shop.request_return(order_id, (sku, 1))
    lost(shop, order_id)
    with pytest.raises(ReturnUnanswered):
        invoke_handler("RefundLostShipment", {"order_id": order_id})

    shop.answer_return(order_id, requested, answer)

    assert invoke_handler("RefundLostShipment", {"order_id": order_id}) == {"outcome": "ACCEPTED"}
    assert operators.return_events(order_id)[-1].data["refund_amount"] == refunded


def test_the_parcel_of_a_rejected_order_is_not_refunded(operators: Operators) -> None:
    shop = operators.shop
    order_id = shop.place((shop.product(), 1))
    invoke_handler("BookShipment", shop.saga_input(order_id))
    task_id = operators.open_task_of(lost(shop, order_id))
    invoke_handler("RejectOrder", shop.saga_input(order_id) | {"reason": "OUT_OF_STOCK"})
    shop.deliver()

    operators.decide(task_id, "refund")

    assert operators.carry_out(task_id)[-1] == "RefundLostShipment"
    assert shop.item("Returns", order_id=order_id) == {}


def test_a_refund_waits_until_the_payment_is_captured(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(unit_price=PRICE), 1), payment_method="pm_capture_down")
    shop.fulfil(order_id)
    shop.deliver()
    with pytest.raises(NotPaidYet):
        invoke_handler("RefundLostShipment", {"order_id": order_id})

    invoke_handler("CapturePayment", {"order_id": order_id, "by_hand": "cash"})
    shop.deliver()

    assert invoke_handler("RefundLostShipment", {"order_id": order_id}) == {"outcome": "ACCEPTED"}


def test_a_refund_of_a_lost_parcel_restocks_nothing(operators: Operators) -> None:
    _, order_id = booked_order(operators.shop)
    task_id = operators.open_task_of(lost(operators.shop, order_id))

    assert_problem(operators.decide(task_id, "refund", restock=True), 422, "/restock")


def test_a_lost_parcel_cannot_be_returned(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop)
    key = "before-the-loss"
    first = shop.post_return(order_id, (sku, 1), key=key)
    lost(shop, order_id)
    shop.deliver()

    refusal = shop.post_return(order_id, (sku, 1))

    assert_problem(refusal, 409)
    assert "lost the parcel" in refusal.document["detail"]
    repeated = shop.post_return(order_id, (sku, 1), key=key)
    assert (repeated.status, repeated.document) == (202, first.document)


def test_what_was_refunded_as_lost_cannot_be_returned_after_it_turned_up(operators: Operators) -> None:
    shop = operators.shop
    sku, order_id = booked_order(shop)
    refund_of_lost_parcel(operators, order_id)
    shop.deliver_webhook(order_id, "delivered")
    shop.deliver()

    assert_problem(shop.post_return(order_id, (sku, 1)), 422, "/items/0/quantity")


def test_a_shop_can_require_the_delivery_before_a_return(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNS_FROM", "DELIVERY")
    sku, order_id = booked_order(shop)
    for what in (None, "dispatched"):
        if what:
            shop.deliver_webhook(order_id, what)
            shop.deliver()
        refusal = shop.post_return(order_id, (sku, 1))
        assert_problem(refusal, 409)
        assert refusal.document["type"] == "urn:serverless-orders:problem:not-returnable"
        assert "after the delivery" in refusal.document["detail"]

    shop.deliver_webhook(order_id, "delivered")
    shop.deliver()

    assert shop.post_return(order_id, (sku, 1)).status == 202
    assert shop.post_return(order_id, (sku, 1)).status == 202


def test_the_emails_about_a_lost_parcel_name_no_items(operators: Operators) -> None:
    shop = operators.shop
    _, order_id = booked_order(shop)
    refund_of_lost_parcel(operators, order_id)
    shop.refund(order_id, operators.return_events(order_id)[-1].data["return_id"])

    accepted, completed = (email_about(shop, order_id, name) for name in ("ReturnAccepted", "ReturnCompleted"))

    assert accepted.subject == "Your parcel is lost, and we refund it"
    assert completed.subject == "Your refund is on its way"
    for written in (accepted, completed):
        assert "items below" not in written.text
        assert "Refund: 5.00 EUR" in written.text
