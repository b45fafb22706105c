"""A person with a browser, who does in the page what people do, by what they read there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from uuid import uuid4

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.e2e.shop import PASSWORD, Shop
from tools.local_cloud.cloud import ROOT
from tools.local_cloud.stack import User

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
ORDER_PAGE = re.compile(r"/orders/[0-9a-f-]{36}$")
# A saga and all that it undoes; on a busy machine.
SAGA_MILLISECONDS = 300_000


@cache
def _axe() -> str:
    return AXE.read_text()


@dataclass
class Visitor:
    """Whoever looks at `page`; `complaints` are the errors that the browser's console has shown them."""

    page: Page
    shop: Shop
    complaints: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def expect_refusals(self, *statuses: int) -> None:
        """Allow answers that the test is about: the browser itself writes each into its console."""
        self.allowed |= set(statuses)

    def go(self, path: str) -> None:
        self.page.goto(path)

    def sees(self, text: str, milliseconds: int = 240_000) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=milliseconds)

    def loads(self, what: str) -> None:
        """Wait until the page says that it is loading, by grey bars."""
        expect(self.page.get_by_role("status", name=what)).to_be_visible()

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible(timeout=240_000)

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link).first.click()

    def arrives_at(self, link: str, heading: str | None = None) -> None:
        """Follow a link, and wait until its page is there: what the page before shows is not taken for it."""
        self.follow(link)
        self.heading(heading or link)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def sign_in(self, user: User) -> None:
        """Fill in the form, wherever it has come up; not another one that has fields of the same names."""
        self.heading("Sign in")
        self.fill("E-mail address", user.username)
        self.fill("Password", user.password)
        self.page.locator("form").get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible(timeout=240_000)

    def is_customer(self) -> None:
        """Sign in as a customer of one's own."""
        self.go("/sign-in")
        self.sign_in(self.shop.new_user())

    def is_operator(self) -> None:
        self.go("/sign-in")
        self.sign_in(self.shop.stack.users["operator"])

    def sign_up(self) -> str:
        """Make an account; return its e-mail address."""
        # The form that one comes from has the same labels, and stays until this one is loaded.
        self.heading("Sign up")
        email = f"{uuid4().hex}@example.com"
        self.fill("E-mail address", email)
        self.fill("Password", PASSWORD)
        self.press("Sign up")
        self.fill("Code", "123456")
        self.press("Confirm")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible(timeout=240_000)
        return email

    def puts_into_basket(self, product: str, quantity: int = 1) -> None:
        self.go("/")
        self.press(f"Add to basket: {product}")
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name="Basket").click()
        self.heading("Basket")
        self.fill(f"Quantity of {product}", str(quantity))

    def buys(self, product: str, quantity: int = 1, card: str = "Visa", postal_code: str = "10115") -> str:
        """Buy it, from the shelf to the order's page; return the order's id."""
        self.puts_into_basket(product, quantity)
        self.press("Check out")
        self.heading("Checkout")
        return self.places_the_order(card, postal_code)

    def places_the_order(self, card: str = "Visa", postal_code: str = "10115") -> str:
        self.chooses(card, postal_code)
        self.press("Place the order")
        self.page.wait_for_url(ORDER_PAGE)
        return self.page.url.rsplit("/", 1)[1]

    def chooses(self, card: str, postal_code: str = "10115") -> None:
        self.page.get_by_role("radio", name=card).check()
        self.fill("Postal code", postal_code)

    def sees_status(self, status: str) -> None:
        """Wait until the order on the page has the status, without touching anything."""
        expect(self.page.locator(f'[role=status][data-status="{status}"]')).to_be_visible(timeout=SAGA_MILLISECONDS)

    def step(self, name: str) -> Locator:
        """A step in the picture of the saga, named as in its definition."""
        return self.page.locator(f'[data-step="{name}"]')

    def sees_step(self, name: str, state: str) -> None:
        expect(self.step(name)).to_have_attribute("data-state", state, timeout=SAGA_MILLISECONDS)

    def task_of(self, order_id: str) -> Locator:
        """The order's task, among those that wait for a person."""
        return self.page.locator(f'.tasks [data-order="{order_id}"]')

    def in_light_and_dark(self) -> Iterator[str]:
        """Yield `dark` and then `light`, while the page looks so."""
        schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
        for scheme in schemes:
            self.page.emulate_media(color_scheme=scheme)
            expect(self.page.locator("body.awsui-dark-mode")).to_have_count(int(scheme == "dark"))
            yield scheme

    def jump(self) -> float:
        """How much has moved since the page was loaded without being asked to, in shares of the window."""
        # Two frames later, the browser has told what moved in the last one.
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return float(self.page.evaluate("window.jump"))

    def field_says(self, label: str, words: str) -> None:
        """Wait until the field is marked as wrong, and tells why where a screen reader finds it."""
        field = self.page.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(words)))

    def accessibility_faults(self) -> list[str]:
        """What axe finds wrong with the page as it is."""
        # Evaluated by the browser's debugger: the page's own policy would not let it in, as it should.
        self.page.evaluate(_axe())
        found: Any = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {node['target']} {node['failureSummary']}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        refused = re.search(r"responded with a status of (\d+)", message.text)
        if refused and int(refused[1]) in self.allowed:
            return
        self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")
