"""The operations console, and its effects on the pages of customers."""

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Route, expect

from tests.browser.visitor import Visitor
from tests.e2e.providers import move_parcel
from tests.e2e.shop import Caller, Shop
from tools.local_cloud.sign_in import id_token

COMMENT = "Paid by bank transfer, see the ledger of Friday."


def test_an_approval_confirms_the_order_on_the_page_of_the_customer(visit: Callable[..., Visitor], shop: Shop) -> None:
    machine = f"Machine {uuid4().hex[:6]}"
    shop.product(unit_price=300_000, name=machine)
    customer, operator = visit(), visit()
    customer.sign_in_as_customer()
    order_id = customer.buy(machine)
    customer.sees_status("IN_REVIEW")
    shop.task_of(order_id)

    operator.sign_in_as_operator()
    operator.navigate("Operations", "Activity")
    expect(operator.page.get_by_role("navigation", name="Main").get_by_label("open task")).to_be_visible()
    operator.page.get_by_role("navigation", name="Operations").get_by_role("link", name="Orders").click()
    operator.sees_heading("Orders")
    operator.search(order_id[:8].upper())
    operator.follow(order_id[:8].upper())
    operator.sees_status("IN_REVIEW")
    expect(operator.page.get_by_role("button", name="Cancel order")).to_have_count(0)
    operator.navigate("Go to tasks", "Tasks")
    operator.task_of(order_id).get_by_role("button", name="Approve").click()

    customer.sees_status("CONFIRMED")
    customer.sees_step("RequestReview", "completed")
    customer.sees_step("CapturePayment", "completed")
    expect(operator.task_of(order_id)).to_contain_text("You approved it")
    notice = operator.notice(f"You approved the review of order {order_id[:8].upper()}.")
    expect(notice).to_be_visible()
    assert operator.accessibility_violations() == []
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)


def test_a_task_that_another_operator_has_decided_says_what_they_decided(
    visit: Callable[..., Visitor], shop: Shop
) -> None:
    customer, operator = shop.customer(), visit()
    order_id = customer.place(shop.product(unit_price=300_000))
    customer.wait_for(order_id, "IN_REVIEW")
    task_id = shop.task_of(order_id)
    operator.sign_in_as_operator()
    # The page does not learn of the other decision, so its button stays enabled.
    tasks = shop.operator.get("/tasks", params={"limit": 100}).json()
    operator.page.route("**/api/tasks?*", lambda route: route.fulfill(json=tasks))
    operator.go("/operations/tasks")
    expect(operator.task_of(order_id)).to_be_visible()
    operator.allow_statuses(409)
    shop.decide(task_id, "reject")

    operator.task_of(order_id).get_by_role("button", name="Approve").click()

    expect(operator.task_of(order_id)).to_contain_text(": reject, on 20")


def test_a_decided_task_stays_in_its_place(visit: Callable[..., Visitor], shop: Shop) -> None:
    machine = shop.product(unit_price=300_000)
    customer, operator = shop.customer(), visit()
    first, second = customer.place(machine), customer.place(machine)
    for order_id in (first, second):
        customer.wait_for(order_id, "IN_REVIEW")
        shop.task_of(order_id)
    operator.sign_in_as_operator()
    operator.go("/operations/tasks")
    expect(operator.task_of(first)).to_be_visible()
    expect(operator.task_of(second)).to_be_visible()
    places = operator.page.locator(".tasks li").evaluate_all("items => items.map((item) => item.dataset.order)")
    above, below = map(operator.task_of, sorted((first, second), key=places.index))

    above.get_by_role("button", name="Approve").dblclick()

    expect(above).to_contain_text("You approved it")
    operator.press("Hide decided tasks")
    expect(above).to_have_count(0)
    expect(below.get_by_role("button", name="Approve")).to_be_enabled()
    below.get_by_role("button", name="Reject").click()
    expect(below).to_contain_text("You rejected it")


def test_a_capture_that_keeps_failing_is_resolved_by_hand(visit: Callable[..., Visitor], shop: Shop) -> None:
    kettle = f"Kettle {uuid4().hex[:6]}"
    shop.product(name=kettle)
    customer, operator = visit(), visit()
    customer.sign_in_as_customer()
    order_id = customer.buy(kettle, card="pm_capture_down")
    customer.sees_status("NEEDS_ATTENTION")
    customer.sees_step("CapturePayment", "failed")

    operator.sign_in_as_operator()
    operator.go("/operations/tasks")
    task = operator.task_of(order_id)
    task.get_by_role("button", name="Resolve").click()
    expect(task).to_contain_text("Enter what you did by hand")
    task.get_by_label("Comment").fill(COMMENT)
    task.get_by_role("button", name="Resolve").click()

    customer.sees_status("CONFIRMED")
    customer.sees_step("CapturePayment", "completed")


