"""The sandbox providers on the web page: the bank that asks for a confirmation, and the carrier of a parcel."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_page import MAX_LAYOUT_SHIFT
from tests.browser.visitor import ORDER_PAGE, Visitor
from tests.e2e.shop import Shop

BANK_ASKS = "pm_requires_action"
TO_BANK = "Confirm at your bank"


def new_product(shop: Shop) -> str:
    """Add a product of EUR 15.00, and return its name."""
    name = f"Kettle {uuid4().hex[:6]}"
    shop.product(name=name, unit_price=1500)
    return name


def buy_and_ask_bank(visitor: Visitor, shop: Shop) -> str:
    """Buy as a new customer, wait until the bank asks for a confirmation, and return the order id."""
    visitor.sign_in_as_customer()
    order_id = visitor.buy(new_product(shop), card=BANK_ASKS)
    visitor.sees_status("AWAITING_PAYMENT")
    visitor.sees_step("AwaitPayment", "waiting")
    return order_id


def buy_and_wait_for_parcel(visitor: Visitor, shop: Shop) -> str:
    """Buy as a new customer, wait until the order is paid, and return the order id."""
    visitor.sign_in_as_customer()
    order_id = visitor.buy(new_product(shop))
    visitor.sees_step("CapturePayment", "completed")
    return order_id


def answer_bank(visitor: Visitor, answer: str) -> None:
    visitor.navigate(TO_BANK, "Sandbox bank")
    expect(visitor.page.locator("main")).to_be_focused()
    visitor.press(answer)
    visitor.page.wait_for_url(ORDER_PAGE)
    expect(visitor.page.locator("main")).to_be_focused()


def sees_shipment(visitor: Visitor, status: str) -> None:
    """Wait until the order page shows the status of the shipment, without a reload."""
    expect(visitor.page.get_by_text(status, exact=True)).to_be_visible()


def test_an_approval_at_the_bank_confirms_the_order(visitor: Visitor, shop: Shop) -> None:
    order_id = buy_and_ask_bank(visitor, shop)

    answer_bank(visitor, "Approve")

    expect(visitor.page.get_by_role("link", name=TO_BANK)).to_have_count(0)
    visitor.sees("Alex Example")
    visitor.sees_status("CONFIRMED")
    for step in ("AuthorizePayment", "AwaitPayment", "BookShipment", "CapturePayment"):
        visitor.sees_step(step, "completed")
    visitor.go(f"/sandbox/bank/{order_id}")
    visitor.sees("The bank has no open question about this order.")


def test_a_refusal_at_the_bank_rejects_the_order(visitor: Visitor, shop: Shop) -> None:
    buy_and_ask_bank(visitor, shop)

    answer_bank(visitor, "Decline")

    visitor.sees_status("REJECTED")
    visitor.sees("The card was declined.")
    visitor.sees_step("AuthorizePayment", "refused")
    visitor.sees_step("AwaitPayment", "completed")
    visitor.sees_step("ReserveStock", "compensated")


def test_the_bank_is_usable_on_a_phone(
    visit: Callable[..., Visitor], shop: Shop, screenshot: Callable[[Visitor, str], None]
) -> None:
    def check(name: str) -> None:
        for scheme in visitor.in_light_and_dark():
            screenshot(visitor, f"{name} {scheme}")
            assert visitor.accessibility_violations() == [], (name, scheme)

    visitor = visit(PHONE)
    order_id = buy_and_ask_bank(visitor, shop)
    check("order awaiting payment")

    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.go(f"/sandbox/bank/{order_id}")
    visitor.sees("Do you approve this payment?")
    assert visitor.layout_shift() < MAX_LAYOUT_SHIFT
    for text in ("15.00", f"Test card ({BANK_ASKS})", order_id[:8].upper()):
        expect(visitor.page.locator("dl")).to_contain_text(text)
    check("sandbox bank")


def test_the_bank_says_nothing_about_the_order_of_another_customer(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product(), payment_method="pm_requires_action")
    customer.wait_for(order_id, "AWAITING_PAYMENT")
    visitor.sign_in_as_customer()
    visitor.allow_statuses(404)

    visitor.go(f"/sandbox/bank/{order_id}")

    visitor.sees("The bank has no open question about this order.")
    expect(visitor.page.get_by_role("button", name="Approve")).to_have_count(0)


@pytest.mark.parametrize("moves", [["Dispatch", "Deliver"], ["Deliver"]], ids=["in order", "delivered at once"])
def test_the_order_page_shows_where_the_parcel_is(visitor: Visitor, shop: Shop, moves: list[str]) -> None:
    statuses = {"Dispatch": "Dispatched", "Deliver": "Delivered"}
    buy_and_wait_for_parcel(visitor, shop)

    for move in moves:
        visitor.press(f"{move} the parcel")
        sees_shipment(visitor, statuses[move])
        expect(visitor.page.get_by_text("The carrier sends a webhook.")).to_have_count(0)

    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme
    expect(visitor.page.get_by_role("button", name="Return items")).to_be_visible()
