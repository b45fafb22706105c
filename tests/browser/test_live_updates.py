"""The page shows changes that the server pushes, and polls when it cannot connect."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Request, WebSocketRoute

from tests.browser.visitor import Visitor
from tests.e2e.providers import move_parcel
from tests.e2e.shop import Caller, Shop
from tests.e2e.test_live_updates import stored_connections
from tests.support.waiting import wait_until
from tools.local_cloud.sign_in import id_token
from tools.local_cloud.stack import User

LIVE = re.compile(r"^wss?://.*/live\?ticket=")


class LiveConnections:
    """The connections of a page: they pass messages on, and can be closed."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.messages: list[list[str]] = []
        self._open: list[WebSocketRoute] = []
        visitor.page.route_web_socket(LIVE, self._connect)

    def _connect(self, page: WebSocketRoute) -> None:
        messages: list[str] = []
        self.messages.append(messages)
        self._open.append(page)

        def pass_on(message: str | bytes) -> None:
            messages.append(json.loads(message)["order_id"])
            page.send(message)

        page.connect_to_server().on_message(pass_on)

    def wait_for(self, number: int) -> None:
        """Wait until the page has opened its connection with this number, from 1."""
        wait_in(self.visitor, lambda: len(self.messages) >= number, f"connection {number} of the page")

    def close(self) -> None:
        """Close the open connection, as API Gateway does after two hours."""
        self._open[-1].close(code=1001)


def wait_in(visitor: Visitor, condition: Callable[[], bool], description: str) -> None:
    """Wait for a condition that events of the page change. Playwright delivers them during its own calls only."""

    def is_met() -> bool:
        visitor.page.evaluate("0")
        return condition()

    wait_until(is_met, description=description)


def count_requests(visitor: Visitor, order_id: str) -> list[str]:
    """Return a list to which each later request of the order is added."""
    requests: list[str] = []

    def record(request: Request) -> None:
        if request.url.endswith(f"/api/orders/{order_id}"):
            requests.append(request.url)

    visitor.page.on("request", record)
    return requests


def customer_of(shop: Shop, user: User) -> Caller:
    return Caller(shop, id_token(shop.stack, user))


def test_the_order_page_follows_the_pushed_changes_and_polls_without_them(
    visit: Callable[..., Visitor], shop: Shop
) -> None:
    user = shop.new_user()
    with_live, without_live = visit(), visit()
    connections = LiveConnections(with_live)
    without_live.page.route_web_socket(LIVE, lambda page: page.close())
    for visitor in (with_live, without_live):
        visitor.go("/sign-in")
        visitor.sign_in(user)
    connections.wait_for(1)
    order_id = customer_of(shop, user).place(shop.product(unit_price=10**6))
    customer_of(shop, user).wait_for(order_id, "IN_REVIEW")
    pushed, polled = (count_requests(visitor, order_id) for visitor in (with_live, without_live))
    for visitor in (with_live, without_live):
        visitor.go(f"/orders/{order_id}")
        visitor.sees_status("IN_REVIEW")
    connections.wait_for(2)

    shop.decide(shop.task_of(order_id), "approve")

    for visitor in (with_live, without_live):
        visitor.sees_status("CONFIRMED")
        visitor.sees_step("CapturePayment", "completed")
    # Without changes, the connected page polls slowly.
    wait_in(without_live, lambda: len(polled) > len(pushed) + 15, "many more polls by the page that is not connected")


def test_the_page_reconnects_and_shows_later_changes(visitor: Visitor, shop: Shop) -> None:
    user = shop.new_user()
    connections = LiveConnections(visitor)
    visitor.go("/sign-in")
    visitor.sign_in(user)
    connections.wait_for(1)
    customer = customer_of(shop, user)
    order_id = customer.place(shop.product())
    visitor.go(f"/orders/{order_id}")
    visitor.sees_step("CapturePayment", "completed")
    connections.wait_for(2)
    wait_in(visitor, lambda: len(stored_connections(shop, customer)) == 1, "the connection of the order page")
    (closed,) = stored_connections(shop, customer)

    connections.close()
    connections.wait_for(3)
    wait_in(visitor, lambda: stored_connections(shop, customer) not in ([], [closed]), "the new connection")
    move_parcel(shop, order_id, "dispatched")

    visitor.sees("Dispatched")
    wait_in(visitor, lambda: order_id in connections.messages[2], "the pushed change")


def test_the_connection_ends_when_the_user_signs_out(visitor: Visitor, shop: Shop) -> None:
    user = shop.new_user()
    customer = customer_of(shop, user)
    visitor.go("/sign-in")
    visitor.sign_in(user)
    wait_in(visitor, lambda: len(stored_connections(shop, customer)) == 1, "the connection of the page")

    visitor.press("Sign out")

    wait_in(visitor, lambda: not stored_connections(shop, customer), "the end of the connection")
