"""Take the pictures in docs/images from the web page of the running local cloud: `python -m tools.screenshots`.

It places orders as alice, so that the pictures have something to show. It finds elements by their roles and texts.
"""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, expect

from tools.local_cloud import reachability
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.screenshots.animated_png import animated_png
from tools.screenshots.chromium import chromium
from tools.screenshots.web_page import MILLISECONDS, sign_in, wait_until_loaded
from tools.terminal.console import reports_errors
from tools.terminal.order_tracking import draft_order, follow_order
from tools.terminal.shop import Shop

IMAGES = ROOT / "docs" / "images"
MAX_ANIMATION_BYTES = 2_000_000
WIDE, FILM = (1440, 900), (1100, 900)
ORDER_PAGE = re.compile(r"/orders/[0-9a-f-]{36}$")
# Payment methods and postal codes of the orders in the picture of the console.
VARIED_ORDERS = [
    *[("pm_card_visa", "10115")] * 6,
    *[("pm_card_declined", "10115")] * 2,
    *[("pm_card_visa", "00000"), ("pm_requires_action", "10115"), ("pm_capture_down", "10115")],
]
SAGA_SECONDS = 120


@dataclass
class Film:
    """The frames of an animation, with the seconds that each is shown."""

    page: Page
    frames: list[tuple[bytes, float]] = field(default_factory=list)

    def shoot(self, seconds: float) -> None:
        """Add a frame. Prolongs the last one if the page looks the same."""
        image = self.page.screenshot()
        shown = self.frames.pop()[1] if self.frames and self.frames[-1][0] == image else 0.0
        self.frames.append((image, shown + seconds))

    def press(self, target: Locator) -> None:
        """Point at a button or a link, so that a viewer sees what is pressed, and press it."""
        target.hover()
        self.shoot(0.8)
        target.click()


class Photographer:
    """Takes pictures of the page of `stack`, in light mode."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._browser = browser
        self._stack = stack

    def film_purchase(self) -> None:
        """A purchase from the shop to the confirmed order, as an animation."""
        with self._page(FILM, user="alice", motion="no-preference") as page:
            film = Film(page)
            page.goto("/")
            wait_until_loaded(page, "Shop")
            film.shoot(1.5)
            for product in ("Gooseneck kettle", "Espresso beans"):
                film.press(page.get_by_role("button", name=f"Add to basket: {product}"))
            film.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Basket"))
            wait_until_loaded(page, "Basket")
            film.shoot(1.5)
            film.press(page.get_by_role("button", name="Check out"))
            wait_until_loaded(page, "Checkout")
            film.shoot(2)
            film.press(page.get_by_role("button", name=re.compile("^Pay")))
            page.wait_for_url(ORDER_PAGE)
            expect(page.get_by_role("heading", name="Checkout")).to_have_count(0)
            _film_saga(film)
        content = animated_png(film.frames)
        if len(content) > MAX_ANIMATION_BYTES:
            raise LocalCloudError(f"The animation has {len(content)} bytes, more than {MAX_ANIMATION_BYTES}.")
        (IMAGES / "purchase.png").write_bytes(content)

    def take_rejected_order(self) -> None:
        """An order that the carrier refused, with its compensations."""
        with shop_as(self._stack, "alice") as shop:
            order_id = _place(shop, "pm_card_visa", "00000")
            _wait_for_saga(shop, order_id)
        with self._page(WIDE, user="alice") as page:
            page.goto(f"/orders/{order_id}")
            self._save(page, "rejected-order.png")

    def take_operations(self) -> None:
        """The activity of the shop, after orders with different ends."""
        with shop_as(self._stack, "alice") as shop:
            placed = [_place(shop, payment, postal_code) for payment, postal_code in VARIED_ORDERS]
            for order_id in placed:
                _wait_for_saga(shop, order_id)
        with self._page(WIDE, user="operator") as page:
            page.goto("/operations")
            self._save(page, "operations.png")

    @contextmanager
    def _page(
        self, size: tuple[int, int], user: str, motion: Literal["reduce", "no-preference"] = "reduce"
    ) -> Iterator[Page]:
        """Open the web page, signed in as `user`. With reduced motion, an order shows all its events at once."""
        context = self._browser.new_context(
            base_url=self._stack.web_url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="light",
            reduced_motion=motion,
            locale="en-GB",
        )
        context.set_default_timeout(MILLISECONDS)
        page = context.new_page()
        sign_in(page, self._stack.users[user])
        yield page
        context.close()

    def _save(self, page: Page, name: str) -> None:
        wait_until_loaded(page)
        page.screenshot(path=IMAGES / name, full_page=True)


def _place(shop: Shop, payment_method: str, postal_code: str) -> str:
    order_id: str = shop.place_order(draft_order(shop.products(), payment_method, postal_code))["order_id"]
    return order_id


def _film_saga(film: Film) -> None:
    """Film the order, one frame for each event, until the page has shown the last one."""
    wait_until_loaded(film.page)
    position, last_step = film.page.get_by_role("slider"), film.page.locator('[data-step="CapturePayment"]')
    filmed = ""
    end = time.monotonic() + SAGA_SECONDS
    while last_step.get_attribute("data-state") != "completed":
        if time.monotonic() > end:
            raise LocalCloudError(f"{film.page.url} did not show the captured payment within {SAGA_SECONDS} s.")
        if position.input_value() != filmed:
            filmed = position.input_value()
            film.shoot(1)
        film.page.wait_for_timeout(100)
    film.shoot(4)


def _wait_for_saga(shop: Shop, order_id: str) -> None:
    for _ in follow_order(shop, order_id, SAGA_SECONDS):
        pass


def take_all() -> None:
    """Take every picture.

    Raises:
        LocalCloudError: The local cloud is not running, an order does not come to its end, or Chromium is missing.
    """
    stack = reachability.running_stack(LocalCloud.of_developer())
    with chromium() as browser:
        photographer = Photographer(browser, stack)
        photographer.film_purchase()
        photographer.take_rejected_order()
        photographer.take_operations()


@reports_errors
def main() -> int:
    """Take every picture, print where they are, and return the exit status."""
    take_all()
    sys.stdout.write(f"The pictures are in {IMAGES}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
