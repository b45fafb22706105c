"""Erasing a customer: afterwards no table, user pool or log contains their personal data."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any
from uuid import uuid4

import boto3
import pytest

import customer_account
import customer_orders
import erase_customer
import order_store
from kernel.observability import logger
from kernel.settings import setting
from tests.support.problem_document import assert_problem
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import TABLES, Response, ShopOnMoto

EMAIL = "zdenka@example.com"
PERSON = {
    "name": "Zdenka Okonkwo-Quux",
    "line1": "77 Unspeakable Row",
    "city": "Llanfairpwll",
    "postal_code": "QX9 Q9XX",
}
# Its postal codes have letters and digits. This one appears nowhere else.
COUNTRY = "IE"


@pytest.fixture(autouse=True)
def _user_pool(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    customer_account._user_pool.cache_clear()  # noqa: SLF001 (a client of this test's moto)
    pool = boto3.client("cognito-idp").create_user_pool(PoolName="customers", UsernameAttributes=["email"])
    monkeypatch.setenv("USER_POOL_ID", pool["UserPool"]["Id"])
    shop.customer_id = sign_up(EMAIL)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    stream = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream


def sign_up(email: str) -> str:
    """Create a user. Return its id."""
    user = boto3.client("cognito-idp").admin_create_user(
        UserPoolId=setting("USER_POOL_ID"),
        Username=email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
    )["User"]
    return next(attribute["Value"] for attribute in user["Attributes"] if attribute["Name"] == "sub")


def join(email: str, group: str) -> None:
    """Create a group, and add the user to it."""
    pool = {"UserPoolId": setting("USER_POOL_ID"), "GroupName": group}
    boto3.client("cognito-idp").create_group(**pool)
    boto3.client("cognito-idp").admin_add_user_to_group(**pool, Username=email)


def run_job() -> None:
    """Call the function like its schedule does."""
    erase_customer.handler({"source": "aws.events", "detail-type": "Scheduled Event"}, lambda_context("erase_customer"))


def users() -> list[str]:
    found = boto3.client("cognito-idp").list_users(UserPoolId=setting("USER_POOL_ID"))["Users"]
    return [attribute["Value"] for user in found for attribute in user["Attributes"] if attribute["Name"] == "email"]


def settled_order(shop: ShopOnMoto, **options: str) -> str:
    address = {"country": COUNTRY} | PERSON
    order_id = shop.place((shop.product(), 1), **options, **{k: v for k, v in address.items() if k not in options})
    shop.fulfil(order_id)
    shop.deliver()
    return order_id


def erase(shop: ShopOnMoto, customer_id: str | None = None, claims: dict[str, Any] | None = None) -> Response:
    path = f"/customers/{customer_id or shop.customer_id}/erasure"
    return shop.call("POST", path, claims=claims or shop.operator())


def found_of_the_person(shop: ShopOnMoto, *texts: str) -> list[str]:
    everything = "".join([*(json.dumps(shop.items(table)) for table in TABLES), *users(), *texts])
    return [value for value in (*PERSON.values(), EMAIL) if value in everything]


def test_no_data_of_an_erased_person_remains(
    shop: ShopOnMoto, logs: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    settled_order(shop)
    settled_order(shop, payment_method="pm_card_declined")
    assert found_of_the_person(shop) == [*PERSON.values(), EMAIL]

    answer = erase(shop)

    assert answer.status == 200
    assert answer.document == {"customer_id": shop.customer_id, "orders": 2, "user_deleted": True}
    assert found_of_the_person(shop, logs.getvalue(), *capsys.readouterr(), json.dumps(answer.document)) == []
    assert users() == []


def test_the_erasure_is_recorded_with_its_time(
    shop: ShopOnMoto, logs: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    order_id = settled_order(shop)
    erase(shop)

    first = shop.item("Orders", order_id=order_id, sequence=1)  # type: ignore[arg-type]
    assert first["erased_at"].startswith("20")
    assert f'"customer_id":"{shop.customer_id}"' in logs.getvalue()
    assert "CustomersErased" in capsys.readouterr().out


def test_an_erasure_does_not_change_the_rest_of_the_order(shop: ShopOnMoto) -> None:
    order_id = settled_order(shop)
    before, events = shop.order(order_id), [event.document() for event in shop.events()]

    erase(shop)

    assert shop.order(order_id) == before
    assert [event.document() for event in shop.events()] == events


@pytest.mark.parametrize("again", ["fulfil", "cancel"])
def test_the_saga_can_still_decide_an_erased_order(shop: ShopOnMoto, again: str) -> None:
    order_id = settled_order(shop)
    erase(shop)

    runs: dict[str, Callable[[], object]] = {
        "fulfil": lambda: shop.fulfil(order_id),
        "cancel": lambda: shop.call("POST", f"/orders/{order_id}/cancellation"),
    }
    runs[again]()

    assert shop.order(order_id)["status"] == "CONFIRMED"
    assert found_of_the_person(shop) == []


def test_the_user_is_kept_until_all_orders_are_settled(shop: ShopOnMoto) -> None:
    settled = settled_order(shop)
    unsettled = settled_order(shop, payment_method="pm_capture_down")

    answer = erase(shop)

    assert answer.status == 202
    assert answer.document == {"customer_id": shop.customer_id, "orders": 2, "orders_under_way": [unsettled]}
    assert users() == [EMAIL]
    assert order_store.load(unsettled).request.shipping_address["name"] == PERSON["name"]
    assert order_store.load(settled).request.shipping_address == {}


def test_an_order_that_is_not_projected_yet_is_erased(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1), country=COUNTRY, **PERSON)
    answer = erase(shop)
    assert (answer.status, answer.document["orders_under_way"]) == (202, [order_id])

    shop.fulfil(order_id)
    answer = erase(shop)

    assert (answer.status, answer.document["orders"]) == (200, 1)
    assert found_of_the_person(shop) == []


def test_the_job_completes_pending_erasures(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1), country=COUNTRY, **PERSON)
    erase(shop)
    run_job()
    assert users() == [EMAIL], "the order is not settled"

    shop.fulfil(order_id)
    run_job()

    assert found_of_the_person(shop) == []
    assert erase(shop).status == 200


def test_the_last_check_erases_orders_that_were_placed_with_a_still_valid_token(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled_order(shop)
    erase(shop)
    late = settled_order(shop)
    run_job()
    assert order_store.load(late).request.shipping_address["name"] == PERSON["name"], "it is not due yet"

    monkeypatch.setattr(customer_orders, "now", lambda: "2100-01-01T00:00:00.000000Z")
    run_job()

    assert found_of_the_person(shop) == []
    assert customer_orders.due_erasures() == [], "nothing is left to do"


def test_a_failing_erasure_does_not_block_others(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sorted([shop.customer_id, sign_up("ada@example.com")])
    for customer_id in (first, second):
        customer_orders.request_erasure(customer_id)
    erase_one = erase_customer.erase

    def fail_for_the_first(customer_id: str) -> erase_customer.Erasure:
        if customer_id == first:
            raise TimeoutError
        return erase_one(customer_id)

    monkeypatch.setattr(erase_customer, "erase", fail_for_the_first)
    with pytest.raises(erase_customer.ErasureFault):
        run_job()

    assert [request.customer_id for request in customer_orders.due_erasures()] == [first]


def test_an_erasure_that_takes_several_runs_continues_where_it_stopped(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = {settled_order(shop), settled_order(shop), settled_order(shop)}
    customer_orders.request_erasure(shop.customer_id)
    erase_address, attempts = order_store.erase_address, []

    def erase_one_per_run(order_id: str) -> bool:
        attempts.append(order_id)
        if len(attempts) % 2 == 0:
            raise TimeoutError
        return erase_address(order_id)

    monkeypatch.setattr(order_store, "erase_address", erase_one_per_run)
    for _ in range(2):
        with pytest.raises(erase_customer.ErasureFault):
            run_job()
    run_job()

    assert set(attempts) == orders
    assert found_of_the_person(shop) == []


def test_an_order_that_was_registered_but_not_stored_does_not_block_the_erasure(shop: ShopOnMoto) -> None:
    customer_orders.register(shop.customer_id, str(uuid4()))

    assert erase(shop).status == 200


def test_an_operator_cannot_be_erased(shop: ShopOnMoto) -> None:
    order_id = settled_order(shop)
    join(EMAIL, "operators")

    answer = erase(shop)

    assert_problem(answer, 409)
    assert "operators" in answer.document["detail"]
    assert users() == [EMAIL]
    assert order_store.load(order_id).request.shipping_address["name"] == PERSON["name"]
    assert customer_orders.due_erasures() == []


def test_the_job_does_not_erase_a_customer_who_became_an_operator(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1), country=COUNTRY, **PERSON)
    erase(shop)
    shop.fulfil(order_id)
    join(EMAIL, "operators")

    run_job()

    assert users() == [EMAIL]
    assert customer_orders.due_erasures() == []


def test_a_member_of_a_group_with_a_similar_name_is_erased(shop: ShopOnMoto) -> None:
    join(EMAIL, "not,operators")

    assert erase(shop).status == 200
    assert users() == []


def test_a_repeated_erasure_changes_nothing(shop: ShopOnMoto) -> None:
    settled_order(shop)
    erase(shop)
    before = shop.items("Orders")

    answer = erase(shop)

    assert (answer.status, answer.document["user_deleted"]) == (200, False)
    assert shop.items("Orders") == before


def test_other_customers_are_not_changed(shop: ShopOnMoto) -> None:
    erased, other = shop.customer_id, sign_up("ada@example.com")
    shop.customer_id = other
    order_id = settled_order(shop)

    assert erase(shop, erased).document["orders"] == 0
    assert order_store.load(order_id).request.shipping_address["name"] == PERSON["name"]
    assert users() == ["ada@example.com"]


def test_only_operators_can_erase_a_customer(shop: ShopOnMoto) -> None:
    answer = erase(shop, claims={"sub": shop.customer_id, "token_use": "id"})

    assert answer.status == 403
    assert users() == [EMAIL]


@pytest.mark.parametrize("customer_id", [EMAIL, "alice", '" or sub ^= "a'])
def test_an_invalid_customer_id_is_not_found(shop: ShopOnMoto, customer_id: str) -> None:
    answer = erase(shop, customer_id.replace(" ", "%20").replace('"', "%22"))

    assert answer.status == 404
    assert users() == [EMAIL]


def find(shop: ShopOnMoto, email: str) -> Response:
    return shop.call("POST", "/customers/search", {"email": email}, claims=shop.operator())


def test_an_operator_finds_a_customer_by_email_address(shop: ShopOnMoto, logs: StringIO) -> None:
    sign_up("ada@example.com")

    assert find(shop, EMAIL).document == {"customer_ids": [shop.customer_id]}
    assert find(shop, "unknown@example.com").document == {"customer_ids": []}
    assert find(shop, EMAIL.removesuffix("m")).document == {"customer_ids": []}, "the match is exact"
    assert EMAIL not in logs.getvalue()


@pytest.mark.parametrize("email", ["", "ada", '"@example.com', 'a" or "@b', "a\\@b", "a b@c", "a@" + "b" * 300])
def test_an_address_that_could_change_the_filter_is_refused(shop_without_aws: ShopOnMoto, email: str) -> None:
    assert_problem(find(shop_without_aws, email), 422, "/email")


def test_only_operators_can_find_a_customer(shop: ShopOnMoto) -> None:
    assert_problem(shop.call("POST", "/customers/search", {"email": EMAIL}), 403)
