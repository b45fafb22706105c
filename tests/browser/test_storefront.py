"""A customer's journeys through the shop, as a person makes them."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitor import ORDER_PAGE, Visitor
from tests.e2e.shop import Shop

TIMES = "\N{MULTIPLICATION SIGN}"


def a_product(shop: Shop, stock: int = 10, unit_price: int = 1500) -> str:
    """Put a product on the shelf under a name of its own; return the name."""
    name = f"Kettle {uuid4().hex[:6]}"
    shop.product(stock=stock, unit_price=unit_price, name=name)
    return name


def test_somebody_new_signs_up_buys_and_watches_it_confirm(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.puts_into_basket(kettle, quantity=2)

    visitor.press("Check out")
    visitor.heading("Sign in")
    visitor.follow("Sign up")
    visitor.sign_up()
    visitor.heading("Checkout")
    visitor.places_the_order()

    visitor.sees_status("CONFIRMED")
    for step in ("ReserveStock", "AuthorizePayment", "BookShipment", "ConfirmOrder", "CapturePayment"):
        visitor.sees_step(step, "taken")
    visitor.sees_step("ReleaseStock", "skipped")
    visitor.arrives_at("My orders")
    visitor.sees(f"2 {TIMES} {kettle}")


def test_a_declined_card_shows_what_was_undone(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.is_customer()

    visitor.buys(kettle, card="Declined card")

    visitor.sees_status("REJECTED")
    visitor.sees("The card was declined.")
    visitor.sees_step("AuthorizePayment", "refused")
    visitor.sees_step("ReserveStock", "undone")
    visitor.sees_step("ReleaseStock", "taken")
    visitor.sees_step("BookShipment", "skipped")


def test_more_than_there_is_is_out_of_stock(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop, stock=1)
    visitor.is_customer()

    visitor.buys(kettle, quantity=2)

    visitor.sees_status("REJECTED")
    visitor.sees("There is not enough in stock.")
    visitor.sees_step("ReserveStock", "refused")


def test_an_order_in_review_can_be_cancelled_and_a_confirmed_one_not(visitor: Visitor, shop: Shop) -> None:
    machine = a_product(shop, unit_price=300_000)
    visitor.is_customer()
    visitor.buys(machine)
    visitor.sees_status("IN_REVIEW")
    visitor.sees_step("RequestReview", "waiting")

    visitor.press("Cancel the order")

    visitor.sees_status("CANCELLED")
    visitor.sees_step("VoidPayment", "taken")
    visitor.sees_step("ReleaseStock", "taken")
    expect(visitor.page.get_by_role("button", name="Cancel the order")).to_have_count(0)


def test_a_double_click_makes_one_order(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.is_customer()
    visitor.puts_into_basket(kettle)
    visitor.press("Check out")
    visitor.heading("Checkout")
    visitor.chooses("Visa")

    visitor.page.get_by_role("button", name="Place the order").dblclick()
    visitor.page.wait_for_url(ORDER_PAGE)
    visitor.sees_status("CONFIRMED")

    visitor.arrives_at("My orders")
    expect(visitor.page.get_by_role("link", name=f"1 {TIMES} {kettle}")).to_have_count(1)


def test_an_order_whose_answer_was_lost_is_placed_once(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.is_customer()
    visitor.puts_into_basket(kettle)
    visitor.press("Check out")
    lost = []

    def lose_the_first_answer(route: object) -> None:
        if lost or route.request.method != "POST":  # type: ignore[attr-defined]
            route.continue_()  # type: ignore[attr-defined]
            return
        lost.append(route.fetch().json()["order_id"])  # type: ignore[attr-defined]
        route.fulfill(status=502, body="")  # type: ignore[attr-defined]

    visitor.expect_refusals(502)
    visitor.page.route("**/api/orders", lose_the_first_answer)
    visitor.heading("Checkout")
    visitor.press("Place the order")
    visitor.sees("Try again in a moment.")
    visitor.page.reload()
    order_id = visitor.places_the_order()

    assert [order_id] == lost


def test_an_order_whose_answer_was_lost_is_found_when_the_address_is_mended(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.is_customer()
    visitor.puts_into_basket(kettle)
    visitor.press("Check out")
    lost = []

    def lose_the_first_answer(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.fetch().json()["order_id"])
        route.fulfill(status=502, body="")

    visitor.expect_refusals(502, 422)
    visitor.page.route("**/api/orders", lose_the_first_answer)
    visitor.heading("Checkout")
    visitor.fill("City", "Berlim")
    visitor.press("Place the order")
    visitor.sees("Your last try may have arrived")
    assert visitor.accessibility_faults() == []
    visitor.fill("City", "Berlin")
    order_id = visitor.places_the_order()
    visitor.sees("Your first try had placed this order")
    assert visitor.accessibility_faults() == []

    assert [order_id] == lost
    visitor.arrives_at("My orders")
    expect(visitor.page.get_by_role("link", name=f"1 {TIMES} {kettle}")).to_have_count(1)


def test_a_price_that_has_changed_is_asked_about(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.is_customer()
    visitor.puts_into_basket(kettle)
    visitor.press("Check out")
    visitor.heading("Checkout")
    sent: list[dict[str, Any]] = []

    def change_the_price_meanwhile(route: Route) -> None:
        """As far as the API can tell, the customer was shown one cent."""
        body = route.request.post_data_json
        sent.append(dict(body["expected_total"]))
        if len(sent) == 1:
            body["expected_total"]["amount"] = 1
        route.continue_(post_data=json.dumps(body))

    visitor.expect_refusals(409)
    visitor.page.route("**/api/orders", change_the_price_meanwhile)
    visitor.press("Place the order")
    visitor.sees("The price has changed")
    assert visitor.accessibility_faults() == []
    visitor.places_the_order()

    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_a_deep_link_asks_who_is_there_and_then_goes_on(visit: Callable[..., Visitor], shop: Shop) -> None:
    kettle = a_product(shop)
    user = shop.new_user()
    first = visit()
    first.go("/sign-in")
    first.sign_in(user)
    order_id = first.buys(kettle)
    first.sees_status("CONFIRMED")

    second = visit()
    second.go(f"/orders/{order_id}")
    second.heading("Sign in")
    second.sign_in(user)

    second.sees_status("CONFIRMED")
    assert second.page.url.endswith(f"/orders/{order_id}")


def test_somebody_elses_order_is_not_there(visitor: Visitor, shop: Shop) -> None:
    sku = shop.product()
    order_id = shop.customer().place(sku)
    visitor.is_customer()
    visitor.expect_refusals(404)

    visitor.go(f"/orders/{order_id}")

    visitor.sees("There is no such order.")


def test_the_basket_outlives_a_reload(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.puts_into_basket(kettle, quantity=3)

    visitor.page.reload()

    expect(visitor.page.get_by_label(f"Quantity of {kettle}")).to_have_value("3")


def test_what_is_sold_elsewhere_shows_on_the_shelf(visitor: Visitor, shop: Shop) -> None:
    sku = shop.product(stock=1, name=(name := f"Kettle {uuid4().hex[:6]}"))
    visitor.go("/")
    card = visitor.page.get_by_role("listitem").filter(has_text=name)
    expect(card).to_contain_text("The last one")

    shop.customer().place(sku)

    expect(card).to_contain_text("Sold out", timeout=240_000)


def test_the_slider_goes_back_to_what_the_order_was(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.is_customer()
    visitor.buys(kettle)
    visitor.sees_status("CONFIRMED")
    visitor.sees_step("CapturePayment", "taken")

    visitor.page.get_by_label("As it stood").fill("1")

    visitor.sees_status("PLACED")
    visitor.sees_step("ReserveStock", "taken")
    visitor.sees_step("CapturePayment", "pending")
    visitor.press("Back to now")
    visitor.sees_status("CONFIRMED")


def test_a_session_that_has_ended_leads_back_to_where_one_was(visitor: Visitor, shop: Shop) -> None:
    user = shop.new_user()
    visitor.go("/sign-in")
    visitor.sign_in(user)
    visitor.expect_refusals(401, 400)
    visitor.arrives_at("My orders")

    visitor.page.route("**/api/orders?**", lambda route: route.fulfill(status=401, body="{}"))
    visitor.heading("Sign in")
    visitor.sees("Your session has ended.")
    visitor.page.unroute("**/api/orders?**")
    visitor.sign_in(user)

    visitor.heading("My orders")
    visitor.sees("No orders yet.")


def test_offline_it_says_so_and_goes_on_afterwards(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.heading("Shop")

    visitor.page.context.set_offline(True)
    visitor.sees("You are offline.")
    visitor.page.context.set_offline(False)

    expect(visitor.page.get_by_text("You are offline.")).to_have_count(0)
    visitor.complaints.clear()


def test_a_wrong_password_is_said_in_plain_words(visitor: Visitor, shop: Shop) -> None:
    visitor.expect_refusals(400)
    visitor.go("/sign-in")
    visitor.fill("E-mail address", shop.new_user().username)
    visitor.fill("Password", "Wrong-horse-9-battery")
    visitor.page.locator("form").get_by_role("button", name="Sign in").click()

    visitor.sees("The e-mail address or the password is wrong.")


@pytest.mark.parametrize(
    ("page", "button", "wanted"),
    [
        ("/sign-in", "Sign in", {"E-mail address": "Enter your e-mail address.", "Password": "Enter your password."}),
        ("/sign-up", "Sign up", {"E-mail address": "Enter your e-mail address.", "Password": "Choose a password."}),
    ],
    ids=["sign in", "sign up"],
)
def test_an_empty_form_says_what_it_wants_and_sends_nothing(
    visitor: Visitor, page: str, button: str, wanted: dict[str, str]
) -> None:
    sent: list[str] = []
    visitor.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    visitor.go(page)
    visitor.page.locator("form").get_by_role("button", name=button).click()

    for label, words in wanted.items():
        visitor.field_says(label, words)
    expect(visitor.page.get_by_label("E-mail address")).to_be_focused()
    assert visitor.accessibility_faults() == []

    visitor.fill("E-mail address", "ada@example.com")
    visitor.fill("Password", "")
    visitor.page.locator("form").get_by_role("button", name=button).click()
    expect(visitor.page.get_by_label("Password")).to_be_focused()
    assert sent == []


def test_a_weak_password_is_told_what_it_lacks(visitor: Visitor) -> None:
    visitor.go("/sign-up")
    visitor.fill("E-mail address", "ada@example.com")
    visitor.fill("Password", "Correct-horse")
    visitor.press("Sign up")

    visitor.field_says("Password", "Still missing: a digit.")
    visitor.fill("Password", "correct-horse-9")
    visitor.field_says("Password", "Still missing: an upper-case letter.")


def test_an_address_is_mended_field_by_field(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.is_customer()
    visitor.puts_into_basket(kettle)
    visitor.press("Check out")
    visitor.heading("Checkout")
    visitor.fill("City", "")
    visitor.press("Place the order")
    visitor.field_says("City", "City is missing.")

    # No such country: that only the shop knows.
    visitor.expect_refusals(422)
    visitor.fill("City", "Berlin")
    visitor.fill("Country", "XX")
    visitor.press("Place the order")
    visitor.field_says("Country", "not an ISO 3166-1 alpha-2 country code, such as DE")

    visitor.fill("Country", "DE")
    visitor.places_the_order()


def test_while_the_next_page_loads_the_last_one_takes_no_typing(visitor: Visitor) -> None:
    code = "**/assets/sign-up-page*.js"

    def hold(_: Route) -> None:
        """Neither answer nor hand on: it waits until nobody routes it any more."""

    visitor.page.route(code, hold)
    visitor.go("/sign-in")
    visitor.heading("Sign in")

    visitor.follow("Sign up")

    visitor.loads("Loading the page")
    expect(visitor.page.get_by_label("E-mail address")).to_have_count(0)
    visitor.page.unroute(code)
    visitor.heading("Sign up")


def test_a_quantity_can_be_typed_anew(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop, unit_price=1500)
    visitor.puts_into_basket(kettle)
    quantity = visitor.page.get_by_label(f"Quantity of {kettle}")

    quantity.press("End")
    quantity.press("Backspace")
    expect(quantity).to_have_value("")
    quantity.press("4")

    visitor.sees("60.00")
    quantity.fill("1000")
    quantity.blur()
    expect(quantity).to_have_value("100")
    visitor.sees("100 at most in one order")


def test_what_is_not_sold_any_more_is_taken_out_before_one_goes_on(visitor: Visitor, shop: Shop) -> None:
    kettle = a_product(shop)
    visitor.puts_into_basket(kettle)
    visitor.page.evaluate(
        "localStorage.setItem('basket', JSON.stringify({...JSON.parse(localStorage.basket), 'GONE-1': 1}))"
    )
    visitor.page.reload()
    visitor.sees("Not sold any more")
    expect(visitor.page.get_by_role("button", name="Check out")).to_be_disabled()

    visitor.press("Remove GONE-1")

    expect(visitor.page.get_by_role("button", name="Check out")).to_be_enabled()


def test_who_signs_out_leaves_nothing_behind(visitor: Visitor) -> None:
    visitor.is_customer()

    visitor.press("Sign out")

    visitor.heading("Shop")
    expect(visitor.page.get_by_role("button", name="Sign out")).to_have_count(0)
    visitor.page.wait_for_function("() => !JSON.stringify({...sessionStorage}).includes('eyJ')")
    visitor.go("/orders")
    visitor.heading("Sign in")


def test_no_token_is_kept_longer_than_the_tab(visitor: Visitor) -> None:
    visitor.is_customer()

    stored = visitor.page.evaluate("() => JSON.stringify({...localStorage})")

    assert "eyJ" not in stored, stored
    assert "eyJ" in visitor.page.evaluate("() => JSON.stringify({...sessionStorage})")
