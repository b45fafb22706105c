"""Live updates: messages about changed orders, through real WebSocket connections."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.e2e.shop import Caller, Shop
from tests.e2e.test_authorization import claims_of
from tests.e2e.websocket_client import ConnectionRefused, WebSocket
from tests.support.waiting import wait_until


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Close the connections that a test opened."""
    with ExitStack() as connections:
        yield connections


def ticket_url(caller: Caller) -> str:
    response = caller.post("/live/tickets")
    assert response.status_code == 201, response.text
    return str(response.json()["url"])


def connect(opened: ExitStack, caller: Caller) -> WebSocket:
    return opened.enter_context(WebSocket(ticket_url(caller)))


def orders_until(connection: WebSocket, order_id: str) -> set[str]:
    """Receive messages until one names the order. Return the orders of all messages, which name nothing else."""
    orders: set[str] = set()
    while order_id not in orders:
        message = connection.receive()
        assert message.keys() == {"order_id", "version"}
        orders.add(message["order_id"])
    return orders


def stored_connections(shop: Shop, caller: Caller) -> list[str]:
    audience = f"customer#{claims_of(str(caller.token))['sub']}"
    return [item["entry"] for item in shop.table("Live").scan()["Items"] if item.get("audience") == audience]


def test_a_change_reaches_its_customer_and_operators_and_nobody_else(shop: Shop, opened: ExitStack) -> None:
    alice, bob = shop.customer(), shop.customer()
    of_alice, of_bob, of_operator = (connect(opened, caller) for caller in (alice, bob, shop.operator))

    order_of_alice = alice.place(shop.product())
    assert orders_until(of_alice, order_of_alice) == {order_of_alice}
    assert order_of_alice in orders_until(of_operator, order_of_alice)
    alice.wait_for(order_of_alice, "CONFIRMED")
    order_of_bob = bob.place(shop.product())

    assert orders_until(of_bob, order_of_bob) == {order_of_bob}
    assert order_of_bob in orders_until(of_operator, order_of_bob)


def test_the_message_comes_after_the_view_was_written(shop: Shop, opened: ExitStack) -> None:
    customer = shop.customer()
    connection = connect(opened, customer)
    order_id = customer.place(shop.product())
    versions = []

    while customer.get(f"/orders/{order_id}").json().get("status") != "CONFIRMED":
        versions.append(connection.receive()["version"])

    assert versions == sorted(versions)


def test_a_ticket_works_once(customer: Caller, opened: ExitStack) -> None:
    url = ticket_url(customer)
    opened.enter_context(WebSocket(url))

    with pytest.raises(ConnectionRefused) as refused:
        WebSocket(url)
    assert refused.value.status == 403


def test_a_forged_and_an_expired_ticket_are_refused(shop: Shop, customer: Caller) -> None:
    url = ticket_url(customer)
    address, _, ticket = url.partition("?ticket=")
    shop.table("Live").update_item(
        Key={"entry": f"ticket#{ticket}"},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": int(time.time()) - 1},
    )

    for refused_url in (url, f"{address}?ticket={uuid4()}", f"{address}?ticket=", address):
        with pytest.raises(ConnectionRefused) as refused:
            WebSocket(refused_url)
        assert refused.value.status == 403


def test_only_the_page_and_programs_may_connect(shop: Shop, customer: Caller, opened: ExitStack) -> None:
    opened.enter_context(WebSocket(ticket_url(customer), origin=shop.stack.web_url))

    with pytest.raises(ConnectionRefused) as refused:
        WebSocket(ticket_url(customer), origin="https://evil.example")
    assert refused.value.status == 403


def test_the_address_is_the_one_that_the_pages_policy_allows(shop: Shop, customer: Caller) -> None:
    url = ticket_url(customer)

    assert url.startswith(f"{shop.stack.live_url}?ticket=")
    assert f"ws://{urlsplit(url).netloc}" == shop.stack.emulator_url.replace("http", "ws", 1)


def test_a_closed_connection_and_a_gone_one_are_removed(shop: Shop, customer: Caller) -> None:
    with WebSocket(ticket_url(customer)):
        assert len(stored_connections(shop, customer)) == 1
    wait_until(lambda: not stored_connections(shop, customer), description="the removal of a closed connection")

    gone = {
        "entry": f"connection#{uuid4()}",
        "audience": f"customer#{claims_of(str(customer.token))['sub']}",
        "expires_at": int(time.time()) + 60,
    }
    shop.table("Live").put_item(Item=gone)
    customer.place(shop.product())
    wait_until(lambda: not stored_connections(shop, customer), description="the removal of a gone connection")
