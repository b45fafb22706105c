"""Page object for browser tests. It finds elements by visible labels, buttons, links and messages, as a user does."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from uuid import uuid4

from playwright.sync_api import ConsoleMessage, Locator, Page, Route, expect

from tests.e2e.shop import PASSWORD, Shop
from tools.local_cloud.cloud import ROOT
from tools.local_cloud.stack import User

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
ORDER_PAGE = re.compile(r"/orders/[0-9a-f-]{36}$")


@cache
def _axe() -> str:
    return AXE.read_text()


@dataclass
class Visitor:
    """A user of the web page, in one browser page.

    Attributes:
        page: The Playwright page.
        shop: The deployed shop.
        console_errors: Errors and warnings from the browser console.
        allowed_statuses: HTTP error statuses that the test expects. The browser logs each of them as an error. The
            page repeats a throttled request (429).
    """

    page: Page
    shop: Shop
    console_errors: list[str] = field(default_factory=list)
    allowed_statuses: set[int] = field(default_factory=lambda: {429})

    def __post_init__(self) -> None:
        self.page.on("console", self._record_console_message)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))

    def allow_statuses(self, *statuses: int) -> None:
        """Allow error responses with these statuses, which the browser logs to its console."""
        self.allowed_statuses |= set(statuses)

    def go(self, path: str) -> None:
        self.page.goto(path)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def sees_loading(self, label: str) -> None:
        """Wait for the skeleton with this label."""
        expect(self.page.get_by_role("status", name=label)).to_be_visible()

    def sees_everything_loaded(self) -> None:
        """Wait until no skeleton is left."""
        expect(self.page.locator(".skeleton")).to_have_count(0)

    def sees_heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible()

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link).first.click()

    def navigate(self, link: str, heading: str | None = None) -> None:
        """Follow a link, and wait for the heading of its page, which defaults to the text of the link."""
        self.follow(link)
        self.sees_heading(heading or link)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()

    def open_tab(self, tab: str) -> None:
        """Open a tab of the order page."""
        self.page.get_by_role("tab", name=tab).click()

    def confirm(self, button: str) -> None:
        """Answer the question of the open dialog with this button."""
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=button).click()
        expect(dialog).to_have_count(0)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def sign_in(self, user: User) -> None:
        """Wait for the sign-in page, and sign in. The sign-up page has fields with the same labels."""
        self.sees_heading("Sign in")
        self.fill("Email address", user.username)
        self.fill("Password", user.password)
        self.page.locator("form").get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def pay_with_expired_session(self, path: str, user: User) -> None:
        """Pay while the API refuses the session at `path`, and then sign in again."""
        self.allow_statuses(401, 400)
        self.page.route(path, lambda route: route.fulfill(status=401, body="{}"))
        self.press("Pay")
        self.sees("Your session has expired.")
        self.page.unroute(path)
        self.sign_in(user)

    def sign_in_as_customer(self) -> None:
        """Sign in as a new customer."""
        self.go("/sign-in")
        self.sign_in(self.shop.new_user())

    def sign_in_as_operator(self) -> None:
        self.go("/sign-in")
        self.sign_in(self.shop.stack.users["operator"])

    def register(self) -> str:
        """Create an account without its code, and return its email address."""
        # The sign-in page has fields with the same labels, and is visible until the sign-up page is loaded.
        self.sees_heading("Sign up")
        email = f"{uuid4().hex}@example.com"
        self.fill("Email address", email)
        self.fill("Password", PASSWORD)
        self.press("Sign up")
        self.sees_heading("Confirm your email address")
        return email

    def sign_up(self) -> str:
        """Create an account, and return its email address."""
        email = self.register()
        self.fill("Code", "123456")
        self.press("Confirm")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        return email

    def add_to_basket(self, product: str, quantity: int = 1) -> None:
        self.go("/")
        self.press(f"Add to basket: {product}")
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name="Basket").click()
        self.sees_heading("Basket")
        self.fill(f"Quantity of {product}", str(quantity))

    def buy(self, product: str, quantity: int = 1, card: str | None = None, postal_code: str = "10115") -> str:
        """Buy a product, starting in the shop, and return the order id. `card` is a test card of the sandbox."""
        self.add_to_basket(product, quantity)
        self.press("Check out")
        self.sees_heading("Checkout")
        if card:
            self.use_card(card)
        return self.place_order(postal_code)

    def use_card(self, card: str) -> None:
        """Place all orders from now on with this test card, which the page does not offer."""

        def change_card(route: Route) -> None:
            if route.request.method == "POST":
                route.continue_(post_data=json.dumps(route.request.post_data_json | {"payment_method": card}))
            else:
                route.fallback()

        self.page.route("**/api/orders", change_card)

    def place_order(self, postal_code: str = "10115") -> str:
        self.fill("Postal code", postal_code)
        self.press("Pay")
        self.page.wait_for_url(ORDER_PAGE)
        return self.page.url.rsplit("/", 1)[1]

    def choose(self, label: str, option: str) -> None:
        """Open the list of options with this label, and choose an option."""
        self.page.get_by_role("button", name=label).click()
        self.page.get_by_role("option", name=option).click()

    def return_items(self, product: str, quantity: int, reason: str = "Does not fit") -> None:
        """Request a return on the page of a paid order."""
        self.press("Return items")
        self.fill(f"Quantity of {product}", str(quantity))
        self.choose("Reason", reason)
        self.press("Request return")
        self.sees("We received your return")

    def sees_return(self, status: str) -> Locator:
        """Wait until the order page shows its only return with the status, without a reload. Return its row."""
        row = self.page.locator("[data-return]")
        expect(row).to_have_attribute("data-status", status)
        return row

    def sees_status(self, status: str) -> None:
        """Wait until the order page shows the status, without a reload."""
        expect(self.page.locator(f'[role=status][data-status="{status}"]')).to_be_visible()

    def step(self, name: str) -> Locator:
        """Return a step of the saga diagram, by its name in the state machine definition."""
        return self.page.locator(f'[data-step="{name}"]')

    def sees_step(self, name: str, state: str) -> None:
        expect(self.step(name)).to_have_attribute("data-state", state)

    def task_of(self, order_id: str) -> Locator:
        """Return the newest task of the order on the tasks page. Decided tasks stay on the page."""
        return self.page.locator(f'.tasks [data-order="{order_id}"]').last

    def search(self, text: str) -> None:
        """Search for an order or a customer in the console."""
        self.fill("Order number or email", text)
        self.page.get_by_role("button", name="Search", exact=True).click()

    def rows(self) -> Locator:
        """Return the orders in the table of the console."""
        return self.page.get_by_role("table", name="Orders found").locator("tbody tr")

    def notice(self, text: str) -> Locator:
        """Return the notice of the console with this text."""
        return self.page.locator(".notices li").filter(has_text=text)

    def in_light_and_dark(self) -> Iterator[str]:
        """Yield `dark` and `light`, after switching the page to that color mode."""
        schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
        for scheme in schemes:
            self.page.emulate_media(color_scheme=scheme)
            expect(self.page.locator("body.awsui-dark-mode")).to_have_count(int(scheme == "dark"))
            yield scheme

    def layout_shift(self) -> float:
        """Return the cumulative layout shift since the page was loaded (https://web.dev/articles/cls)."""
        # The browser reports the shift of a frame up to two frames later.
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return float(self.page.evaluate("window.layoutShift"))

    def sees_field_error(self, label: str, message: str) -> None:
        """Wait until the field is marked as invalid, with the message in its accessible description."""
        field = self.page.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(message)))

    def accessibility_violations(self) -> list[str]:
        """Return the violations that axe finds on the current page."""
        # The debugger may evaluate the script although the Content-Security-Policy of the page forbids it.
        self.page.evaluate(_axe())
        result: Any = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    def _record_console_message(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        status = re.search(r"responded with a status of (\d+)", message.text)
        if status and int(status[1]) in self.allowed_statuses:
            return
        self.console_errors.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")