def request_return(customer: Visitor, shop: Shop, card: str | None = None) -> tuple[str, str, str]:
    """Buy two kettles and return one, as a new customer. Return the SKU, the name of the kettle, and the order id."""
    kettle = f"Kettle {uuid4().hex[:6]}"
    sku = shop.product(name=kettle)
    customer.sign_in_as_customer()
    order_id = customer.buy(kettle, quantity=2, card=card)
    customer.sees_step("CapturePayment", "completed")
    customer.return_items(kettle, 1, reason="Wrong item")
    return sku, kettle, order_id


def test_a_refused_return_shows_the_comment_and_gives_the_items_back(visit: Callable[..., Visitor], shop: Shop) -> None:
    customer, operator = visit(), visit()
    sku, kettle, order_id = request_return(customer, shop)

    operator.sign_in_as_operator()
    operator.go(f"/orders/{order_id}")
    operator.navigate("Go to tasks", "Tasks")
    task = operator.task_of(order_id)
    for text in ("Return of", "15.00", kettle, "Wrong item"):
        expect(task).to_contain_text(text)
    task.get_by_role("button", name="Reject").click()
    expect(task).to_contain_text("Enter why the return is refused.")
    for scheme in operator.in_light_and_dark():
        assert operator.accessibility_violations() == [], scheme
    task.get_by_label("Comment").fill("The kettle was used.")
    task.get_by_role("button", name="Reject").click()

    expect(customer.sees_return("REFUSED")).to_contain_text("The kettle was used.")
    expect(customer.step("RefundPayment")).to_have_count(0)
    customer.press("Return items")
    customer.sees("At most 2")
    expect(task).to_contain_text("You rejected it")
    assert shop.available(sku) == 8


def test_a_refund_that_keeps_failing_is_resolved_by_hand(visit: Callable[..., Visitor], shop: Shop) -> None:
    customer, operator = visit(), visit()
    sku, kettle, order_id = request_return(customer, shop, card="pm_refund_down")

    operator.sign_in_as_operator()
    operator.go("/operations/tasks")
    task = operator.task_of(order_id)
    task.get_by_label("Put the items back in stock").check()
    task.get_by_role("button", name="Approve").click()

    customer.sees_step("RefundPayment", "failed")
    customer.sees_step("RequestReturnAttention", "waiting")
    customer.sees("An operator is checking the refund.")
    assert customer.accessibility_violations() == []
    expect(task).to_contain_text("RefundPayment failed after all retries")
    expect(task).to_contain_text(kettle)
    expect(task.get_by_role("button", name="Reject")).to_have_count(0)
    task.get_by_role("button", name="Resolve").click()
    expect(task).to_contain_text("Enter what you did by hand")
    task.get_by_label("Comment").fill(COMMENT)
    task.get_by_role("button", name="Resolve").click()

    customer.sees_return("COMPLETED")
    for step in ("RefundPayment", "RestockItems", "CompleteReturn", "RequestReturnAttention"):
        customer.sees_step(step, "completed")
    assert shop.available(sku) == 9


def test_an_operator_refunds_a_lost_parcel(visit: Callable[..., Visitor], shop: Shop) -> None:
    customer, operator = visit(), visit()
    kettle = f"Kettle {uuid4().hex[:6]}"
    shop.product(name=kettle, unit_price=1500)
    customer.sign_in_as_customer()
    order_id = customer.buy(kettle)
    customer.sees_step("CapturePayment", "completed")

    move_parcel(shop, order_id, "lost")
    expect(customer.page.get_by_text("Lost", exact=True)).to_be_visible()
    expect(customer.page.get_by_role("button", name="Return items")).to_have_count(0)
    operator.sign_in_as_operator()
    operator.go("/operations/tasks")
    task = operator.task_of(order_id)
    expect(task).to_contain_text("Lost parcel")
    for scheme in operator.in_light_and_dark():
        assert operator.accessibility_violations() == [], scheme
    task.get_by_role("button", name="Refund").click()
    expect(task).to_contain_text("You refunded it")

    row = customer.sees_return("COMPLETED")
    expect(row).to_contain_text("Refund without a return of items")
    expect(customer.page.locator(".total").filter(has_text="Refunded")).to_contain_text("15.00")
    expect(customer.page.get_by_role("button", name="Return items")).to_have_count(0)


