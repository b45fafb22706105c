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
DECLINED = "pm_card_declined"


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

    expect(visitor.page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_declined_card_shows_the_compensations(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()

    visitor.buy(kettle, card=DECLINED)

    visitor.sees_status("REJECTED")
    visitor.sees("The card was declined.")
    visitor.sees_step("AuthorizePayment", "refused")
    visitor.sees_step("ReserveStock", "compensated")
    visitor.sees_step("ReleaseStock", "completed")
    visitor.sees_step("BookShipment", "skipped")


def test_an_order_for_more_than_the_stock_is_rejected(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop, stock=1)
    visitor.sign_in_as_customer()

    visitor.add_to_basket(kettle, quantity=2)
    visitor.sees("Only 1 in stock")
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    visitor.sees("Only 1 in stock")
    visitor.place_order()

    visitor.sees_status("REJECTED")
    visitor.sees(f"There is not enough stock of {kettle}.")
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


def test_a_cancellation_that_comes_too_late_says_so(visitor: Visitor, shop: Shop) -> None:
    machine = add_product(shop, unit_price=300_000)
    visitor.sign_in_as_customer()
    order_id = visitor.buy(machine)
    visitor.sees_status("IN_REVIEW")
    visitor.press("Cancel order")
    visitor.sees("Cancel this order?")

    shop.decide(shop.task_of(order_id), "approve")
    visitor.sees_status("CONFIRMED")
    visitor.allow_statuses(409)
    visitor.confirm("Cancel order")

    visitor.sees("Too late to cancel: your order is already confirmed.")
    assert visitor.accessibility_violations() == []


def test_a_double_click_places_one_order(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")

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


def test_an_order_that_awaits_its_payment_can_be_cancelled(visitor: Visitor, shop: Shop) -> None:
    visitor.sign_in_as_customer()
    visitor.buy(add_product(shop), card="pm_requires_action")
    visitor.sees_status("AWAITING_PAYMENT")
    visitor.sees_step("AwaitPayment", "waiting")

    visitor.press("Cancel order")
    visitor.confirm("Cancel order")

    visitor.sees_status("CANCELLED")
    visitor.sees_step("AwaitPayment", "unanswered")
    visitor.sees_step("VoidPayment", "completed")
    visitor.sees_step("ReleaseStock", "completed")
    expect(visitor.page.get_by_role("link", name="Confirm at your bank")).to_have_count(0)


def test_a_link_to_an_order_opens_after_sign_in(visit: Callable[..., Visitor], shop: Shop) -> None:
    kettle = add_product(shop)
    user = shop.new_user()
    first = visit()
    first.go("/sign-in")
    first.sign_in(user)
    order_id = first.buy(kettle)
    first.sees_status("CONFIRMED")

    second = visit()
    second.go(f"/orders/{order_id}#events")
    second.sees_heading("Sign in")
    second.sign_in(user)

    second.sees_status("CONFIRMED")
    assert second.page.url.endswith(f"/orders/{order_id}#events")


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

    expect(card).to_contain_text("Sold out")


def test_the_receipt_and_the_picture_stand_before_the_views_contain_the_order(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle, quantity=2)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    visitor.page.route("**/api/orders?**", lambda route: route.fulfill(json={"orders": []}))
    order_id = visitor.place_order()

    visitor.sees_heading("Thank you, we have your order")
    visitor.sees_step("ReserveStock", "active")
    visitor.sees_everything_loaded()
    for text in (f"2 {TIMES} {kettle}", order_id[:8].upper(), "Visa", "Alex Example"):
        visitor.sees(text)
    visitor.page.unroute("**/api/orders?**")

    visitor.sees_heading("Thank you, your order is confirmed")
    visitor.sees_step("CapturePayment", "completed")
    visitor.page.reload()
    visitor.sees_status("CONFIRMED")
    visitor.sees_step("CapturePayment", "completed")
    expect(visitor.page.get_by_text("Alex Example")).to_have_count(0)


def test_the_replay_shows_an_earlier_state_of_the_order(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.buy(kettle)
    visitor.sees_status("CONFIRMED")
    visitor.sees_step("CapturePayment", "completed")
    position = visitor.page.get_by_label("Position in the replay")

    position.fill("1")
    visitor.sees_status("PLACED")
    visitor.sees("replayed as of")
    visitor.sees_step("ReserveStock", "completed")
    visitor.sees_step("CapturePayment", "pending")
    visitor.press("Step forward")
    visitor.sees_step("AuthorizePayment", "completed")
    position.press("ArrowLeft")
    visitor.sees_step("AuthorizePayment", "active")
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme

    visitor.press("Skip to now")
    visitor.sees_status("CONFIRMED")
    visitor.sees_step("CapturePayment", "completed")


def test_the_replay_plays_from_the_first_event_to_the_last(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.page.emulate_media(reduced_motion="no-preference")
    visitor.buy(kettle, card=DECLINED)
    visitor.sees_step("ReleaseStock", "completed")

    visitor.page.get_by_label("Position in the replay").fill("0")
    visitor.sees_status("PLACED")
    visitor.sees_step("ReserveStock", "active")
    visitor.page.get_by_role("button", name="Play", exact=True).click()

    visitor.sees_step("ReleaseStock", "completed")
    visitor.sees_status("REJECTED")
    expect(visitor.page.get_by_role("button", name="Play from the start")).to_be_visible()


def test_the_headline_does_not_run_ahead_of_the_picture(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    visitor.page.emulate_media(reduced_motion="no-preference")
    visitor.buy(kettle)

    visitor.sees_heading("Thank you, your order is confirmed")

    assert visitor.step("ConfirmOrder").get_attribute("data-state") == "completed"


def test_a_link_opens_a_tab_of_the_order(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop)
    visitor.sign_in_as_customer()
    order_id = visitor.buy(kettle)
    visitor.sees_step("CapturePayment", "completed")

    visitor.go(f"/orders/{order_id}#raw")
    expect(visitor.page.get_by_role("region", name="CloudEvents")).to_contain_text('"type": "PaymentCaptured"')
    expect(visitor.page.get_by_role("region", name="Order document")).to_contain_text(order_id)
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme
    visitor.open_tab("Events")

    assert visitor.page.url.endswith(f"/orders/{order_id}#events")
    visitor.sees("The card is charged.")


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


def test_an_expired_session_at_checkout_keeps_the_name(visitor: Visitor, shop: Shop) -> None:
    kettle, user = add_product(shop), shop.new_user()
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.add_to_basket(kettle)
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    visitor.fill("Full name", "Ada Lovelace")
    visitor.pay_with_expired_session("**/api/orders", user)

    visitor.sees_heading("Checkout")
    expect(visitor.page.get_by_label("Full name")).to_have_value("Ada Lovelace")
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
    visitor.sees("The shop is not responding.")
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme
    visitor.page.unroute("**/api/**")

    expect(visitor.page.get_by_text("The shop is not responding.")).to_have_count(0)
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


def test_a_quantity_changes_by_its_buttons_in_the_basket_and_at_checkout(visitor: Visitor, shop: Shop) -> None:
    kettle = add_product(shop, unit_price=1500)
    visitor.sign_in_as_customer()
    visitor.add_to_basket(kettle)
    fewer = visitor.page.get_by_role("button", name=f"One fewer {kettle}")
    expect(fewer).to_be_disabled()

    visitor.press(f"One more {kettle}")
    visitor.sees("30.00")
    visitor.press("Check out")
    visitor.sees_heading("Checkout")
    visitor.press(f"One more {kettle}")

    expect(visitor.page.get_by_role("button", name="Pay €45.00")).to_be_visible()
    quantity = visitor.page.get_by_label(f"Quantity of {kettle}")
    quantity.press("Enter")
    expect(quantity).to_have_value("3")
    visitor.sees_heading("Checkout")
    fewer.click()
    expect(visitor.page.get_by_role("button", name="Pay €30.00")).to_be_visible()
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme


def test_sold_out_products_are_the_last_ones_of_the_shop(visitor: Visitor, shop: Shop) -> None:
    sold_out = f"Aeropress {uuid4().hex[:6]}"
    shop.product(stock=0, name=sold_out)
    kettle = add_product(shop)
    visitor.go("/")
    visitor.sees(sold_out)

    names = visitor.page.get_by_role("heading", level=2).all_inner_texts()

    assert names.index("Gooseneck kettle") < names.index(kettle) < names.index(sold_out)


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
