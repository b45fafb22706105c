"""One idempotency key, one order: the responses to a repeated `POST /orders`."""

from uuid import uuid4

from tests.support.problem_document import assert_problem
from tests.support.shop_on_moto import ShopOnMoto


def test_a_repeated_request_gets_the_same_response_and_places_no_second_order(shop: ShopOnMoto) -> None:
    body = shop.order_body((shop.product(), 1))

    first, second = shop.post_order(body, "key"), shop.post_order(body, "key")

    assert (second.status, second.document) == (202, first.document)
    assert second.headers["Location"] == first.headers["Location"]
    assert len(shop.items("Orders")) == 1


def test_the_response_to_a_repeated_request_is_the_same_after_a_product_change(shop: ShopOnMoto) -> None:
    sku = shop.product(unit_price=1500)
    body = shop.order_body((sku, 1))
    first = shop.post_order(body, "key")

    changed = {"name": "Teapot", "unit_price": 9900, "currency": "CHF"}
    shop.call("PUT", f"/products/{sku}", changed, claims=shop.operator())
    shop.deliver()

    assert shop.post_order(body, "key").document == first.document
    assert shop.post_order(body, "other-key").document["total"] == 9900


def test_the_response_to_a_repeated_request_is_the_same_after_the_order_ends(shop: ShopOnMoto) -> None:
    body = shop.order_body((shop.product(), 1))
    first = shop.post_order(body, "key")
    shop.fulfil(first.document["order_id"])

    assert shop.post_order(body, "key").document == first.document


def test_the_json_formatting_does_not_make_a_different_request(shop: ShopOnMoto) -> None:
    sku = shop.product()
    body = shop.order_body((sku, 1))
    first = shop.post_order(body, "key")

    second = shop.post_order(dict(reversed(body.items())), "key")

    assert (second.status, second.document) == (202, first.document)


def test_a_different_request_with_the_same_key_is_refused(shop: ShopOnMoto) -> None:
    sku = shop.product()
    shop.post_order(shop.order_body((sku, 1)), "key")

    assert_problem(shop.post_order(shop.order_body((sku, 2)), "key"), 422)
    assert_problem(shop.post_order(shop.order_body((sku, 1), city="Paris"), "key"), 422)
    assert_problem(shop.post_order(shop.order_body((sku, 1), payment_method="pm_card_declined"), "key"), 422)


def test_the_key_of_a_refused_request_can_be_reused(shop: ShopOnMoto) -> None:
    sku = shop.product()
    assert shop.post_order(shop.order_body(("CUP-UNKNOWN", 1)), "key").status == 422
    assert shop.post_order(shop.order_body((sku, 0)), "key").status == 422

    assert shop.post_order(shop.order_body((sku, 1)), "key").status == 202


def test_a_key_belongs_to_its_customer(shop: ShopOnMoto) -> None:
    body = shop.order_body((shop.product(), 1))
    somebody_else = {"sub": str(uuid4()), "token_use": "id"}

    mine, theirs = shop.post_order(body, "key"), shop.post_order(body, "key", claims=somebody_else)

    assert (mine.status, theirs.status) == (202, 202)
    assert mine.document["order_id"] != theirs.document["order_id"]
