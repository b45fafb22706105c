"""What customers do in the storefront: sign up, buy, cancel, and recover from errors."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitor import ORDER_PAGE, Visitor
from tests.e2e.shop import PASSWORD, Shop
from tools.local_cloud.stack import User

TIMES = "\N{MULTIPLICATION SIGN}"


def add_product(shop: Shop, stock: int = 10, unit_price: int = 1500) -> str:
    """Add a product with a unique name to the shop, and return the name."""
    name = f"Kettle {uuid4().hex[:6]}"
    shop.product(stock=stock, unit_price=unit_price, name=name)
    return name


def lose_first_response(visitor: Visitor, url: str, member: str) -> list[str]:
    """Replace the first response to a POST by a 502, and return a list that then contains the lost id.

    Args:
        visitor: The visitor.
        url: The pattern of the URL.
        member: The member of the response that contains the id.
    """
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch().json()[member])
        route.fulfill(status=502, body="")

    visitor.page.route(url, lose)
    return lost


def buy_and_pay(visitor: Visitor, shop: Shop, quantity: int) -> tuple[str, str]:
    """Buy kettles as a new customer, wait until they are paid, and return the name of the product and the order id."""
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    order_id = visitor.buy(kettle, quantity)
    visitor.sees_step("CapturePayment", "completed")
    return kettle, order_id


def test_a_new_customer_signs_up_and_buys(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.add_to_basket(kettle, quantity=2)

    visitor.press("Check out")
    visitor.sees_heading("Sign in")
    visitor.follow("Sign up")
    visitor.sign_up()
    visitor.sees_heading("Checkout")
    visitor.place_order()

    visitor.sees_status("CONFIRMED")
    for step in ("ReserveStock", "AuthorizePayment", "BookShipment", "ConfirmOrder", "CapturePayment"):
        visitor.sees_step(step, "completed")
    visitor.sees_step("ReleaseStock", "skipped")
    visitor.navigate("My orders")
    visitor.sees(f"2 {TIMES} {kettle}")


def test_the_code_form_is_kept_after_a_reload(visitor: Visitor) -> None:
    visitor.go("/sign-up")
    email = visitor.register()
    assert visitor.accessibility_violations() == []

    visitor.page.reload()
    visitor.sees(f"Enter the code that we sent to {email}.")
    visitor.press("Resend code")
    visitor.sees("We sent a new code.")
    visitor.fill("Code", "123456")
    visitor.press("Confirm")

    visitor.sees("Your email address is confirmed.")
    expect(visitor.page.get_by_label("Email address")).to_have_value(email)
    visitor.sign_in(User(email, PASSWORD))


def test_an_unconfirmed_address_leads_to_the_code_form(visitor: Visitor) -> None:
    visitor.allow_statuses(400)
    visitor.go("/sign-up")
    email = visitor.register()

    visitor.go("/sign-up")
    visitor.press("Use another address")
    visitor.fill("Email address", email)
    visitor.fill("Password", PASSWORD)
    visitor.press("Sign up")
    visitor.sees("An account with this email address already exists.")
    assert visitor.accessibility_violations() == []
    visitor.press("Enter the code")
    visitor.sees(f"Enter the code that we sent to {email}.")
    visitor.press("Use another address")
    visitor.sees_heading("Sign up")

    visitor.go("/sign-in")
    visitor.fill("Email address", email)
    visitor.fill("Password", PASSWORD)
    visitor.page.locator("form").get_by_role("button", name="Sign in").click()
    visitor.sees(f"Enter the code that we sent to {email}.")
    visitor.fill("Code", "123456")
    visitor.press("Confirm")

    expect(visitor.page.get_by_role("button", name="Sign out")).to_be_visible(timeout=240_000)


def test_a_declined_card_shows_the_compensations(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()

    visitor.buy(kettle, card="Declined card")

    visitor.sees_status("REJECTED")
    visitor.sees("The card was declined.")
    visitor.sees_step("AuthorizePayment", "refused")
    visitor.sees_step("ReserveStock", "compensated")
    visitor.sees_step("ReleaseStock", "completed")
    visitor.sees_step("BookShipment", "skipped")


def test_an_order_for_more_than_the_stock_is_rejected(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop, stock=1)
    visitor.sign_in_as_customer()

    visitor.buy(kettle, quantity=2)

    visitor.sees_status("REJECTED")
    visitor.sees("There is not enough stock.")
    visitor.sees_step("ReserveStock", "refused")


def test_an_order_in_review_can_be_cancelled_once(visitor: Visitor, shop: Shop) -> None:
    machine = add_product(shop, unit_price=300_000)
    visitor.sign_in_as_customer()
    visitor.buy(machine)
    visitor.sees_status("IN_REVIEW")
    visitor.sees_step("RequestReview", "waiting")

    visitor.press("Cancel order")
    visitor.sees("Cancel this order?")
    assert visitor.accessibility_violations() == []
    visitor.confirm("Keep order")
    visitor.press("Cancel order")
    visitor.confirm("Cancel order")

    visitor.sees_status("CANCELLED")
    visitor.sees_step("VoidPayment", "completed")
    visitor.sees_step("ReleaseStock", "completed")
    expect(visitor.page.get_by_role("button", name="Cancel order")).to_have_count(0)


def test_a_double_click_places_one_order(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    visitor.choose_card("Visa")

    visitor.page.get_by_role("button", name="Pay").dblclick()
    visitor.page.wait_for_url(ORDER_PAGE)
    visitor.sees_status("CONFIRMED")

    visitor.navigate("My orders")
    expect(visitor.page.get_by_role("link", name=f"1 {TIMES} {kettle}")).to_have_count(1)


def test_an_order_whose_response_was_lost_is_placed_once(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.allow_statuses(502)
    lost = lose_first_response(visitor, "**/api/orders", "order_id")
    visitor.sees_heading("Checkout")
    visitor.press("Pay")
    visitor.sees("Try again in a moment.")
    visitor.page.reload()
    order_id = visitor.place_order()

    assert lost == [order_id]


def test_an_order_whose_response_was_lost_is_found_after_the_address_is_changed(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.allow_statuses(502, 422)
    lost = lose_first_response(visitor, "**/api/orders", "order_id")
    visitor.sees_heading("Checkout")
    visitor.fill("City", "Berlim")
    visitor.press("Pay")
    visitor.sees("Your order may already be placed")
    assert visitor.accessibility_violations() == []
    visitor.fill("City", "Berlin")
    order_id = visitor.place_order()
    visitor.sees("Your first attempt placed this order")
    assert visitor.accessibility_violations() == []

    assert lost == [order_id]
    visitor.navigate("My orders")
    expect(visitor.page.get_by_role("link", name=f"1 {TIMES} {kettle}")).to_have_count(1)


def test_a_customer_confirms_a_changed_price_before_the_order_is_placed(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    sent: list[dict[str, Any]] = []

    def change_the_expected_total(route: Route) -> None:
        """Replace the expected total of the first request by one cent. The API then reports a changed price."""
        body = route.request.post_data_json
        sent.append(dict(body["expected_total"]))
        if len(sent) == 1:
            body["expected_total"]["amount"] = 1
        route.continue_(post_data=json.dumps(body))

    visitor.allow_statuses(409)
    visitor.page.route("**/api/orders", change_the_expected_total)
    visitor.press("Pay")
    visitor.sees("The price has changed")
    assert visitor.accessibility_violations() == []
    visitor.place_order()

    assert len(sent) == 2
    assert sent[0] == sent[1]


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


def test_an_order_that_is_not_paid_cannot_be_returned(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()

    visitor.buy(kettle, card="Declined card")

    visitor.sees_status("REJECTED")
    expect(visitor.page.get_by_role("button", name="Return items")).to_have_count(0)


def test_a_link_to_an_order_opens_after_sign_in(visit: Callable[..., Visitor], shop: Shop) -> None:
    kettle = add_product(shop)
    user = shop.new_user()
    first = visit()
    first.go("/sign-in")
    first.sign_in(user)
    order_id = first.buy(kettle)
    first.sees_status("CONFIRMED")

    second = visit()
    second.go(f"/orders/{order_id}")
    second.sees_heading("Sign in")
    second.sign_in(user)

    second.sees_status("CONFIRMED")
    assert second.page.url.endswith(f"/orders/{order_id}")


def test_the_order_of_another_customer_is_not_found(visitor: Visitor, shop: Shop) -> None:
    sku = shop.product()
    order_id = shop.customer().place(sku)
    visitor.sign_in_as_customer()
    visitor.allow_statuses(404)

    visitor.go(f"/orders/{order_id}")

    visitor.sees("Order not found")


def test_the_basket_is_kept_after_a_reload(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.add_to_basket(kettle, quantity=3)

    visitor.page.reload()

    expect(visitor.page.get_by_label(f"Quantity of {kettle}")).to_have_value("3")


def test_an_order_of_another_customer_updates_the_stock_in_the_shop(visitor: Visitor, shop: Shop) -> None:
    sku = shop.product(stock=1, name=(name := f"Kettle {uuid4().hex[:6]}"))
    visitor.go("/")
    card = visitor.page.get_by_role("listitem").filter(has_text=name)
    expect(card).to_contain_text("Only 1 left")

    shop.customer().place(sku)

    expect(card).to_contain_text("Sold out", timeout=240_000)


def test_the_slider_shows_an_earlier_state_of_the_order(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.buy(kettle)
    visitor.sees_status("CONFIRMED")
    visitor.sees_step("CapturePayment", "completed")

    visitor.page.get_by_label("Show order at").fill("1")

    visitor.sees_status("PLACED")
    visitor.sees_step("ReserveStock", "completed")
    visitor.sees_step("CapturePayment", "pending")
    visitor.press("Back to now")
    visitor.sees_status("CONFIRMED")


def test_an_expired_session_returns_to_the_same_page_after_sign_in(visitor: Visitor, shop: Shop) -> None:
    user = shop.new_user()
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.allow_statuses(401, 400)
    visitor.navigate("My orders")

    visitor.page.route("**/api/orders?**", lambda route: route.fulfill(status=401, body="{}"))
    visitor.sees_heading("Sign in")
    visitor.sees("Your session has expired.")
    visitor.page.unroute("**/api/orders?**")
    visitor.sign_in(user)

    visitor.sees_heading("My orders")
    visitor.sees("No orders yet")


def test_an_expired_session_at_checkout_keeps_name_and_card(visitor: Visitor, shop: Shop) -> None:
    kettle, user = add_product(shop), shop.new_user()
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    visitor.fill("Full name", "Ada Lovelace")
    visitor.choose_card("Declined card")
    visitor.allow_statuses(401, 400)
    visitor.page.route("**/api/orders", lambda route: route.fulfill(status=401, body="{}"))
    visitor.press("Pay")
    visitor.sees("Your session has expired.")
    visitor.page.unroute("**/api/orders")
    visitor.sign_in(user)

    visitor.sees_heading("Checkout")
    expect(visitor.page.get_by_label("Full name")).to_have_value("Ada Lovelace")
    expect(visitor.page.get_by_role("radio", name="Declined card")).to_be_checked()
    visitor.press("Sign out")
    assert "Lovelace" not in visitor.page.evaluate("() => JSON.stringify({...sessionStorage})")


def test_the_page_shows_that_it_is_offline(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.sees_heading("Shop")

    visitor.page.context.set_offline(True)
    visitor.sees("You are offline.")
    visitor.page.context.set_offline(False)

    expect(visitor.page.get_by_text("You are offline.")).to_have_count(0)
    visitor.console_errors.clear()


def test_the_page_shows_that_the_server_is_gone(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.sees("in stock")

    visitor.page.route("**/api/**", lambda route: route.abort())
    visitor.sees("The shop does not respond.")
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme
    visitor.page.unroute("**/api/**")

    expect(visitor.page.get_by_text("The shop does not respond.")).to_have_count(0, timeout=240_000)
    visitor.console_errors.clear()


def test_a_wrong_password_shows_a_readable_error(visitor: Visitor, shop: Shop) -> None:
    visitor.allow_statuses(400)
    visitor.go("/sign-in")
    visitor.fill("Email address", shop.new_user().username)
    visitor.fill("Password", "Wrong-horse-9-battery")
    visitor.page.locator("form").get_by_role("button", name="Sign in").click()

    visitor.sees("The email address or password is incorrect.")


@pytest.mark.parametrize(
    ("page", "button", "errors"),
    [
        ("/sign-in", "Sign in", {"Email address": "Enter your email address.", "Password": "Enter your password."}),
        ("/sign-up", "Sign up", {"Email address": "Enter your email address.", "Password": "Choose a password."}),
    ],
    ids=["sign in", "sign up"],
)
def test_an_empty_form_shows_an_error_in_each_field_and_sends_nothing(
    visitor: Visitor, page: str, button: str, errors: dict[str, str]
) -> None:
    sent: list[str] = []
    visitor.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    visitor.go(page)
    visitor.page.locator("form").get_by_role("button", name=button).click()

    for label, message in errors.items():
        visitor.sees_field_error(label, message)
    expect(visitor.page.get_by_label("Email address")).to_be_focused()
    assert visitor.accessibility_violations() == []

    visitor.fill("Email address", "ada@example.com")
    visitor.fill("Password", "")
    visitor.page.locator("form").get_by_role("button", name=button).click()
    expect(visitor.page.get_by_label("Password")).to_be_focused()
    assert sent == []


def test_a_weak_password_shows_which_characters_it_needs(visitor: Visitor) -> None:
    visitor.go("/sign-up")
    visitor.fill("Email address", "ada@example.com")
    visitor.fill("Password", "Correct-horse")
    visitor.press("Sign up")

    visitor.sees_field_error("Password", "Your password needs a digit.")
    visitor.fill("Password", "correct-horse-9")
    visitor.sees_field_error("Password", "Your password needs an uppercase letter.")
    visitor.fill("Password", f"{PASSWORD} ")
    visitor.sees_field_error("Password", "Remove the space at the start or the end of your password.")


def test_an_invalid_address_shows_an_error_in_its_field(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    visitor.fill("City", "")
    visitor.press("Pay")
    visitor.sees_field_error("City", "Enter your city.")

    # The page accepts any two letters. Only the API has the list of countries.
    visitor.allow_statuses(422)
    visitor.fill("City", "Berlin")
    visitor.fill("Country", "XX")
    visitor.press("Pay")
    visitor.sees_field_error("Country", "not an ISO 3166-1 alpha-2 country code, such as DE")

    visitor.fill("Country", "DE")
    visitor.place_order()


def test_the_previous_page_disappears_while_the_next_page_loads(visitor: Visitor) -> None:
    script = "**/assets/sign-up-page*.js"

    def hold(_: Route) -> None:
        """Leave the request pending until the route is removed."""

    visitor.page.route(script, hold)
    visitor.go("/sign-in")
    visitor.sees_heading("Sign in")

    visitor.follow("Sign up")

    visitor.sees_loading("Loading page")
    expect(visitor.page.get_by_label("Email address")).to_have_count(0)
    visitor.page.unroute(script)
    visitor.sees_heading("Sign up")


def test_a_quantity_can_be_typed_in_an_emptied_field(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop, unit_price=1500)
    visitor.add_to_basket(kettle)
    quantity = visitor.page.get_by_label(f"Quantity of {kettle}")

    quantity.press("End")
    quantity.press("Backspace")
    expect(quantity).to_have_value("")
    quantity.press("4")

    visitor.sees("60.00")
    quantity.fill("1000")
    quantity.blur()
    expect(quantity).to_have_value("100")
    visitor.sees("Limit of 100 per order")


def test_discontinued_products_are_removed_before_the_checkout(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.add_to_basket(kettle)
    visitor.page.evaluate(
        "localStorage.setItem('basket', JSON.stringify({...JSON.parse(localStorage.basket), 'DISCONTINUED-1': 1}))"
    )
    visitor.page.reload()
    visitor.sees("No longer available")
    expect(visitor.page.get_by_role("button", name="Check out")).to_be_disabled()

    visitor.press("Remove DISCONTINUED-1")

    expect(visitor.page.get_by_role("button", name="Check out")).to_be_enabled()


def test_signing_out_removes_the_tokens(visitor: Visitor) -> None:
    visitor.sign_in_as_customer()

    visitor.press("Sign out")

    visitor.sees_heading("Shop")
    expect(visitor.page.get_by_role("button", name="Sign out")).to_have_count(0)
    visitor.page.wait_for_function("() => !JSON.stringify({...sessionStorage}).includes('eyJ')")
    visitor.go("/orders")
    visitor.sees_heading("Sign in")


def test_all_tabs_share_a_session_and_its_end(visitor: Visitor) -> None:
    guest = Visitor(visitor.page.context.new_page(), visitor.shop)
    guest.go("/")
    visitor.sign_in_as_customer()
    expect(guest.page.get_by_role("button", name="Sign out")).to_be_visible()
    second = Visitor(visitor.page.context.new_page(), visitor.shop)

    second.go("/orders")
    second.sees_heading("My orders")
    second.sees("No orders yet")
    second.press("Sign out")

    visitor.sees_heading("Shop")
    for tab in (visitor, guest, second):
        expect(tab.page.get_by_role("button", name="Sign out")).to_have_count(0)
        tab.page.wait_for_function("() => !JSON.stringify({...sessionStorage}).includes('eyJ')")
    assert guest.console_errors + second.console_errors == []


def test_the_tokens_are_stored_in_the_tab_only(visitor: Visitor) -> None:
    visitor.sign_in_as_customer()

    stored = visitor.page.evaluate("() => JSON.stringify({...localStorage})")

    assert "eyJ" not in stored, stored
    assert "eyJ" in visitor.page.evaluate("() => JSON.stringify({...sessionStorage})")
