"""Authorization: ID tokens, groups, other customers' orders, and the unsigned tokens of `sam local`."""

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from kernel.identity import Caller, caller_of
from kernel.problems import Problem
from tests.support.api_routes import Route, routes_for
from tests.support.problem_document import assert_problem
from tests.support.shop_on_moto import ShopOnMoto

AN_ORDER_ID = "756374cd-11a3-4417-b24b-ab16becd4d6d"


def event_with(claims: object) -> dict[str, Any]:
    return {"requestContext": {"authorizer": {"claims": claims}}}


def bearer(claims: object, prefix: str = "Bearer ") -> dict[str, Any]:
    """Return a request as `sam local` passes it on: without claims, with an unverified token."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return {"requestContext": {}, "headers": {"authorization": f"{prefix}e30.{payload}.signature"}}


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({}, id="no caller"),
        pytest.param({"sub": "alice", "token_use": "access"}, id="an access token"),
        pytest.param({"sub": "alice"}, id="a token of no use"),
        pytest.param({"token_use": "id"}, id="a token of no one"),
        pytest.param({"token_use": "id", "sub": ""}, id="a token of an empty name"),
    ],
)
@pytest.mark.parametrize("route", routes_for("customers", "operators"), ids=str)
def test_only_an_id_token_is_accepted(shop_without_aws: ShopOnMoto, route: Route, claims: dict[str, str]) -> None:
    changes = {"requestContext": {"requestId": "1", "authorizer": {"claims": claims}}}

    answer = shop_without_aws.call(route.method, route.at(order_id=AN_ORDER_ID), {}, changes=changes)

    assert_problem(answer, 401)


@pytest.mark.parametrize("context", [{}, {"authorizer": None}, {"authorizer": {}}, {"authorizer": {"claims": None}}])
def test_without_an_authorizer_no_caller_is_signed_in(context: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="ID token"):
        caller_of({"requestContext": context})


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        pytest.param(None, set(), id="no claim"),
        pytest.param("", set(), id="empty text"),
        pytest.param("operators", {"operators"}, id="text, one group"),
        pytest.param("[buyers operators]", {"buyers", "operators"}, id="text, in brackets"),
        pytest.param("buyers,operators", {"buyers,operators"}, id="text that may be one group or two"),
        pytest.param("[not,operators]", {"not,operators"}, id="text, in brackets, one group with a comma"),
        pytest.param(["buyers", "operators"], {"buyers", "operators"}, id="a list"),
        pytest.param([], set(), id="an empty list"),
        pytest.param("no-operators", {"no-operators"}, id="another group with the name inside"),
        pytest.param(7, set(), id="a number"),
        pytest.param([["operators"], {}], set(), id="a list of nonsense"),
    ],
)
def test_groups_come_as_text_or_as_a_list(claim: object, groups: set[str]) -> None:
    caller = caller_of(event_with({"sub": "olga", "token_use": "id", "cognito:groups": claim}))

    assert caller == Caller("olga", frozenset(groups))
    assert caller.is_operator == ("operators" in groups)


@pytest.mark.parametrize("written", [",".join, lambda groups: f"[{' '.join(groups)}]"], ids=["API Gateway", "emulator"])
@pytest.mark.parametrize(
    ("groups", "is_operator"),
    [
        (["operators"], True),
        (["buyers", "operators"], True),
        (["not,operators"], False),
        (["not", "operators"], True),
        (["operators,not", "buyers"], False),
        (["[operators]"], False),
        (["[operators", "b]"], False),
        (["not-operators"], False),
        (["Operators"], False),
        ([], False),
    ],
)
def test_only_the_exact_group_name_makes_an_operator(
    written: Callable[[list[str]], str], groups: list[str], is_operator: bool
) -> None:
    claims = {"sub": "olga", "token_use": "id"}
    event = bearer(claims | {"cognito:groups": groups}) | event_with(claims | {"cognito:groups": written(groups)})

    caller = caller_of(event)

    assert caller.groups == frozenset(groups)
    assert caller.is_operator is is_operator


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(["not", "operators"], id="the token has other groups"),
        pytest.param("operators", id="the token has text"),
        pytest.param([["operators"]], id="the token has nonsense"),
    ],
)
def test_an_unverified_token_makes_no_caller_an_operator(forged: object) -> None:
    claims = {"sub": "olga", "token_use": "id"}
    event = bearer(claims | {"cognito:groups": forged}) | event_with(claims | {"cognito:groups": "buyers"})

    assert caller_of(event).groups == frozenset({"buyers"})


def test_a_second_token_makes_no_caller_an_operator() -> None:
    claims = {"sub": "olga", "token_use": "id"}
    forged = bearer(claims | {"cognito:groups": ["not", "operators"]})
    token = forged["headers"]["authorization"]
    event = forged | event_with(claims | {"cognito:groups": "not,operators"})
    event["multiValueHeaders"] = {"Authorization": ["the one that was verified", token]}

    assert not caller_of(event).is_operator


@pytest.mark.parametrize("route", routes_for("operators"), ids=str)
def test_operator_routes_check_the_group_before_they_validate_the_request(
    shop_without_aws: ShopOnMoto, route: Route
) -> None:
    assert_problem(shop_without_aws.call(route.method, route.at(), {}), 403)


@pytest.mark.parametrize("rest", ["", "/events"])
def test_only_its_customer_and_operators_can_read_an_order(shop: ShopOnMoto, rest: str) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.deliver()
    path = f"/orders/{order_id}{rest}"
    somebody_else = {"sub": str(uuid4()), "token_use": "id"}

    assert shop.call("GET", path).status == 200
    assert shop.call("GET", path, claims=shop.operator()).status == 200
    refused = shop.call("GET", path, claims=somebody_else)
    assert_problem(refused, 404)
    unknown = shop.call("GET", f"/orders/{uuid4()}{rest}", claims=somebody_else)
    assert refused.document.keys() == unknown.document.keys()
    assert refused.document["type"] == unknown.document["type"]


def test_an_operator_lists_own_orders_only(shop: ShopOnMoto) -> None:
    shop.place((shop.product(), 1))
    shop.deliver()

    assert shop.call("GET", "/orders", claims=shop.operator()).document == {"orders": []}


@pytest.mark.parametrize("prefix", ["Bearer ", ""])
def test_sam_local_reads_a_token_without_checking_it(monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")
    claims = {"sub": "olga", "token_use": "id", "cognito:groups": ["operators"]}

    assert caller_of(bearer(claims, prefix)) == Caller("olga", frozenset({"operators"}))


@pytest.mark.parametrize("value", [None, "", "false", "1", "TRUE", "True"])
def test_an_unchecked_token_is_refused_outside_sam_local(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("AWS_SAM_LOCAL", raising=False)
    if value is not None:
        monkeypatch.setenv("AWS_SAM_LOCAL", value)

    with pytest.raises(Problem, match="ID token"):
        caller_of(bearer({"sub": "olga", "token_use": "id"}))


def encoded(payload: bytes) -> str:
    return "e30." + base64.urlsafe_b64encode(payload).decode() + ".x"


@pytest.mark.parametrize(
    "token",
    ["", "Bearer", "a", "a.b", "..", "a.é.c", "a.====.c", encoded(b"[]"), encoded(b"\xff"), encoded(b"[" * 100_000)],
    ids=lambda token: token[:12],
)
def test_a_malformed_token_gets_a_401_on_sam_local(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")

    with pytest.raises(Problem) as refusal:
        caller_of({"requestContext": {}, "headers": {"Authorization": token}})
    assert refusal.value.status == 401


def test_the_authorizers_claims_override_the_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")
    event = bearer({"sub": "mallory", "token_use": "id"}) | event_with({"sub": "alice", "token_use": "id"})

    assert caller_of(event).user_id == "alice"