def test_a_dead_letter_is_redriven(visitor: Visitor, shop: Shop) -> None:
    url = shop.stack.outputs["ProjectionDeadLetterQueueUrl"]
    shop.aws.sqs.send_message(QueueUrl=url, MessageBody="not an event")
    visitor.sign_in_as_operator()
    visitor.go("/operations/dead-letters")
    queue = visitor.page.locator('[data-queue="projection"]')
    expect(queue).to_contain_text("1 message")

    queue.get_by_role("button", name="Redrive projection").click()
    visitor.sees("Redrive projection?")
    assert visitor.accessibility_violations() == []
    visitor.confirm("Redrive")

    expect(visitor.notice("You redrove projection: 1 message will be processed again.")).to_be_visible()
    # The message is still invalid, so the projection returns it to the dead-letter queue, now with a cause.
    expect(queue).to_contain_text("The message is not valid: Invalid JSON")


def test_empty_queues_take_one_line(visitor: Visitor) -> None:
    visitor.sign_in_as_operator()
    visitor.page.route(
        "**/api/dead-letters",
        lambda route: route.fulfill(
            json={"queues": [{"queue": name, "depth": 0, "messages": []} for name in ("projection", "fulfilment")]}
        ),
    )

    visitor.go("/operations/dead-letters")

    visitor.sees("No dead letters in 2 queues")
    expect(visitor.page.locator("[data-queue]")).to_have_count(0)


def test_a_new_product_appears_in_the_shop(visitor: Visitor) -> None:
    sku, name = f"CUP-{uuid4().hex[:6].upper()}", f"Cup {uuid4().hex[:6]}"
    visitor.sign_in_as_operator()
    visitor.go("/operations/products")
    visitor.press("Add product")
    visitor.sees("Enter a name.")
    for label, text in (("SKU", sku), ("Name", name), ("Price", "12.50"), ("Stock", "3")):
        visitor.fill(label, text)
    visitor.press("Add product")
    visitor.sees(f"{name} was added.")

    visitor.go("/")

    card = visitor.page.get_by_role("listitem").filter(has_text=name)
    expect(card).to_contain_text("12.50")
    expect(card).to_contain_text("Only 3 left")


def test_an_edit_keeps_the_stock_and_an_adjustment_changes_it(visitor: Visitor, shop: Shop) -> None:
    name = f"Kettle {uuid4().hex[:6]}"
    sku = shop.product(stock=10, name=name)
    visitor.sign_in_as_operator()
    visitor.go("/operations/products")
    visitor.press(f"Edit {name}")
    expect(visitor.page.get_by_label("Name", exact=True)).to_be_focused()
    customer = shop.customer()
    customer.wait_for(customer.place(sku, 8), "CONFIRMED")

    visitor.fill("Name", f"{name}, blue")
    visitor.press("Save changes")

    visitor.sees(f"{name}, blue was updated.")
    expect(visitor.page.get_by_role("button", name=f"Edit {name}, blue")).to_be_focused()
    assert shop.available(sku) == 2
    visitor.press(f"Adjust stock of {name}, blue")
    expect(visitor.page.get_by_label("Quantity", exact=True)).to_be_focused()
    visitor.press("Save adjustment")
    visitor.sees_field_error("Quantity", "Enter a whole number")
    visitor.fill("Quantity", "12")
    visitor.fill("Reason", "delivery 17")
    visitor.press("Save adjustment")
    visitor.sees(f"Received 12 of {name}, blue: 14 available.")
    assert shop.available(sku) == 14


def test_the_activity_page_counts_the_orders(visitor: Visitor, shop: Shop) -> None:
    customer, sku = shop.customer(), shop.product()
    customer.wait_for(customer.place(sku), "CONFIRMED")
    visitor.sign_in_as_operator()
    visitor.navigate("Operations", "Activity")
    visitor.sees("Orders by time placed and status")
    visitor.sees("System: median time to decide")
    visitor.sees("Orders with a fault")
    confirmed = visitor.page.get_by_role("definition").nth(1)
    before = confirmed.inner_text()

    customer.wait_for(customer.place(sku), "CONFIRMED")

    expect(confirmed).not_to_have_text(before)


def test_an_order_is_found_by_a_text_that_contains_its_id(visitor: Visitor, shop: Shop) -> None:
    order_id = shop.customer().place(shop.product())
    shop.operator.wait_for(order_id, "CONFIRMED")
    visitor.sign_in_as_operator()
    visitor.go("/operations/orders")
    visitor.search("a text without an order ID")
    visitor.sees_field_error("Order number or email", "Enter an order number")
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme

    visitor.search(f"see https://shop.example.com/orders/{order_id}, please")

    expect(visitor.rows()).to_have_count(1)
    expect(visitor.rows()).to_contain_text("Confirmed")
    visitor.page.reload()
    expect(visitor.rows()).to_have_count(1)
    visitor.press("Clear filters")
    expect(visitor.page.get_by_label("Order number or email")).to_have_value("")
    assert visitor.page.url.endswith("/operations/orders")


