"""The page of the console that breaks an existing order."""

from playwright.sync_api import expect

from tests.browser.break_it_panel import part
from tests.browser.conftest import PHONE
from tests.browser.test_every_page import MAX_LAYOUT_SHIFT
from tests.browser.visitor import Visitor
from tests.e2e.shop import Shop


def test_an_operator_breaks_and_repairs_an_order(visitor: Visitor, shop: Shop) -> None:
    order_id = shop.customer().place(shop.product())

    visitor.sign_in_as_operator()
    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.go("/operations/break-it")
    visitor.sees_heading("Break it")
    assert visitor.layout_shift() < MAX_LAYOUT_SHIFT
    visitor.fill("Order ID", order_id)
    visitor.press("Show what is broken")
    part(visitor, "Void").select_option(label="Fails every time")
    visitor.press("Save plan")
    visitor.sees("Saved.")
    visitor.page.reload()
    expect(part(visitor, "Void")).to_have_value("fail always")
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme

    visitor.press("Repair everything")
    visitor.press("Save plan")
    visitor.sees("Saved.")
