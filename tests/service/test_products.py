"""`PUT /products/{sku}`, `POST /products/{sku}/stock-adjustments` and `GET /products`."""

import base64
import json
from typing import Any

import pytest

import product_store
import retry_schedule
from kernel.dynamodb import dynamodb
from tests.support.problem_document import assert_problem
from tests.support.shop_on_moto import Response, ShopOnMoto

AN_ID = "756374cd-11a3-4417-b24b-ab16becd4d6d"
CUP = {"name": "Cup", "unit_price": 250, "currency": "EUR", "stock": 7}


EDIT = {name: value for name, value in CUP.items() if name != "stock"}
DELIVERY = {"change": 5, "reason": "delivery 17"}


def put(shop: ShopOnMoto, sku: str, body: object, **headers: str) -> Response:
    """Put a product. `_` in a header's name stands for `-`."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return shop.call("PUT", f"/products/{sku}", body, headers=sent, claims=shop.operator())


def adjust(shop: ShopOnMoto, sku: str, body: object, key: str | None = "key", **options: Any) -> Response:
    headers = {"Idempotency-Key": key} if key is not None else {}
    path = f"/products/{sku}/stock-adjustments"
    return shop.call("POST", path, body, headers=headers, **{"claims": shop.operator()} | options)


def products(shop: ShopOnMoto, **query: str) -> Response:
    shop.deliver()
    return shop.call("GET", "/products", query=query or None, changes={"requestContext": {}})


def test_products_are_visible_without_signing_in(shop: ShopOnMoto) -> None:
    answer = put(shop, "CUP-1", CUP)

    cup = {"sku": "CUP-1", "name": "Cup", "unit_price": 250, "currency": "EUR", "available": 7}
    assert (answer.status, answer.document) == (200, cup | {"version": 1})
    assert answer.headers["ETag"] == '"1"'
    listed = products(shop)
    assert (listed.status, listed.document) == (200, {"products": [cup]})
    assert listed.headers["Cache-Control"] == "max-age=5"


def test_a_product_shows_its_last_change(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)
    put(shop, "CUP-1", CUP | {"stock": 0, "unit_price": 0}, If_Match='"1"')

    assert [(cup["available"], cup["unit_price"]) for cup in products(shop).document["products"]] == [(0, 0)]


def test_a_reservation_reduces_the_shown_availability(shop: ShopOnMoto) -> None:
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
def test_an_invalid_product_is_refused(shop_without_aws: ShopOnMoto, change: dict[str, Any], pointer: str) -> None:
    assert_problem(put(shop_without_aws, "CUP-1", CUP | change), 422, pointer)


@pytest.mark.parametrize("missing", list(EDIT))
def test_an_incomplete_product_is_refused(shop_without_aws: ShopOnMoto, missing: str) -> None:
    body = {name: value for name, value in CUP.items() if name != missing}

    assert_problem(put(shop_without_aws, "CUP-1", body), 422, f"/{missing}")


def test_an_edit_does_not_change_the_stock(shop: ShopOnMoto) -> None:
    # The level is 10 when the operator opens the form. 8 pieces are sold before the operator saves a corrected name.
    put(shop, "CUP-1", CUP | {"stock": 10})
    shop.deliver()
    order_id = shop.place(("CUP-1", 8))
    shop.fulfil(order_id)

    answer = put(shop, "CUP-1", EDIT | {"name": "Mug", "unit_price": 300})

    edited = {"sku": "CUP-1", "name": "Mug", "unit_price": 300, "currency": "EUR", "available": 2, "version": 3}
    assert (answer.status, answer.document, answer.headers["ETag"]) == (200, edited, '"3"')
    assert products(shop).document["products"] == [{name: edited[name] for name in edited if name != "version"}]


def test_setting_the_stock_of_an_existing_product_requires_its_version(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)

    for without_version in (put(shop, "CUP-1", CUP), put(shop, "CUP-1", CUP, If_Match="*")):
        assert_problem(without_version, 428)

    assert shop.item("Inventory", subject="CUP-1")["version"] == 1, "nothing was written"


@pytest.mark.parametrize("if_match", ['"2"', 'W/"2"', ' W/"2" '])
def test_the_stock_can_be_set_with_the_current_version(shop: ShopOnMoto, if_match: str) -> None:
    put(shop, "CUP-1", CUP)
    version = put(shop, "CUP-1", EDIT).headers["ETag"]
    assert version == '"2"'

    answer = put(shop, "CUP-1", CUP | {"stock": 3}, If_Match=if_match)

    assert (answer.status, answer.document["available"], answer.document["version"]) == (200, 3, 3)


@pytest.mark.parametrize("if_match", ['"1"', 'W/"1"', '"0"', '"02"', '"x"', '""', f'"{10**40}"'])
@pytest.mark.parametrize("body", [CUP, EDIT], ids=["with stock", "without"])
def test_a_stale_version_is_refused_and_changes_nothing(shop: ShopOnMoto, if_match: str, body: dict[str, Any]) -> None:
    put(shop, "CUP-1", CUP)
    shop.deliver()
    shop.fulfil(shop.place(("CUP-1", 5)))
    before = shop.item("Inventory", subject="CUP-1")

    answer = put(shop, "CUP-1", body | {"name": "Mug"}, If_Match=if_match)

    assert_problem(answer, 412)
    assert "2 available in version 2" in answer.document["detail"]
    assert shop.item("Inventory", subject="CUP-1") == before


@pytest.mark.parametrize("if_match", ['"1"', "*"])
def test_a_request_with_a_version_does_not_create_a_product(shop: ShopOnMoto, if_match: str) -> None:
    assert_problem(put(shop, "CUP-1", EDIT, If_Match=if_match), 412)
    assert shop.item("Inventory", subject="CUP-1") == {}


@pytest.mark.parametrize("if_match", ["1", "", '"1', '"1", "2"', "W/1", 'w/"1"'])
def test_an_if_match_that_is_not_one_entity_tag_is_a_bad_request(shop_without_aws: ShopOnMoto, if_match: str) -> None:
    assert_problem(put(shop_without_aws, "CUP-1", CUP, If_Match=if_match), 400)


def test_a_product_can_be_edited_with_any_existing_version(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)

    assert put(shop, "CUP-1", EDIT | {"name": "Mug"}, If_Match="*").document["name"] == "Mug"


def test_a_new_product_without_stock_has_a_stock_of_zero(shop: ShopOnMoto) -> None:
    assert put(shop, "CUP-1", EDIT).document == EDIT | {"sku": "CUP-1", "available": 0, "version": 1}


def test_an_adjustment_adds_or_removes_stock(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)

    received = adjust(shop, "CUP-1", DELIVERY, "a")
    written_off = adjust(shop, "CUP-1", {"change": -12, "reason": "broken"}, "b")

    assert (received.status, received.document) == (200, {"sku": "CUP-1", "available": 12, "version": 2})
    assert (written_off.status, written_off.document) == (200, {"sku": "CUP-1", "available": 0, "version": 3})
    assert written_off.headers["ETag"] == '"3"'
    assert products(shop).document["products"][0]["available"] == 0


def test_an_adjustment_is_recorded_with_operator_and_reason(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)
    operator = shop.operator()
    adjust(shop, "CUP-1", DELIVERY, claims=operator)

    (event,) = shop.events()
    assert (event.id, event.type, event.correlationid) == ("inventory:CUP-1:2", "StockLevelChanged", "CUP-1")
    assert event.data == {"sku": "CUP-1", "name": "Cup", "unit_price": 250, "currency": "EUR", "available": 12}
    stored = shop.item("Inventory", subject="adjustment#CUP-1#key")
    assert (stored["change"], stored["reason"], stored["operator_id"]) == (5, "delivery 17", operator["sub"])


def test_a_repeated_adjustment_gets_the_first_response(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)
    first = adjust(shop, "CUP-1", DELIVERY)
    adjust(shop, "CUP-1", {"change": -1, "reason": "broken"}, "other")

    again = adjust(shop, "CUP-1", DELIVERY)

    assert (again.status, again.document, again.headers["ETag"]) == (200, first.document, '"2"')
    assert shop.available("CUP-1") == 11


@pytest.mark.parametrize("other", [{"change": 6}, {"change": -5}, {"reason": "delivery 18"}])
def test_a_different_adjustment_with_the_same_key_is_refused(shop: ShopOnMoto, other: dict[str, Any]) -> None:
    put(shop, "CUP-1", CUP)
    adjust(shop, "CUP-1", DELIVERY)

    answer = adjust(shop, "CUP-1", DELIVERY | other)

    assert_problem(answer, 422)
    assert answer.document["type"].endswith(":idempotency-key-reused")
    assert "+5 (delivery 17)" in answer.document["detail"]
    assert shop.available("CUP-1") == 12


def test_a_key_belongs_to_one_product(shop: ShopOnMoto) -> None:
    for sku in ("CUP-1", "CUP-2"):
        put(shop, sku, CUP)
        assert adjust(shop, sku, DELIVERY).document["available"] == 12


@pytest.mark.parametrize(("change", "available"), [(-8, 7), (-(10**12), 7), (10**12, 7)])
def test_a_stock_level_stays_within_its_range(shop: ShopOnMoto, change: int, available: int) -> None:
    put(shop, "CUP-1", CUP)

    assert_problem(adjust(shop, "CUP-1", {"change": change, "reason": "count"}), 409)

    assert shop.available("CUP-1") == available
    assert shop.item("Inventory", subject="adjustment#CUP-1#key") == {}


def test_a_refused_adjustment_can_be_repeated_when_there_is_stock(shop: ShopOnMoto) -> None:
    put(shop, "CUP-1", CUP)
    write_off = {"change": -8, "reason": "broken"}
    assert adjust(shop, "CUP-1", write_off).status == 409
    adjust(shop, "CUP-1", DELIVERY, "delivery")

    assert adjust(shop, "CUP-1", write_off).document["available"] == 4


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"change": 0}, "/change"),
        ({"change": 1.0}, "/change"),
        ({"change": "5"}, "/change"),
        ({"change": True}, "/change"),
        ({"change": None}, "/change"),
        ({"change": 10**13}, "/change"),
        ({"reason": ""}, "/reason"),
        ({"reason": "x" * 201}, "/reason"),
        ({"reason": None}, "/reason"),
        ({"available": 3}, "/available"),
    ],
)
def test_an_invalid_adjustment_is_refused(shop_without_aws: ShopOnMoto, change: dict[str, Any], pointer: str) -> None:
    assert_problem(adjust(shop_without_aws, "CUP-1", DELIVERY | change), 422, pointer)


@pytest.mark.parametrize("sku", ["CUP-1", "cup", "CUP_1", AN_ID.upper(), "A" * 41])
def test_the_stock_of_an_unknown_product_cannot_be_adjusted(shop: ShopOnMoto, sku: str) -> None:
    assert_problem(adjust(shop, sku, DELIVERY), 404)
    assert shop.items("Inventory") == []


@pytest.mark.parametrize("key", [None, "", "x" * 65, "two words", "ä"])
def test_an_adjustment_requires_an_idempotency_key(shop_without_aws: ShopOnMoto, key: str | None) -> None:
    assert_problem(adjust(shop_without_aws, "CUP-1", DELIVERY, key), 400)


@pytest.mark.parametrize(
    "send",
    [
        lambda shop, **two: adjust(shop, "CUP-1", DELIVERY, **two),
        lambda shop, **two: shop.post_order(shop.order_body(("CUP-1", 1)), **two),
    ],
    ids=["adjustment", "order"],
)
def test_two_idempotency_keys_are_refused(shop_without_aws: ShopOnMoto, send: Any) -> None:
    changes = {"multiValueHeaders": {"Idempotency-Key": ["one", "other"]}}

    assert_problem(send(shop_without_aws, changes=changes), 400)


def test_customers_cannot_adjust_stock(shop_without_aws: ShopOnMoto) -> None:
    assert_problem(adjust(shop_without_aws, "CUP-1", DELIVERY, claims=None), 403)


def test_an_adjustment_fails_with_503_if_the_stock_level_changes_constantly(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shop, "CUP-1", CUP)
    client = dynamodb()
    tries = []

    def overtaken(**_: object) -> None:
        tries.append(1)
        reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
        response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
        raise client.exceptions.TransactionCanceledException(response, "TransactWriteItems")  # type: ignore[arg-type]

    monkeypatch.setattr(client, "transact_write_items", overtaken)
    monkeypatch.setattr(retry_schedule, "_sleep_until", lambda _: None)

    assert_problem(adjust(shop, "CUP-1", DELIVERY), 503)
    assert len(tries) == product_store.ADJUSTMENT_ATTEMPTS


@pytest.mark.parametrize("sku", ["cup", "CUP_1", "A" * 41, "CUP 1", "Ä", AN_ID, AN_ID.upper()])
def test_an_invalid_sku_is_refused(shop_without_aws: ShopOnMoto, sku: str) -> None:
    # A JSON pointer cannot name a path parameter, so it points to the whole request.
    assert_problem(put(shop_without_aws, sku, CUP), 422, "")


@pytest.mark.parametrize("sku", ["A", "0", "-", "A" * 40, "FEED-BEEF", "0123456789" * 3 + "01"])
def test_any_other_sku_is_accepted(shop: ShopOnMoto, sku: str) -> None:
    assert put(shop, sku, CUP).status == 200


def test_a_body_that_cannot_be_read_is_a_bad_request(shop_without_aws: ShopOnMoto) -> None:
    assert_problem(put(shop_without_aws, "CUP-1", None), 400)


def test_products_are_paged_in_the_order_of_their_skus(shop: ShopOnMoto) -> None:
    for number in (3, 1, 2):
        put(shop, f"CUP-{number}", CUP)

    first = products(shop, limit="2").document
    second = products(shop, limit="2", next_token=first["next_token"]).document

    assert [product["sku"] for product in first["products"] + second["products"]] == ["CUP-1", "CUP-2", "CUP-3"]
    assert "next_token" not in second


@pytest.mark.parametrize("path", ["/products/CUP-1\n", "/products/CUP-1%0A", "/products/%00"])
def test_a_path_with_a_control_character_is_not_found(shop_without_aws: ShopOnMoto, path: str) -> None:
    assert_problem(shop_without_aws.call("PUT", path, CUP, claims=shop_without_aws.operator()), 404)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"pk": "PRODUCT#CUP-9"}, id="of a product that is not there"),
        pytest.param({"list_order": "CUP-0"}, id="with another place in the list"),
        pytest.param({"sk": "EVENT"}, id="of another kind of item"),
        pytest.param({"pk": "ORDER#756374cd-11a3-4417-b24b-ab16becd4d6d"}, id="of another list"),
    ],
)
def test_an_invalid_page_token_is_a_bad_request(shop: ShopOnMoto, change: dict[str, str]) -> None:
    put(shop, "CUP-1", CUP)
    put(shop, "CUP-2", CUP)
    given = products(shop, limit="1").document["next_token"]
    key = json.loads(base64.urlsafe_b64decode(given))

    forged = base64.urlsafe_b64encode(json.dumps(key | change).encode()).decode()

    def page(token: str) -> Response:
        return shop.call("GET", "/products", query={"limit": "1", "next_token": token})

    assert page(given).status == 200
    assert_problem(page(forged), 400)
