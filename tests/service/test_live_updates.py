"""Live updates on moto: tickets, connections, and who receives which change."""

import json
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from moto.apigatewaymanagementapi.models import (
    ApiGatewayManagementApiBackend,
    Connection,
    apigatewaymanagementapi_backends,
)
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError

import live_connections
import live_store
import push_changes
from kernel.dynamodb import to_item
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import ShopOnMoto


def ticket_of(shop: ShopOnMoto, claims: dict[str, str] | None = None) -> str:
    response = shop.call("POST", "/live/tickets", claims=claims)
    assert response.status == 201
    return str(response.document["url"]).partition("?ticket=")[2]


def websocket(route: str, connection_id: str, **members: Any) -> int:
    """Invoke the handler of a WebSocket route, and return the status."""
    event = {"requestContext": {"routeKey": route, "connectionId": connection_id}, **members}
    return int(live_connections.handler(event, lambda_context("live_connections"))["statusCode"])


def connect(ticket: str) -> str | None:
    """Open a connection. Return its id, or None if it is refused."""
    connection_id = uuid4().hex
    status = websocket("$connect", connection_id, queryStringParameters={"ticket": ticket})
    assert status in (200, 403)
    return connection_id if status == 200 else None


def opened(shop: ShopOnMoto, claims: dict[str, str] | None = None) -> str:
    connection_id = connect(ticket_of(shop, claims))
    assert connection_id is not None
    return connection_id


def push(shop: ShopOnMoto, *order_ids: str) -> None:
    """Push the current views of these orders, as the stream sends them."""
    summaries = {item["pk"]["S"]: item for item in shop.items("Views") if item["sk"]["S"] == "SUMMARY"}
    records = [{"dynamodb": {"NewImage": summaries[f"ORDER#{order_id}"]}} for order_id in order_ids]
    push_changes.handler({"Records": records}, lambda_context("push_changes"))


def messages(connection_id: str) -> list[dict[str, Any]]:
    """Return the messages that a connection has received."""
    data = connections()[connection_id].data.decode()
    return [json.loads(f"{{{each}}}") for each in data.strip("{}").split("}{") if each]


def connections() -> dict[str, Connection]:
    return apigatewaymanagementapi_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].connections


@pytest.fixture
def gone() -> Iterator[set[str]]:
    """Give the ids of connections that API Gateway reports as gone."""
    ids: set[str] = set()
    post = ApiGatewayManagementApiBackend.post_to_connection

    def post_unless_gone(backend: ApiGatewayManagementApiBackend, data: bytes, connection_id: str) -> None:
        if connection_id in ids:
            error = JsonRESTError("GoneException", "")
            error.code = 410
            raise error
        post(backend, data, connection_id)

    with patch.object(ApiGatewayManagementApiBackend, "post_to_connection", post_unless_gone):
        yield ids


def test_a_ticket_works_once(shop: ShopOnMoto) -> None:
    ticket = ticket_of(shop)

    assert connect(ticket)
    assert connect(ticket) is None


@pytest.mark.parametrize("query", [None, {}, {"ticket": ""}, {"ticket": "forged"}])
def test_a_connection_without_a_valid_ticket_is_refused(shop: ShopOnMoto, query: dict[str, str] | None) -> None:
    assert websocket("$connect", "c1", queryStringParameters=query) == 403
    assert shop.items("Live") == []


