"""Returns in the storefront: a customer requests one, and sees the refund."""

import json

from playwright.sync_api import Route, expect

from tests.browser.test_storefront import DECLINED, TIMES, add_product, lose_first_response
from tests.browser.visitor import Visitor
from tests.e2e.shop import Shop


def buy_and_pay(visitor: Visitor, shop: Shop, quantity: int) -> tuple[str, str]:
    """Buy kettles as a new customer, wait until they are paid, and return the name of the product and the order id."""
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    order_id = visitor.buy(kettle, quantity)
    visitor.sees_step("CapturePayment", "completed")
    return kettle, order_id


def test_a_customer_returns_items_and_sees_the_refund(visitor: Visitor, shop: Shop) -> None:
    kettle, order_id = buy_and_pay(visitor, shop, quantity=3)

    visitor.return_items(kettle, 2)
    row = visitor.sees_return("REQUESTED")
    expect(row).to_contain_text(f"2 {TIMES} {kettle}")
    expect(row).to_contain_text("30.00")
    expect(row).to_contain_text("Does not fit")
    expect(visitor.step("RefundPayment")).to_have_count(0)
    task = shop.task_of(order_id)
    response = shop.operator.post(f"/tasks/{task['task_id']}/decision", json={"decision": "approve", "restock": True})
    assert response.status_code == 200, response.text

    visitor.sees_return("COMPLETED")
    for step in ("RefundPayment", "RestockItems", "CompleteReturn"):
        visitor.sees_step(step, "completed")
    visitor.sees_step("RequestReturnAttention", "skipped")
    visitor.sees_status("CONFIRMED")
    expect(visitor.page.locator(".total").filter(has_text="Refunded")).to_contain_text("30.00")
    visitor.sees("30.00 refunded")
    expect(visitor.page.get_by_text("We received your return request.")).to_have_count(0)
    visitor.open_tab("Events")
    visitor.sees("The money for the returned items is paid back.")
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme
    visitor.press("Return items")
    visitor.sees("At most 1")


def test_the_return_form_shows_the_refund_and_an_error_in_each_field(visitor: Visitor, shop: Shop) -> None:
    kettle, _ = buy_and_pay(visitor, shop, quantity=3)
    sent: list[str] = []
    visitor.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    visitor.press("Return items")
    quantity = visitor.page.get_by_label(f"Quantity of {kettle}", exact=True)
    expect(quantity).to_be_focused()
    refund = visitor.page.locator(".total").filter(has_text="Refund, if")

    quantity.fill("2")
    expect(refund).to_contain_text("30.00")
    quantity.fill("4")
    visitor.press("Request return")
    visitor.sees_field_error(f"Quantity of {kettle}", "Enter a whole number from 0 to 3.")
    visitor.sees("Choose a reason.")
    quantity.fill("0")
    visitor.sees_field_error(f"Quantity of {kettle}", "Enter the quantity of at least one product.")
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme

    visitor.page.locator("form").get_by_role("button", name="Cancel").click()
    expect(visitor.page.get_by_role("button", name="Return items")).to_be_focused()
    assert sent == []


def test_a_return_whose_response_was_lost_is_found_after_the_quantity_is_changed(visitor: Visitor, shop: Shop) -> None:
    kettle, _ = buy_and_pay(visitor, shop, quantity=3)
    visitor.allow_statuses(502, 422)
    lost = lose_first_response(visitor, "**/api/orders/*/returns", "return_id")
    visitor.press("Return items")
    visitor.choose("Reason", "Damaged or defective")
    visitor.press("Request return")
    visitor.sees("Your return may already be requested")
    assert visitor.accessibility_violations() == []

    visitor.fill(f"Quantity of {kettle}", "2")
    visitor.press("Request return")

    visitor.sees("Your first attempt requested this return")
    row = visitor.sees_return("REQUESTED")
    expect(row).to_contain_text(f"1 {TIMES} {kettle}")
    assert [row.get_attribute("data-return")] == lost


def test_a_return_of_more_pieces_than_are_left_shows_the_error_of_the_api(visitor: Visitor, shop: Shop) -> None:
    kettle, _ = buy_and_pay(visitor, shop, quantity=1)

    def ask_for_more(route: Route) -> None:
        """Send two pieces, as a page does that does not know yet of a return in another tab."""
        body = route.request.post_data_json
        body["items"][0]["quantity"] = 2
        route.continue_(post_data=json.dumps(body))

    visitor.allow_statuses(422)
    visitor.page.route("**/api/orders/*/returns", ask_for_more)
    visitor.press("Return items")
    visitor.choose("Reason", "Something else")
    visitor.press("Request return")

    visitor.sees_field_error(f"Quantity of {kettle}", "can be returned")
    expect(visitor.page.locator("[data-return]")).to_have_count(0)
    visitor.page.unroute("**/api/orders/*/returns")
    visitor.press("Request return")
    expect(visitor.page.locator(":focus")).to_contain_text("We received your return request.")


def test_an_order_that_is_not_paid_cannot_be_returned(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()

    visitor.buy(kettle, card=DECLINED)

    visitor.sees_status("REJECTED")
    expect(visitor.page.get_by_role("button", name="Return items")).to_have_count(0)
