"""Authorization of every route of the template, for permitted and for forbidden callers.

The emulator's authorizer checks signature, expiry and issuer, as AWS does. Both accept an access token, which the
functions then reject.
"""

import base64
import contextlib
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from tests.e2e.shop import Caller, Shop
from tests.support.api_routes import ROUTES, Route, routes_for
from tests.support.waiting import wait_until
from tools.local_cloud.sign_in import id_token
from tools.local_cloud.stack import User

ORDER = "{order_id}"


class Callers(NamedTuple):
    """An order, and the callers that request it."""

    order_id: str
    owner: Caller
    other: Caller
    operator: Caller


@pytest.fixture(scope="module")
def callers(shop: Shop) -> Callers:
    owner = shop.customer()
    order_id = owner.place(shop.product(unit_price=10**6))
    owner.wait_for(order_id, "IN_REVIEW")
    return Callers(order_id, owner, shop.customer(), shop.operator)


def without_token(_shop: Shop) -> None:
    return None


def malformed(_shop: Shop) -> str:
    return "not a token"


def tampered(shop: Shop) -> str:
    """Return a customer's token with a forged operator claim."""
    header, _, signature = str(shop.customer().token).split(".")
    claims = claims_of(str(shop.customer().token)) | {"cognito:groups": ["operators"]}
    return ".".join([header, encoded(claims), signature])


def unsigned(shop: Shop) -> str:
    return ".".join([encoded({"alg": "none"}), encoded(claims_of(str(shop.operator.token))), ""])


def expired(shop: Shop) -> str:
    """Return an expired token. The emulator allows a lifetime of one second, AWS at least five minutes."""
    token = new_token(
        shop, shop.stack.outputs["UserPoolId"], IdTokenValidity=1, TokenValidityUnits={"IdToken": "seconds"}
    )
    wait_until(lambda: time.time() > claims_of(token)["exp"], description="the token's expiry")
    return token


def of_another_pool(shop: Shop) -> str:
    pool = shop.aws.cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
    return new_token(shop, pool)


def access_token(shop: Shop) -> str:
    return shop.access_token()


INVALID_TOKENS = [without_token, malformed, tampered, unsigned, expired, of_another_pool, access_token]


@pytest.fixture(scope="module", params=INVALID_TOKENS, ids=lambda token: token.__name__)
def unauthenticated_caller(request: pytest.FixtureRequest, shop: Shop) -> Caller:
    create_token: Callable[[Shop], str | None] = request.param
    return Caller(shop, create_token(shop))


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_caller_without_a_valid_id_token_is_refused(
    unauthenticated_caller: Caller, callers: Callers, route: Route
) -> None:
    status = call(unauthenticated_caller, route, callers.order_id)

    assert status == (200 if route.who == "anyone" else 401)


@pytest.mark.parametrize("route", routes_for("operators"), ids=str)
def test_operator_routes_refuse_customers(callers: Callers, route: Route) -> None:
    assert call(callers.owner, route, callers.order_id) == 403
    assert call(callers.operator, route, callers.order_id) not in (401, 403)


@pytest.mark.parametrize("route", [route for route in routes_for("customers") if ORDER in route.path], ids=str)
def test_an_order_is_visible_to_its_customer_and_to_operators_only(callers: Callers, route: Route) -> None:
    # The order is in review, so its items cannot be returned yet.
    permitted = (409,) if route.path.endswith("/returns") else (200, 202)
    assert call(callers.other, route, callers.order_id) == 404
    # Operators may also act as the sandbox's bank and carrier. Both refuse an empty body, but a plan can be empty.
    is_sandbox = route.path.startswith("/sandbox/")
    operators = 200 if route.method in ("GET", "PUT") else 422 if is_sandbox else 404
    assert call(callers.operator, route, callers.order_id) == operators
    if is_sandbox and route.method == "POST":
        permitted = (422,)
    assert call(callers.owner, route, callers.order_id) in permitted


@pytest.mark.parametrize("route", [route for route in routes_for("customers") if ORDER not in route.path], ids=str)
def test_customer_routes_accept_every_customer(callers: Callers, route: Route) -> None:
    assert call(callers.other, route, callers.order_id) not in (401, 403, 404)


def call(caller: Caller, route: Route, order_id: str) -> int:
    """Call a route with an empty body, which has no effect, and return the status."""
    path = route.at(order_id=order_id)
    match route.method:
        case "GET":
            return caller.get(path).status_code
        case "PUT":
            return caller.put(path, json={}).status_code
        case "POST":
            return caller.post(path, json={}, headers={"Idempotency-Key": str(uuid4())}).status_code
    raise AssertionError(f"this test does not support {route.method} yet")


def new_token(shop: Shop, pool: str, **settings: Any) -> str:
    """Create a user and an app client with these settings, sign the user in, and return their ID token."""
    cognito, user = shop.aws.cognito, User("new-user@example.com", "Correct-horse-9-battery")
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="new-client", ExplicitAuthFlows=flows, **settings
    )["UserPoolClient"]["ClientId"]
    email = [{"Name": "email", "Value": user.username}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username=user.username, MessageAction="SUPPRESS", UserAttributes=email)
    cognito.admin_set_user_password(UserPoolId=pool, Username=user.username, Password=user.password, Permanent=True)
    response = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.username, "PASSWORD": user.password},
    )
    return str(response["AuthenticationResult"]["IdToken"])


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        (["not,operators"], 403),
        (["[operators]"], 403),
        (["not,operators", "buyers"], 403),
        (["buyers", "operators"], 200),
    ],
    ids=str,
)
def test_only_the_exact_group_name_makes_an_operator(shop: Shop, groups: list[str], status: int) -> None:
    user, pool = shop.new_user(), shop.stack.outputs["UserPoolId"]
    for group in groups:
        with contextlib.suppress(shop.aws.cognito.exceptions.GroupExistsException):
            shop.aws.cognito.create_group(UserPoolId=pool, GroupName=group)
        shop.aws.cognito.admin_add_user_to_group(UserPoolId=pool, Username=user.username, GroupName=group)

    assert Caller(shop, id_token(shop.stack, user)).get("/tasks").status_code == status
