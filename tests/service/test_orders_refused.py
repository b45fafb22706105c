"""`POST /orders`: each invalid request gets its documented status and a problem document."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.problem_document import assert_problem
from tests.support.shop_on_moto import ShopOnMoto

Body = dict[str, Any]
HUGE = 10**400
# Invisible or forbidden text: spaces, format characters, fillers, marks, a tag, controls, overrides, noncharacters.
NO_TEXTS = [
    *(" ", "\u00a0\u3000", "\u200b", "\ufeff\u2060", "\u00ad", "\u3164", "\uffa0\u115f", "\u2800", "\u0301", "\ufe0f"),
    *("\U000e0041", "\u034f", "\U000e01f0"),
    *("\x00", "a\x00", "Kettle\n  Total: 0.00 EUR", "a\r", "a\tb", "a\x1b[31m", "a\x7f", "a\x85", "a\u2028b"),
    *("a\u202eb", "a\ufffe", "a\uffff", "a\ufdd0", "a\U0001fffe", "a\U0010ffff"),
]


def test_a_valid_order_is_accepted(shop: ShopOnMoto) -> None:
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
                lambda body, member=member, text=text: body["shipping_address"].update({member: text}),
                f"/shipping_address/{member}",
                id=f"{member} {text!a}",
            )
            for member in ("name", "line1", "city")
            for text in NO_TEXTS
        ),
        *(
            pytest.param(lambda body, token=token: body.update(payment_method=token), "/payment_method", id=repr(token))
            for token in ("4111 1111 1111 1111", "visa", "pm_", "pm_Card", "pm_card_visa\n", "pm_" + "a" * 61, "pm_é")
        ),
        *(
            pytest.param(
                lambda body, total=total: body.update(expected_total=total), f"/expected_total{member}", id=f"{total}"
            )
            for member, total in (
                ("/amount", {"amount": -1, "currency": "EUR"}),
                ("/amount", {"amount": "1", "currency": "EUR"}),
                ("/currency", {"amount": 1, "currency": "euro"}),
                ("/currency", {"amount": 1}),
                ("", 1500),
            )
        ),
        *(
            pytest.param(
                lambda body, address=address: body["shipping_address"].update(address),
                "/shipping_address/postal_code",
                id=f"postal code {address}",
            )
            for address in (
                {"postal_code": None},
                {"postal_code": " "},
                {"postal_code": "1011"},
                {"postal_code": "10115a"},
                {"postal_code": "\uff11\uff10\uff11\uff11"},
                {"country": "GB", "postal_code": "12345"},
                {"country": "JP", "postal_code": "〒100-000"},
                {"country": "US", "postal_code": "9021O"},
            )
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
def test_an_invalid_order_is_refused_with_a_pointer_to_the_error(
    shop_without_aws: ShopOnMoto, spoil: Callable[[Body], object], pointer: str
) -> None:
    body = shop_without_aws.order_body(("CUP-1", 1))
    spoil(body)

    answer = shop_without_aws.post_order(body)

    assert_problem(answer, 422, pointer)


def test_all_errors_are_reported_together(shop_without_aws: ShopOnMoto) -> None:
    body = shop_without_aws.order_body(("CUP-1", 0), country="XX") | {"coupon": "FREE"}

    assert_problem(shop_without_aws.post_order(body), 422, "/items/0/quantity", "/shipping_address/country", "/coupon")


def test_the_message_of_our_own_check_has_no_prefix_of_pydantic(shop_without_aws: ShopOnMoto) -> None:
    (error,) = shop_without_aws.post_order(shop_without_aws.order_body(("CUP-1", 1), country="XX")).document["errors"]

    assert error["detail"] == "not an ISO 3166-1 alpha-2 country code, such as DE"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({f"coupon-{number}": 1 for number in range(3_000)}, id="many unknown members"),
        pytest.param({"/" * 60_000: 1}, id="a member with a long name"),
    ],
)
def test_the_response_to_a_request_with_many_errors_is_small(shop_without_aws: ShopOnMoto, body: Body) -> None:
    answer = shop_without_aws.post_order(body)

    assert answer.status == 422
    assert len(json.dumps(answer.document)) < 10_000


def test_all_unknown_products_are_reported_together(shop: ShopOnMoto) -> None:
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
def test_a_body_that_is_not_the_json_of_an_order_is_refused(shop_without_aws: ShopOnMoto, text: str) -> None:
    answer = shop_without_aws.post_order(None, changes={"body": text})

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
        # API Gateway passes `{"name": "Jos\xe9"}` in Latin-1 like this.
        pytest.param({"body": '{"name": "Jos\ufffd"}'}, id="Latin-1"),
        pytest.param(
            {"body": base64.b64encode('{"name": "José"}'.encode("latin-1")).decode(), "isBase64Encoded": True},
            id="Latin-1 of a binary media type",
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(shop_without_aws: ShopOnMoto, changes: dict[str, Any]) -> None:
    assert_problem(shop_without_aws.post_order(None, changes=changes), 400)


@pytest.mark.parametrize("character", ["x", "\U0001f600"])
def test_a_body_of_more_than_64_kb_is_too_large(shop_without_aws: ShopOnMoto, character: str) -> None:
    longest = character * ((64 * 1024 - 2) // len(character.encode()))

    assert_problem(shop_without_aws.post_order(None, changes={"body": f'"{longest}"'}), 422, "")
    assert_problem(shop_without_aws.post_order(None, changes={"body": f'"{longest}{character * 3}"'}), 413)


def test_a_body_in_base64_is_read(shop_without_aws: ShopOnMoto) -> None:
    body = {"body": base64.b64encode(b'{"items": []}').decode(), "isBase64Encoded": True}

    assert_problem(
        shop_without_aws.post_order(None, changes=body), 422, "/items", "/payment_method", "/shipping_address"
    )


@pytest.mark.parametrize(
    "name",
    [
        "\U0001f600 Ł",
        "Nguyễn",
        "محمد",
        "ひ",
        "O\u2019Brien-\u0141",
        "नी",
        "a\u200db",
        "\U0001fa8e",
        "\u05d0\u200e.",
        "-",
    ],
)
def test_a_name_in_any_script_is_stored_unchanged(shop: ShopOnMoto, name: str) -> None:
    order_id = shop.place((shop.product(), 1), name=name)

    assert shop.item("Orders", order_id=order_id)["shipping_address"]["name"] == name


@pytest.mark.parametrize(
    ("country", "postal_code"),
    [
        ("DE", "10115"),
        ("DE", " 101 15 "),
        ("JP", "〒100-0001"),
        ("JP", "\uff11\uff10\uff10\uff0d\uff10\uff10\uff10\uff11"),
        ("JP", "1000001"),
        ("GB", "sw1a 1aa"),
        ("GB", "SW1A1AA"),
        ("US", "90210-1234"),
        ("US", "902101234"),
        ("NL", "1234ab"),
        ("PL", "00950"),
        ("SE", "SE-114 55"),
        ("LV", "1073"),
        ("QA", "00000"),
        ("HK", "999077"),
        ("AE", "P.O. Box 12"),
    ],
)
def test_a_postal_code_is_accepted_in_usual_forms_and_stored_unchanged(
    shop: ShopOnMoto, country: str, postal_code: str
) -> None:
    order_id = shop.place((shop.product(), 1), country=country, postal_code=postal_code)

    assert shop.item("Orders", order_id=order_id)["shipping_address"]["postal_code"] == postal_code


@pytest.mark.parametrize("absent", ["", " ", None, "left out"])
def test_a_country_without_postal_codes_needs_none(shop: ShopOnMoto, absent: str | None) -> None:
    body = shop.order_body((shop.product(), 1), country="QA", postal_code=absent)  # type: ignore[arg-type]
    if absent == "left out":
        del body["shipping_address"]["postal_code"]

    answer = shop.post_order(body)

    assert answer.status == 202
    order_id = answer.document["order_id"]
    assert "postal_code" not in shop.item("Orders", order_id=order_id)["shipping_address"]
    shop.fulfil(order_id)
    assert shop.order(order_id)["status"] == "CONFIRMED"


def test_the_placeholder_of_a_country_without_postal_codes_is_no_test_input(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1), country="QA", postal_code="00000")

    shop.fulfil(order_id)

    assert shop.order(order_id)["status"] == "CONFIRMED"


def test_the_error_for_an_invalid_postal_code_contains_an_example(shop_without_aws: ShopOnMoto) -> None:
    (error,) = shop_without_aws.post_order(shop_without_aws.order_body(("CUP-1", 1), postal_code="SW1A 1AA")).document[
        "errors"
    ]

    assert error["detail"] == "is not a postal code of DE, which looks like 26133"


@pytest.mark.parametrize("key", [None, "", " ", "x" * 65, "two words", "é", "tab\t", "line\n", "\x7f"])
def test_a_missing_or_invalid_idempotency_key_is_a_bad_request(shop_without_aws: ShopOnMoto, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}

    answer = shop_without_aws.call("POST", "/orders", shop_without_aws.order_body(("CUP-1", 1)), headers=headers)

    assert_problem(answer, 400)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Idempotency-Key": ["one", "two"]}, id="two"),
        pytest.param({"Idempotency-Key": ["one", "one"]}, id="the same twice"),
        pytest.param({"Idempotency-Key": ["one"], "idempotency-key": ["one"]}, id="in two ways of writing"),
    ],
)
def test_two_idempotency_keys_are_a_bad_request(shop_without_aws: ShopOnMoto, headers: dict[str, list[str]]) -> None:
    changes = {"headers": {name: values[-1] for name, values in headers.items()}, "multiValueHeaders": headers}

    answer = shop_without_aws.post_order(shop_without_aws.order_body(("CUP-1", 1)), changes=changes)

    assert_problem(answer, 400)


@pytest.mark.parametrize("path", ["/orders\n", "/orders%0A", "/orders%00", "/orders/\x1b", "/orders\x85"])
def test_a_path_with_a_control_character_is_not_found(shop_without_aws: ShopOnMoto, path: str) -> None:
    headers, body = {"Idempotency-Key": "x"}, shop_without_aws.order_body(("CUP-1", 1))

    answer = shop_without_aws.call("POST", path, body, headers=headers, entry_point="orders_api")

    assert_problem(answer, 404)


def test_the_price_that_was_shown_is_the_price_of_the_order(shop: ShopOnMoto) -> None:
    body = shop.order_body((shop.product(unit_price=1500), 2))

    answer = shop.post_order(body | {"expected_total": {"amount": 3000, "currency": "EUR"}})

    assert (answer.status, answer.document["total"]) == (202, 3000)


@pytest.mark.parametrize("shown", [{"amount": 100, "currency": "EUR"}, {"amount": 90000, "currency": "USD"}])
def test_an_outdated_price_is_refused_with_the_current_total(shop: ShopOnMoto, shown: dict[str, Any]) -> None:
    body = shop.order_body((shop.product(unit_price=90000), 1))

    answer = shop.post_order(body | {"expected_total": shown}, "key")

    assert (answer.status, answer.document["type"]) == (409, "urn:serverless-orders:problem:total-changed")
    assert (answer.document["total"], answer.document["currency"]) == (90000, "EUR")
    assert "900.00 EUR" in answer.document["detail"]
    assert shop.items("Orders") == []
    # A refused order does not use up its key: the customer accepts the new price and repeats with the same key.
    agreed = shop.post_order(body | {"expected_total": {"amount": 90000, "currency": "EUR"}}, "key")
    assert (agreed.status, agreed.document["total"]) == (202, 90000)


@pytest.mark.parametrize("key", ["x", "~" * 64, "!#$%&'()*+,-./:;<=>?@[]^_`{|}"])
def test_an_idempotency_key_may_contain_any_visible_characters(shop: ShopOnMoto, key: str) -> None:
    assert shop.post_order(shop.order_body((shop.product(), 1)), key).status == 202


def test_header_names_are_case_insensitive(shop: ShopOnMoto) -> None:
    headers = {"idempotency-key": "x"}

    answer = shop.call("POST", "/orders", shop.order_body((shop.product(), 1)), headers=headers)

    assert answer.status == 202


def test_an_order_with_two_currencies_is_refused(shop: ShopOnMoto) -> None:
    body = shop.order_body((shop.product(currency="EUR"), 1), (shop.product(currency="CHF"), 1))

    assert_problem(shop.post_order(body), 422)


def test_an_order_of_fifty_lines_with_a_hundred_pieces_each_is_accepted(shop: ShopOnMoto) -> None:
    product = {"name": "Cup", "unit_price": 10**12, "currency": "EUR", "stock": 10**12}
    skus = [f"CUP-{number}" for number in range(50)]
    for sku in skus:
        shop.call("PUT", f"/products/{sku}", product, claims=shop.operator())
    shop.deliver()

    answer = shop.post_order(shop.order_body(*((sku, 100) for sku in skus)))

    assert (answer.status, answer.document["total"]) == (202, 5000 * 10**12)
