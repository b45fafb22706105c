"""The page in a GitHub codespace, whose browser reaches only the forwarded port of the web server, over HTTPS."""

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Route

from tests.browser.visitor import Visitor
from tests.e2e.shop import Shop

CODESPACE = "https://ada-8080.app.github.dev"


def test_a_customer_signs_in_and_buys_through_a_forwarded_port(visit: Callable[..., Visitor], shop: Shop) -> None:
    local = shop.stack.web_url.replace("127.0.0.1", "localhost")

    def forward(route: Route) -> None:
        """Send the request to the web server as GitHub does: with the local host and origin."""
        headers = {**route.request.headers, "x-forwarded-host": urlsplit(CODESPACE).netloc}
        if "origin" in headers:
            headers["origin"] = local
        route.fulfill(response=route.fetch(url=route.request.url.replace(CODESPACE, local), headers=headers))

    product = f"Kettle {uuid4().hex[:6]}"
    shop.product(stock=1, name=product)
    visitor = visit(base_url=CODESPACE)
    # Registered last, so it answers first: the emulator's port is not forwarded.
    visitor.page.route("**/*", lambda route: route.abort())
    visitor.page.route(f"{CODESPACE}/**", forward)

    visitor.sign_in_as_customer()
    visitor.buy(product)

    visitor.sees("Confirmed")
    # The page polls, so a request can be on its way.
    visitor.page.unroute_all(behavior="ignoreErrors")