def test_a_text_that_is_no_ticket_is_not_looked_up(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    # DynamoDB raises an error for a key of more than 2048 bytes, but moto does not.
    monkeypatch.setattr(live_store, "dynamodb", lambda: pytest.fail("the ticket was looked up"))

    assert connect("x" * 3000) is None


def test_an_expired_ticket_is_refused_although_it_is_still_stored(
    shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = ticket_of(shop)
    later = time.time() + live_store.TICKET_SECONDS
    monkeypatch.setattr(live_store.time, "time", lambda: later)

    assert connect(ticket) is None


def test_the_url_is_that_of_the_websocket_api(shop: ShopOnMoto) -> None:
    document = shop.call("POST", "/live/tickets").document

    assert document["url"].startswith("wss://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live?ticket=")
    assert document["expires_in"] == 30


def test_a_change_goes_to_its_customer_and_to_operators(shop: ShopOnMoto) -> None:
    own, second, of_operator = opened(shop), opened(shop), opened(shop, shop.operator())
    of_other = opened(shop, {"sub": str(uuid4()), "token_use": "id"})
    order_id = shop.confirmed_order((shop.product(), 1))

    push(shop, order_id)

    for receiver in (own, second, of_operator):
        (message,) = messages(receiver)
        assert message.keys() == {"order_id", "version"}, "no personal data"
        assert message["order_id"] == order_id
    assert messages(of_other) == []


def test_the_version_increases_with_each_change(shop: ShopOnMoto) -> None:
    connection_id = opened(shop)
    order_id = shop.place((shop.product(), 1))
    shop.deliver()
    push(shop, order_id)
    shop.fulfil(order_id)
    shop.deliver()
    push(shop, order_id)

    first, second = messages(connection_id)
    assert first["version"] < second["version"]


def test_several_changes_of_an_order_in_a_batch_are_one_message(shop: ShopOnMoto) -> None:
    connection_id = opened(shop)
    order_id = shop.confirmed_order((shop.product(), 1))

    push(shop, order_id, order_id)

    assert len(messages(connection_id)) == 1


def test_a_view_without_its_customer_is_not_pushed(shop: ShopOnMoto) -> None:
    opened(shop, shop.operator())
    item = to_item({"pk": "ORDER#1", "sk": "SUMMARY", "stock": {"status": "RESERVED"}, "stock_seq": 1})

    push_changes.handler({"Records": [{"dynamodb": {"NewImage": item}}]}, lambda_context("push_changes"))

    assert connections() == {}


def test_a_closed_connection_receives_nothing(shop: ShopOnMoto) -> None:
    connection_id = opened(shop)
    assert websocket("$disconnect", connection_id) == 200

    push(shop, shop.confirmed_order((shop.product(), 1)))

    assert connections() == {}
    assert shop.items("Live") == []


def test_a_message_of_a_client_changes_nothing(shop: ShopOnMoto) -> None:
    connection_id = opened(shop)
    before = shop.items("Live")

    assert websocket("$default", connection_id, body="hello") == 200
    assert shop.items("Live") == before


def test_a_gone_connection_is_removed_and_the_others_get_the_change(
    shop: ShopOnMoto, gone: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone.add(opened(shop))
    other = opened(shop)
    order_id = shop.confirmed_order((shop.product(), 1))
    later = time.time() + live_store.HANDSHAKE_SECONDS + 1
    monkeypatch.setattr(live_store.time, "time", lambda: later)

    push(shop, order_id)

    assert len(messages(other)) == 1
    assert [item["entry"]["S"] for item in shop.items("Live")] == [f"connection#{other}"]


def test_a_connection_whose_handshake_is_in_progress_is_kept(shop: ShopOnMoto, gone: set[str]) -> None:
    # API Gateway responds with 410 until $connect has returned.
    gone.add(opened(shop))

    push(shop, shop.confirmed_order((shop.product(), 1)))

    assert len(shop.items("Live")) == 1


def test_a_failed_push_is_retried_after_all_others_were_sent(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, other = sorted([opened(shop), opened(shop)])
    order_id = shop.confirmed_order((shop.product(), 1))
    post = ApiGatewayManagementApiBackend.post_to_connection

    def fail(backend: ApiGatewayManagementApiBackend, data: bytes, connection_id: str) -> None:
        if connection_id == broken:
            raise JsonRESTError("LimitExceededException", "")
        post(backend, data, connection_id)

    monkeypatch.setattr(ApiGatewayManagementApiBackend, "post_to_connection", fail)

    with pytest.raises(push_changes.PushesFailed):
        push(shop, order_id)

    assert len(messages(other)) == 1
    assert len(shop.items("Live")) == 2
