"""Quality of every page: accessibility in both widths and both color modes, layout shift, size and error handling."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Response, expect

from tests.browser.conftest import PHONE, WIDE
from tests.browser.visitor import Visitor
from tests.e2e.shop import Caller, Shop
from tools.local_cloud.sign_in import id_token

PUBLIC_PAGES = {
    "/": "Shop",
    "/basket": "Basket",
    "/sign-in": "Sign in",
    "/sign-up": "Sign up",
    "/no-such-page": "Page not found",
}
CONSOLE_PAGES = {
    "": "Activity",
    "/orders": "Orders",
    "/tasks": "Tasks",
    "/dead-letters": "Dead letters",
    "/products": "Products",
    "/views": "Views",
    "/customers": "Erase customer",
}
# Stricter than https://web.dev/articles/cls, which calls a shift below 0.1 good.
MAX_LAYOUT_SHIFT = 0.02
# These do not shift at all.
SHOP_PAGES = ("/", "/basket", "/checkout")
# The limit of decision 3 for the gzipped JavaScript of a first visit.
MAX_SCRIPT_BYTES = 200_000
SIGN_UP_SCRIPT = "**/assets/sign-up-page*.js"
in_both_widths = pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])


@in_both_widths
def test_public_pages_are_accessible(visit: Callable[..., Visitor], viewport: dict[str, int]) -> None:
    visitor = visit(viewport)
    for path, heading in PUBLIC_PAGES.items():
        visitor.go(path)
        visitor.sees_heading(heading)
        visitor.sees_everything_loaded()
        assert visitor.layout_shift() < MAX_LAYOUT_SHIFT, path
        for scheme in visitor.in_light_and_dark():
            assert visitor.accessibility_violations() == [], (path, scheme)


def test_the_pages_of_a_customer_are_accessible(
    visitor: Visitor, shop: Shop, screenshot: Callable[[Visitor, str], None]
) -> None:
    def check(name: str) -> None:
        for scheme in visitor.in_light_and_dark():
            screenshot(visitor, f"{name} {scheme}")
            assert visitor.accessibility_violations() == [], (name, scheme)

    visitor.go("/")
    visitor.sees("in stock")
    check("shop")

    visitor.sign_in_as_customer()
    visitor.add_to_basket("Gooseneck kettle", 2)
    check("basket")

    visitor.press("Check out")
    visitor.sees("Payment method")
    check("checkout")

    visitor.place_order(postal_code="00000")
    visitor.sees_status("REJECTED")
    visitor.sees_step("ReleaseStock", "completed")
    check("order rejected")

    order_id = visitor.buy("Paper filters, 100")
    visitor.sees_step("CapturePayment", "completed")
    check("order confirmed")

    visitor.press("Return items")
    visitor.sees("At most 1")
    check("return form")
    visitor.press("Cancel")
    visitor.return_items("Paper filters, 100", 1)
    shop.decide(shop.task_of(order_id), "approve")
    visitor.sees_return("COMPLETED")
    visitor.sees_step("CompleteReturn", "completed")
    check("order returned")

    visitor.navigate("My orders")
    visitor.sees("Paper filters")
    check("orders")


def test_the_pages_of_an_operator_are_accessible(
    visitor: Visitor, shop: Shop, screenshot: Callable[[Visitor, str], None]
) -> None:
    kettle = shop.product()
    customer = shop.customer()
    for order_id in (customer.place(kettle), customer.place(kettle, payment_method="pm_card_declined")):
        customer.wait_for(order_id, "CONFIRMED", "REJECTED")
    visitor.sign_in_as_operator()
    for path, heading in CONSOLE_PAGES.items():
        visitor.go(f"/operations{path}")
        visitor.sees_heading(heading)
        visitor.sees_everything_loaded()
        assert visitor.layout_shift() < MAX_LAYOUT_SHIFT, path
        for scheme in visitor.in_light_and_dark():
            screenshot(visitor, f"operations{path} {scheme}")
            assert visitor.accessibility_violations() == [], (path, scheme)


def test_the_layout_does_not_shift_while_a_page_of_a_customer_loads(visit: Callable[..., Visitor], shop: Shop) -> None:
    """Uses a phone's width, because a late element shifts everything below it in the single column."""
    user, sku = shop.new_user(), shop.product()
    customer = Caller(shop, id_token(shop.stack, user))
    order_id = customer.place(sku)
    customer.wait_for(order_id, "CONFIRMED")
    visitor = visit(PHONE)
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.add_to_basket("Paper filters, 100")

    for path in ("/", "/basket", "/checkout", "/orders", f"/orders/{order_id}"):
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        visitor.sees_everything_loaded()
        assert visitor.layout_shift() <= (0 if path in SHOP_PAGES else MAX_LAYOUT_SHIFT), path


