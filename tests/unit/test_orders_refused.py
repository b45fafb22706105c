"""`POST /orders`: each bad request gets the status of the design's table and a problem document."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.problem_document import assert_problem
from tests.shop_on_moto import ShopOnMoto

Body = dict[str, Any]
HUGE = 10**400


def test_a_good_order_is_accepted(shop: ShopOnMoto) -> None:
    kettle, cup = shop.product(unit_price=1500), shop.product(unit_price=250)

    answer = shop.post_order(shop.order_body((kettle, 2), (cup, 3)))

    order_id = answer.document["order_id"]
    assert (answer.status, answer.headers["Location"]) == (202, f"orders/{order_id}")
    assert answer.document == {
        "order_id": order_id,
        "status": "PLACED",
        "items": [
            {"sku": kettle, "name": "Kettle", "quantity": 2, "unit_price": 1500},
            {"sku": cup, "name": "Kettle", "quantity": 3, "unit_price": 250},
        ],
        "total": 3750,
        "currency": "EUR",
    }


@pytest.mark.parametrize(
    ("spoil", "pointer"),
    [
        pytest.param(lambda body: body.pop("items"), "/items", id="no items"),
        pytest.param(lambda body: body.update(items=[]), "/items", id="an order of nothing"),
        pytest.param(lambda body: body.update(items={"sku": "A"}), "/items", id="items are no list"),
        pytest.param(lambda body: body.update(items=None), "/items", id="items are null"),
        pytest.param(lambda body: body["items"].append(body["items"][0]), "/items", id="a SKU twice"),
        pytest.param(
            lambda body: body.update(items=[{"sku": f"CUP-{n}", "quantity": 1} for n in range(51)]),
            "/items",
            id="51 lines",
        ),
        pytest.param(lambda body: body["items"].append("A"), "/items/1", id="a line is no object"),
        pytest.param(lambda body: body["items"][0].pop("sku"), "/items/0/sku", id="no SKU"),
        pytest.param(lambda body: body["items"][0].update(sku="cup"), "/items/0/sku", id="lower-case SKU"),
        pytest.param(lambda body: body["items"][0].update(sku="A\n"), "/items/0/sku", id="SKU with a line break"),
        pytest.param(lambda body: body["items"][0].update(sku="A" * 41), "/items/0/sku", id="SKU too long"),
        pytest.param(lambda body: body["items"][0].update(sku=7), "/items/0/sku", id="SKU is a number"),
        pytest.param(lambda body: body["items"][0].pop("quantity"), "/items/0/quantity", id="no quantity"),
        pytest.param(lambda body: body["items"][0].update(quantity=0), "/items/0/quantity", id="quantity 0"),
        pytest.param(lambda body: body["items"][0].update(quantity=-1), "/items/0/quantity", id="quantity -1"),
        pytest.param(lambda body: body["items"][0].update(quantity=101), "/items/0/quantity", id="quantity 101"),
        pytest.param(lambda body: body["items"][0].update(quantity=True), "/items/0/quantity", id="quantity true"),
        pytest.param(lambda body: body["items"][0].update(quantity=1.0), "/items/0/quantity", id="quantity 1.0"),
        pytest.param(lambda body: body["items"][0].update(quantity="1"), "/items/0/quantity", id="quantity text"),
        pytest.param(lambda body: body["items"][0].update(quantity=HUGE), "/items/0/quantity", id="quantity huge"),
        pytest.param(
            lambda body: body["items"][0].update(unit_price=1), "/items/0/unit_price", id="the client sends a price"
        ),
        pytest.param(lambda body: body.update(coupon="FREE"), "/coupon", id="unknown member"),
        pytest.param(lambda body: body.update({"a/b~c": 1}), "/a~1b~0c", id="unknown member to be escaped"),
        pytest.param(lambda body: body.pop("payment_method"), "/payment_method", id="no payment method"),
        pytest.param(lambda body: body.update(payment_method=""), "/payment_method", id="empty payment method"),
        pytest.param(lambda body: body.update(payment_method=1), "/payment_method", id="payment method is a number"),
        pytest.param(lambda body: body.pop("shipping_address"), "/shipping_address", id="no address"),
        pytest.param(lambda body: body.update(shipping_address="x"), "/shipping_address", id="address is no object"),
        *(
            pytest.param(
                lambda body, member=member, value=value: body["shipping_address"].update({member: value}),
                f"/shipping_address/{member}",
                id=f"{member} {why}",
            )
            for member in ("name", "line1", "city", "postal_code")
            for why, value in (("empty", ""), ("too long", "x" * 201))
        ),
        *(
            pytest.param(
                lambda body, code=code: body["shipping_address"].update(country=code),
                "/shipping_address/country",
                id=f"country {code!r}",
            )
            for code in ("XX", "de", "DEU", "", "D\u200bE")
        ),
        pytest.param(
            lambda body: body["shipping_address"].update(phone="1"), "/shipping_address/phone", id="a phone number"
        ),
    ],
)
def test_an_order_that_is_not_valid_is_refused_with_a_pointer_to_its_fault(
    front_desk: ShopOnMoto, spoil: Callable[[Body], object], pointer: str
) -> None:
    body = front_desk.order_body(("CUP-1", 1))
    spoil(body)

    answer = front_desk.post_order(body)

    assert_problem(answer, 422, pointer)


def test_every_fault_is_named_at_once(front_desk: ShopOnMoto) -> None:
    body = front_desk.order_body(("CUP-1", 0), country="XX") | {"coupon": "FREE"}

    assert_problem(front_desk.post_order(body), 422, "/items/0/quantity", "/shipping_address/country", "/coupon")


def test_a_fault_that_we_found_is_told_in_our_words_alone(front_desk: ShopOnMoto) -> None:
    (error,) = front_desk.post_order(front_desk.order_body(("CUP-1", 1), country="XX")).document["errors"]

    assert error["detail"] == "not an ISO 3166-1 alpha-2 country code, such as DE"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({f"coupon-{number}": 1 for number in range(3_000)}, id="many unknown members"),
        pytest.param({"/" * 60_000: 1}, id="a member with a long name"),
    ],
)
def test_the_answer_to_a_request_that_is_wrong_all_over_stays_small(front_desk: ShopOnMoto, body: Body) -> None:
    answer = front_desk.post_order(body)

    assert answer.status == 422
    assert len(json.dumps(answer.document)) < 10_000


def test_every_unknown_product_is_named_at_once(shop: ShopOnMoto) -> None:
    body = shop.order_body(("CUP-1", 1), (shop.product(), 1), ("CUP-2", 1))

    assert_problem(shop.post_order(body), 422, "/items/0/sku", "/items/2/sku")
    assert shop.items("Orders") == []


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "null",
        "[]",
        '"order"',
        "1",
        "{}",
        "{}{}",
        "NaN",
        "\x00",
        "\ufeff{}",
        "[" * 60_000,
        '{"items":' * 7_000,
        '{"a":"\\ud800"}',
        '{"\\ud800":1}',
        "9" * 10_000,
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_a_body_that_is_not_the_json_of_an_order_is_refused(front_desk: ShopOnMoto, text: str) -> None:
    answer = front_desk.post_order(None, changes={"body": text})

    assert answer.status in {400, 422}
    assert_problem(answer, answer.status, *(error["pointer"] for error in answer.document.get("errors", [])))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"body": None}, id="no body"),
        pytest.param({"body": ""}, id="an empty body"),
        pytest.param({"body": "?", "isBase64Encoded": True}, id="no base64"),
        pytest.param({"body": base64.b64encode(b"\xff\xfe{").decode(), "isBase64Encoded": True}, id="no UTF-8"),
        pytest.param({"body": "{'items': []}"}, id="no JSON"),
        pytest.param({"body": '{"payment_method": "\\ud800"}'}, id="half a surrogate pair"),
        pytest.param({"body": "[" * 1000}, id="nested too deep"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(front_desk: ShopOnMoto, changes: dict[str, Any]) -> None:
    assert_problem(front_desk.post_order(None, changes=changes), 400)


@pytest.mark.parametrize("character", ["x", "\U0001f600"])
def test_a_body_of_more_than_64_kb_is_too_large(front_desk: ShopOnMoto, character: str) -> None:
    longest = character * ((64 * 1024 - 2) // len(character.encode()))

    assert_problem(front_desk.post_order(None, changes={"body": f'"{longest}"'}), 422, "")
    assert_problem(front_desk.post_order(None, changes={"body": f'"{longest}{character * 3}"'}), 413)


def test_a_body_in_base64_is_read(front_desk: ShopOnMoto) -> None:
    body = {"body": base64.b64encode(b'{"items": []}').decode(), "isBase64Encoded": True}

    assert_problem(front_desk.post_order(None, changes=body), 422, "/items", "/payment_method", "/shipping_address")


def test_any_character_may_stand_in_a_name(shop: ShopOnMoto) -> None:
    odd = "\x00\x1f\u2028\ufffe\U0001f600 Ł"

    order_id = shop.place((shop.product(), 1), name=odd)

    assert shop.item("Orders", order_id=order_id)["shipping_address"]["name"] == odd


@pytest.mark.parametrize("key", [None, "", " ", "x" * 65, "two words", "é", "tab\t", "line\n", "\x7f"])
def test_a_missing_or_odd_idempotency_key_is_a_bad_request(front_desk: ShopOnMoto, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}

    answer = front_desk.call("place_order", "POST", "/orders", front_desk.order_body(("CUP-1", 1)), headers=headers)

    assert_problem(answer, 400)


@pytest.mark.parametrize("key", ["x", "~" * 64, "!#$%&'()*+,-./:;<=>?@[]^_`{|}"])
def test_any_visible_characters_make_an_idempotency_key(shop: ShopOnMoto, key: str) -> None:
    assert shop.post_order(shop.order_body((shop.product(), 1)), key).status == 202


def test_the_names_of_headers_have_no_case(shop: ShopOnMoto) -> None:
    headers = {"idempotency-key": "x"}

    answer = shop.call("place_order", "POST", "/orders", shop.order_body((shop.product(), 1)), headers=headers)

    assert answer.status == 202


def test_products_of_two_currencies_are_two_orders(shop: ShopOnMoto) -> None:
    body = shop.order_body((shop.product(currency="EUR"), 1), (shop.product(currency="CHF"), 1))

    assert_problem(shop.post_order(body), 422)


def test_fifty_lines_of_a_hundred_make_an_order(shop: ShopOnMoto) -> None:
    product = {"name": "Cup", "unit_price": 10**12, "currency": "EUR", "stock": 10**12}
    skus = [f"CUP-{number}" for number in range(50)]
    for sku in skus:
        shop.call("inventory_api", "PUT", f"/products/{sku}", product, claims=shop.operator())
    shop.deliver()

    answer = shop.post_order(shop.order_body(*((sku, 100) for sku in skus)))

    assert (answer.status, answer.document["total"]) == (202, 5000 * 10**12)
