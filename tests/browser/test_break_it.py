"""The panel that breaks an order at checkout."""

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Locator, expect

from tests.browser.break_it_panel import break_it, part
from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.e2e.shop import Shop

TIMES = "\N{MULTIPLICATION SIGN}"


def new_product(shop: Shop, stock: int = 10) -> str:
    """Add a product, and return its name."""
    name = f"Kettle {uuid4().hex[:6]}"
    shop.product(name=name, stock=stock)
    return name


def check_out(visitor: Visitor, product: str) -> None:
    visitor.sign_in_as_customer()
    visitor.add_to_basket(product)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")


def forecast(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("status").filter(has_text="Forecast:")


def test_the_panel_forecasts_the_end_of_the_order(visitor: Visitor, shop: Shop) -> None:
    check_out(visitor, new_product(shop))
    expect(forecast(visitor)).to_have_count(0)

    break_it(visitor, {"Carrier": "Refuses the address", "Capture": "Fails every time"})

    expect(part(visitor, "Carrier")).to_have_accessible_description(re.compile("A refusal is an answer"))
    expect(part(visitor, "Capture")).to_have_accessible_description(re.compile("does not get here"))
    expect(forecast(visitor)).to_contain_text("rejected")
    part(visitor, "Void").select_option(label="Fails every time")
    expect(forecast(visitor)).to_contain_text("needs an operator")
    visitor.press("Repair everything")
    expect(forecast(visitor)).to_contain_text("confirmed")
    break_it(visitor, {})
    expect(forecast(visitor)).to_have_count(0)
    visitor.place_order()
    visitor.sees_status("CONFIRMED")


def test_a_step_that_crashes_twice_completes_on_the_page(visitor: Visitor, shop: Shop) -> None:
    check_out(visitor, new_product(shop))

    break_it(visitor, {"Payment": "Crashes twice", "Carrier": "Fails once"})
    visitor.place_order()

    visitor.sees_status("CONFIRMED")
    visitor.sees_step("CapturePayment", "completed")
    expect(visitor.step("BookShipment")).to_contain_text("attempt 2 of 4")


def test_a_sold_out_order_asks_for_one_piece_too_many(visitor: Visitor, shop: Shop) -> None:
    kettle = new_product(shop, stock=3)
    check_out(visitor, kettle)

    break_it(visitor, {"Stock": "Sold out"})

    expect(visitor.page.get_by_text(f"4 {TIMES} {kettle}").first).to_be_visible()
    visitor.place_order()
    visitor.sees_status("REJECTED")
    visitor.sees(f"There is not enough stock of {kettle}.")


def test_the_panel_is_usable_with_the_keyboard_and_on_a_phone(
    visit: Callable[..., Visitor], shop: Shop, screenshot: Callable[[Visitor, str], None]
) -> None:
    visitor = visit(PHONE)
    check_out(visitor, new_product(shop))

    visitor.page.locator("summary").filter(has_text="Sandbox: break something").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    expect(part(visitor, "Stock")).to_be_focused()
    part(visitor, "Payment").select_option(label="Crashes every time")

    for scheme in visitor.in_light_and_dark():
        screenshot(visitor, f"checkout broken {scheme}")
        assert visitor.accessibility_violations() == [], scheme


def test_an_expired_session_at_checkout_keeps_the_faults(visitor: Visitor, shop: Shop) -> None:
    kettle, user = new_product(shop), shop.new_user()
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    break_it(visitor, {"Payment": "Declines the card"})
    visitor.pay_with_expired_session("**/api/sandbox/faults", user)

    visitor.sees_heading("Checkout")
    expect(part(visitor, "Payment")).to_have_value("refuse always")


def test_the_checkout_announces_the_question_of_the_bank(visitor: Visitor, shop: Shop) -> None:
    check_out(visitor, new_product(shop))
    announcement = visitor.page.get_by_role("status").filter(has_text="Your bank will ask you to confirm")
    expect(announcement).to_have_count(0)

    break_it(visitor, {"Payment": "Bank asks to confirm"})

    expect(announcement).to_be_visible()