def test_orders_are_filtered_by_status(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    rejected = customer.place(shop.product(), payment_method="pm_card_declined")
    customer.wait_for(rejected, "REJECTED")
    confirmed = customer.place(shop.product())
    customer.wait_for(confirmed, "CONFIRMED")
    visitor.sign_in_as_operator()
    visitor.go("/operations/orders")
    expect(visitor.rows().filter(has_text=confirmed[:8].upper())).to_be_visible()

    visitor.page.get_by_label("Status").select_option("Rejected")

    expect(visitor.rows().filter(has_text=rejected[:8].upper())).to_be_visible()
    expect(visitor.rows().filter(has_text=confirmed[:8].upper())).to_have_count(0)


def test_orders_are_filtered_by_the_date_on_which_they_were_placed(visitor: Visitor, shop: Shop) -> None:
    shop.operator.wait_for(shop.customer().place(shop.product()), "CONFIRMED")
    visitor.sign_in_as_operator()
    visitor.go("/operations/orders")
    expect(visitor.rows().first).to_be_visible()

    visitor.page.get_by_label("Placed until").fill("2020-01-31")

    visitor.sees("No orders match")
    assert visitor.page.url.endswith("?to=2020-01-31")
    visitor.page.get_by_label("Placed until").fill("")
    expect(visitor.rows().first).to_be_visible()


def test_a_search_with_many_results_has_pages(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    orders = [customer.place(shop.product()) for _ in range(2)]
    for order_id in orders:
        customer.wait_for(order_id, "CONFIRMED")

    def answer_one_by_one(route: Route) -> None:
        route.continue_(url=route.request.url.replace("limit=20", "limit=1"))

    visitor.page.route("**/operations/orders?*", answer_one_by_one)
    customer_id = shop.item("Orders", order_id=orders[0], sequence=1)["events"][0]["data"]["customer_id"]
    visitor.sign_in_as_operator()
    visitor.go(f"/operations/orders?customer={customer_id}")
    expect(visitor.rows()).to_contain_text(orders[1][:8].upper())
    expect(visitor.page.get_by_role("button", name="Previous page")).to_be_disabled()

    visitor.press("Next page")

    visitor.sees("Page 2")
    expect(visitor.rows()).to_contain_text(orders[0][:8].upper())
    visitor.press("Previous page")
    expect(visitor.rows()).to_contain_text(orders[1][:8].upper())


def test_a_customer_is_found_by_email_address_and_erased(visitor: Visitor, shop: Shop) -> None:
    user = shop.new_user()
    customer = Caller(shop, id_token(shop.stack, user))
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")
    visitor.sign_in_as_operator()
    visitor.go("/operations/orders")
    visitor.search("unknown@example.com")
    visitor.sees_field_error("Order number or email", "No customer has this email address.")

    visitor.search(user.username)

    expect(visitor.rows()).to_have_count(1)
    assert "@" not in visitor.page.url
    visitor.navigate("Erase this customer", "Erase customer")
    visitor.press("Erase customer")
    visitor.sees("Erase this customer?")
    visitor.confirm("Erase customer")
    expect(visitor.notice("The address is erased from 1 order. The account is deleted.")).to_be_visible()


def test_a_rebuild_of_the_views_shows_its_progress(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")
    visitor.sign_in_as_operator()
    visitor.go("/operations/views")
    visitor.sees("No rebuild started in this tab")

    visitor.press("Rebuild views")

    visitor.sees("The rebuild is complete:")
    visitor.page.reload()
    visitor.sees("The rebuild is complete:")


def test_an_operator_erases_a_customer(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")
    placed = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]
    visitor.sign_in_as_operator()
    visitor.go("/operations/customers")
    visitor.press("Erase customer")
    visitor.sees_field_error("Customer ID", "Enter a customer ID")
    visitor.fill("Customer ID", placed["data"]["customer_id"])
    visitor.press("Erase customer")
    visitor.sees("Erase this customer?")
    assert visitor.accessibility_violations() == []

    visitor.confirm("Erase customer")

    visitor.sees("The address is erased from 1 order. The account is deleted.")


def test_a_customer_cannot_open_the_console(visitor: Visitor) -> None:
    visitor.sign_in_as_customer()
    expect(visitor.page.get_by_role("link", name="Operations")).to_have_count(0)

    visitor.go("/operations/tasks")

    visitor.sees_heading("Page not found")