@in_both_widths
@pytest.mark.parametrize("postal_code", ["10115", "00000"], ids=["confirmed", "rejected"])
def test_the_order_page_does_not_shift_while_events_arrive(
    visit: Callable[..., Visitor], viewport: dict[str, int], postal_code: str
) -> None:
    visitor = visit(viewport)
    visitor.sign_in_as_customer()
    visitor.add_to_basket("Paper filters, 100")
    visitor.press("Check out")
    visitor.place_order(postal_code=postal_code)
    expect(visitor.step("ReserveStock")).to_be_visible()
    visitor.page.evaluate("() => (window.layoutShift = 0)")

    visitor.sees_step("CapturePayment" if postal_code == "10115" else "ReleaseStock", "completed")

    assert visitor.layout_shift() < MAX_LAYOUT_SHIFT


def test_a_first_visit_loads_few_scripts_and_no_sign_in(visitor: Visitor, shop: Shop) -> None:
    """The scripts that the browser loads. frontend/src/first-visit.test.ts computes them for every page."""
    scripts: dict[str, int] = {}

    def record_size(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts[response.url.rsplit("/", 1)[1]] = len(gzip.compress(response.body()))

    def assert_few_scripts(path: str, heading: str) -> None:
        scripts.clear()
        visitor.go(path)
        visitor.sees_heading(heading)
        visitor.page.wait_for_load_state("networkidle")
        assert 0 < sum(scripts.values()) < MAX_SCRIPT_BYTES, scripts
        assert not [name for name in scripts if name.startswith(("console", "account"))]

    user = shop.new_user()
    customer = Caller(shop, id_token(shop.stack, user))
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")

    visitor.page.on("response", record_size)
    assert_few_scripts("/", "Shop")
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.add_to_basket("Paper filters, 100")
    assert_few_scripts("/checkout", "Checkout")
    assert_few_scripts("/orders", "My orders")
    assert_few_scripts(f"/orders/{order_id}", "Thank you, your order is confirmed")


def test_a_page_reloads_once_if_a_deployment_removed_its_script(visitor: Visitor) -> None:
    visitor.go("/sign-in")
    visitor.sees_heading("Sign in")
    loads: list[str] = []
    visitor.page.on("load", lambda page: loads.append(page.url))
    visitor.allow_statuses(404)
    visitor.page.route(SIGN_UP_SCRIPT, lambda route: route.fulfill(status=404), times=1)

    with visitor.page.expect_event("load"):
        visitor.follow("Sign up")

    visitor.sees_heading("Sign up")
    assert len(loads) == 1
    visitor.console_errors.clear()


def test_a_page_that_fails_to_load_keeps_the_frame_and_offers_a_retry(visitor: Visitor) -> None:
    visitor.go("/sign-in")
    visitor.sees_heading("Sign in")
    visitor.page.route(SIGN_UP_SCRIPT, lambda route: route.abort())

    visitor.follow("Sign up")

    visitor.sees_heading("This page could not be displayed")
    assert visitor.accessibility_violations() == []
    visitor.page.unroute(SIGN_UP_SCRIPT)
    visitor.press("Try again")
    visitor.sees_heading("Sign up")
    visitor.page.route("**/assets/basket-page*.js", lambda route: route.abort())
    visitor.follow("Basket")
    visitor.sees_heading("This page could not be displayed")
    visitor.follow("Shop")
    visitor.sees_heading("Shop")
    visitor.console_errors.clear()


def test_a_page_whose_configuration_failed_to_load_can_be_retried(visitor: Visitor, shop: Shop) -> None:
    sku = shop.product()
    visitor.sign_in_as_customer()
    visitor.page.evaluate("sku => localStorage.setItem('basket', JSON.stringify({[sku]: 1}))", sku)
    visitor.page.route("**/config.json", lambda route: route.abort())
    visitor.go("/checkout")
    visitor.sees_heading("This page could not be displayed")

    visitor.page.unroute("**/config.json")
    visitor.press("Try again")

    visitor.sees_heading("Checkout")
    visitor.console_errors.clear()


def test_a_page_that_fails_to_load_is_kept_while_the_server_is_gone(visitor: Visitor) -> None:
    visitor.go("/sign-in")
    visitor.sees_heading("Sign in")
    loads: list[str] = []
    visitor.page.on("load", lambda page: loads.append(page.url))
    visitor.page.route("**/*", lambda route: route.abort())

    visitor.follow("Sign up")
    visitor.sees_heading("This page could not be displayed")
    visitor.press("Try again")
    visitor.sees_heading("This page could not be displayed")
    assert loads == []

    visitor.page.unroute("**/*")
    with visitor.page.expect_event("load"):
        visitor.press("Try again")
    visitor.sees_heading("Sign up")
    assert len(loads) == 1
    visitor.console_errors.clear()


def test_the_first_tab_stop_skips_to_the_content(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.sees_heading("Shop")

    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="Skip to content")).to_be_focused()
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("main")).to_be_focused()


def test_dark_mode_is_kept_after_a_reload(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.press("Dark mode")
    visitor.page.reload()

    expect(visitor.page.get_by_role("button", name="Dark mode")).to_have_attribute("aria-pressed", "true")
    expect(visitor.page.locator("body")).to_have_class("awsui-dark-mode")
