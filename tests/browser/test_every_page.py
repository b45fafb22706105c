"""What holds for every page: it can be used by everybody, in both widths, light and dark, and nothing jumps."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Response, expect

from tests.browser.conftest import PHONE, WIDE
from tests.browser.visitor import Visitor
from tests.e2e.shop import Person, Shop
from tools.local_cloud.sign_in import id_token

OPEN_PAGES = {
    "/": "Shop",
    "/basket": "Basket",
    "/sign-in": "Sign in",
    "/sign-up": "Sign up",
    "/nowhere": "Nothing is here",
}
CONSOLE_PAGES = {
    "": "Activity",
    "/tasks": "Tasks",
    "/dead-letters": "Dead letters",
    "/products": "Products",
    "/views": "Views",
    "/orders": "Find an order",
    "/customers": "Erase a person",
}
# "Good", in the words of https://web.dev/articles/cls, is less than 0.1.
NO_SHIFT = 0.02
# Bytes of JavaScript, gzipped, for a guest's first look.
MOST_SCRIPT = 200_000
SIGN_UP_CODE = "**/assets/sign-up-page*.js"
in_both_widths = pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])


@in_both_widths
def test_open_pages_are_accessible(visit: Callable[..., Visitor], viewport: dict[str, int]) -> None:
    visitor = visit(viewport)
    for path, heading in OPEN_PAGES.items():
        visitor.go(path)
        visitor.heading(heading)
        expect(visitor.page.locator(".skeleton")).to_have_count(0)
        assert visitor.jump() < NO_SHIFT, path
        for scheme in visitor.in_light_and_dark():
            assert visitor.accessibility_faults() == [], (path, scheme)


def test_a_customers_pages_are_accessible(visitor: Visitor, screenshot: Callable[[Visitor, str], None]) -> None:
    def look(name: str) -> None:
        for scheme in visitor.in_light_and_dark():
            screenshot(visitor, f"{name} {scheme}")
            assert visitor.accessibility_faults() == [], (name, scheme)

    visitor.go("/")
    visitor.sees("in stock")
    look("shop")

    visitor.is_customer()
    visitor.puts_into_basket("Gooseneck kettle", 2)
    look("basket")

    visitor.press("Check out")
    visitor.sees("Which card?")
    look("checkout")

    visitor.places_the_order("Visa", "00000")
    visitor.sees_status("REJECTED")
    visitor.sees_step("ReleaseStock", "taken")
    look("order rejected")

    visitor.buys("Paper filters, 100")
    visitor.sees_step("CapturePayment", "taken")
    look("order confirmed")

    visitor.arrives_at("My orders")
    visitor.sees("Paper filters")
    look("orders")


def test_an_operators_pages_are_accessible(
    visitor: Visitor, shop: Shop, screenshot: Callable[[Visitor, str], None]
) -> None:
    kettle = shop.product()
    customer = shop.customer()
    for order_id in (customer.place(kettle), customer.place(kettle, payment_method="pm_card_declined")):
        customer.wait_for(order_id, "CONFIRMED", "REJECTED")
    visitor.is_operator()
    for path, heading in CONSOLE_PAGES.items():
        visitor.go(f"/operations{path}")
        visitor.heading(heading)
        expect(visitor.page.locator(".skeleton")).to_have_count(0)
        assert visitor.jump() < NO_SHIFT, path
        for scheme in visitor.in_light_and_dark():
            screenshot(visitor, f"operations{path} {scheme}")
            assert visitor.accessibility_faults() == [], (path, scheme)


def test_nothing_jumps_while_a_customers_page_loads(visit: Callable[..., Visitor], shop: Shop) -> None:
    """On a phone, where everything stands below something else."""
    user, sku = shop.new_user(), shop.product()
    customer = Person(shop, id_token(shop.stack, user))
    order_id = customer.place(sku)
    customer.wait_for(order_id, "CONFIRMED")
    visitor = visit(PHONE)
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.puts_into_basket("Paper filters, 100")

    for path in ("/basket", "/checkout", "/orders", f"/orders/{order_id}"):
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        expect(visitor.page.locator(".skeleton")).to_have_count(0)
        assert visitor.jump() < NO_SHIFT, path


def test_the_first_page_loads_little_and_nothing_of_the_console(visitor: Visitor) -> None:
    scripts: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts[response.url.rsplit("/", 1)[1]] = len(gzip.compress(response.body()))

    visitor.page.on("response", weigh)
    visitor.go("/")
    visitor.heading("Shop")
    visitor.page.wait_for_load_state("networkidle")

    assert sum(scripts.values()) < MOST_SCRIPT, scripts
    assert not [name for name in scripts if name.startswith(("console", "account"))]


def test_a_page_that_a_deployment_has_replaced_reloads_once(visitor: Visitor) -> None:
    visitor.go("/sign-in")
    visitor.heading("Sign in")
    loads: list[str] = []
    visitor.page.on("load", lambda page: loads.append(page.url))
    visitor.expect_refusals(404)
    visitor.page.route(SIGN_UP_CODE, lambda route: route.fulfill(status=404), times=1)

    visitor.follow("Sign up")

    visitor.heading("Sign up")
    assert len(loads) == 1
    visitor.complaints.clear()


def test_a_page_that_does_not_load_keeps_the_frame_and_can_be_tried_again(visitor: Visitor) -> None:
    visitor.go("/sign-in")
    visitor.heading("Sign in")
    visitor.page.route(SIGN_UP_CODE, lambda route: route.abort())

    visitor.follow("Sign up")

    visitor.heading("This page cannot be shown")
    assert visitor.accessibility_faults() == []
    visitor.page.unroute(SIGN_UP_CODE)
    visitor.press("Try again")
    visitor.heading("Sign up")
    visitor.page.route("**/assets/basket-page*.js", lambda route: route.abort())
    visitor.follow("Basket")
    visitor.heading("This page cannot be shown")
    visitor.follow("Shop")
    visitor.heading("Shop")
    visitor.complaints.clear()


def test_the_keyboard_reaches_the_content_first(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.heading("Shop")

    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("main")).to_be_focused()


def test_dark_mode_stays_as_it_was_chosen(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.press("Dark mode")
    visitor.page.reload()

    expect(visitor.page.get_by_role("button", name="Dark mode")).to_have_attribute("aria-pressed", "true")
    expect(visitor.page.locator("body")).to_have_class("awsui-dark-mode")
