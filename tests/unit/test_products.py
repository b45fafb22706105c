"""`PUT /products/{sku}` and `GET /products`."""

import base64
import json
from typing import Any

import pytest

from tests.problem_document import assert_problem
from tests.shop_on_moto import Answer, ShopOnMoto

AN_ID = "756374cd-11a3-4417-b24b-ab16becd4d6d"
CUP = {"name": "Cup", "unit_price": 250, "currency": "EUR", "stock": 7}


def put(shop: ShopOnMoto, sku: str, body: object) -> Answer:
    return shop.call("put_product", "PUT", f"/products/{sku}", body, claims=shop.operator())


def products(shop: ShopOnMoto, **query: str) -> Answer:
    shop.deliver()
    return shop.call("list_products", "GET", "/products", query=query or None, changes={"requestContext": {}})


def test_a_product_on_the_shelf_is_shown_to_anyone(shop: ShopOnMoto) -> None:
    answer = put(shop, "CUP-1", CUP)

    cup = {"sku": "CUP-1", "name": "Cup", "unit_price": 250, "currency": "EUR", "available": 7}
    assert (answer.status, answer.document) == (200, cup)
    listed = products(shop)
    assert (listed.status, listed.document) == (200, {"products": [cup]})
    assert listed.headers["Cache-Control"] == "max-age=5"


def test_the_last_change_of_a_product_is_shown(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)
    put(shop, "CUP-1", CUP | {"stock": 0, "unit_price": 0})

    assert [(cup["available"], cup["unit_price"]) for cup in products(shop).document["products"]] == [(0, 0)]


def test_a_reservation_shows_in_what_is_available(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)
    products(shop)
    shop.fulfil(shop.place(("CUP-1", 3)))

    assert products(shop).document["products"][0]["available"] == 4


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": None}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": "\u3164"}, "/name"),
        ({"name": "Cup\n  Total: 0.00 EUR"}, "/name"),
        ({"name": "Cup\uffff"}, "/name"),
        ({"unit_price": -1}, "/unit_price"),
        ({"unit_price": 10**13}, "/unit_price"),
        ({"unit_price": 10**400}, "/unit_price"),
        ({"unit_price": 1.0}, "/unit_price"),
        ({"unit_price": True}, "/unit_price"),
        ({"unit_price": "1"}, "/unit_price"),
        ({"stock": -1}, "/stock"),
        ({"stock": 10**13}, "/stock"),
        ({"stock": False}, "/stock"),
        ({"stock": 1e3}, "/stock"),
        ({"currency": "eur"}, "/currency"),
        ({"currency": "EURO"}, "/currency"),
        ({"currency": "XXX"}, "/currency"),
        ({"currency": ""}, "/currency"),
        ({"available": 1}, "/available"),
        ({"sku": "CUP-2"}, "/sku"),
    ],
)
def test_a_product_that_is_not_valid_is_refused(front_desk: ShopOnMoto, change: dict[str, Any], pointer: str) -> None:
    assert_problem(put(front_desk, "CUP-1", CUP | change), 422, pointer)


@pytest.mark.parametrize("missing", list(CUP))
def test_a_product_that_lacks_something_is_refused(front_desk: ShopOnMoto, missing: str) -> None:
    body = {name: value for name, value in CUP.items() if name != missing}

    assert_problem(put(front_desk, "CUP-1", body), 422, f"/{missing}")


@pytest.mark.parametrize("sku", ["cup", "CUP_1", "A" * 41, "CUP 1", "Ä", AN_ID, AN_ID.upper()])
def test_an_odd_sku_is_refused(front_desk: ShopOnMoto, sku: str) -> None:
    # Which member of a path is wrong no JSON pointer can say: it points to the whole request.
    assert_problem(put(front_desk, sku, CUP), 422, "")


@pytest.mark.parametrize("sku", ["A", "0", "-", "A" * 40, "FEED-BEEF", "0123456789" * 3 + "01"])
def test_any_other_sku_is_accepted(shop: ShopOnMoto, sku: str) -> None:
    assert put(shop, sku, CUP).status == 200


def test_a_body_that_cannot_be_read_is_a_bad_request(front_desk: ShopOnMoto) -> None:
    assert_problem(put(front_desk, "CUP-1", None), 400)


def test_pages_of_products_follow_each_other_by_sku(shop: ShopOnMoto) -> None:
    for number in (3, 1, 2):
        put(shop, f"CUP-{number}", CUP)

    first = products(shop, limit="2").document
    second = products(shop, limit="2", next_token=first["next_token"]).document

    assert [product["sku"] for product in first["products"] + second["products"]] == ["CUP-1", "CUP-2", "CUP-3"]
    assert "next_token" not in second


@pytest.mark.parametrize("path", ["/products/CUP-1\n", "/products/CUP-1%0A", "/products/%00"])
def test_a_path_with_a_control_character_leads_nowhere(front_desk: ShopOnMoto, path: str) -> None:
    assert_problem(front_desk.call("put_product", "PUT", path, CUP, claims=front_desk.operator()), 404)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"pk": "PRODUCT#CUP-9"}, id="of a product that is not there"),
        pytest.param({"list_order": "CUP-0"}, id="with another place in the list"),
        pytest.param({"sk": "EVENT"}, id="of another kind of item"),
        pytest.param({"pk": "ORDER#756374cd-11a3-4417-b24b-ab16becd4d6d"}, id="of another list"),
    ],
)
def test_a_token_that_no_page_gave_is_a_bad_request(shop: ShopOnMoto, change: dict[str, str]) -> None:
    put(shop, "CUP-1", CUP)
    put(shop, "CUP-2", CUP)
    given = products(shop, limit="1").document["next_token"]
    key = json.loads(base64.urlsafe_b64decode(given))

    forged = base64.urlsafe_b64encode(json.dumps(key | change).encode()).decode()

    def page(token: str) -> Answer:
        return shop.call("list_products", "GET", "/products", query={"limit": "1", "next_token": token})

    assert page(given).status == 200
    assert_problem(page(forged), 400)
