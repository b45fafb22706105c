"""Operators at work, and customers who see what comes of it."""

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.e2e.shop import Shop

COMMENT = "paid by transfer, see the ledger of Friday"


def test_an_approval_moves_the_customers_page(visit: Callable[..., Visitor], shop: Shop) -> None:
    machine = f"Machine {uuid4().hex[:6]}"
    shop.product(unit_price=300_000, name=machine)
    customer, operator = visit(), visit()
    customer.is_customer()
    order_id = customer.buys(machine)
    customer.sees_status("IN_REVIEW")

    operator.is_operator()
    operator.arrives_at("Operations", "Activity")
    operator.arrives_at("Find an order")
    operator.fill("Order id", order_id)
    operator.press("Find")
    operator.sees_status("IN_REVIEW")
    expect(operator.page.get_by_role("button", name="Cancel the order")).to_have_count(0)
    operator.arrives_at("Decide on it", "Tasks")
    operator.task_of(order_id).get_by_role("button", name="Approve").click()

    customer.sees_status("CONFIRMED")
    customer.sees_step("RequestReview", "taken")
    customer.sees_step("CapturePayment", "taken")
    expect(operator.task_of(order_id)).to_have_count(0, timeout=240_000)


def test_a_capture_that_keeps_failing_is_resolved_by_hand(visit: Callable[..., Visitor], shop: Shop) -> None:
    kettle = f"Kettle {uuid4().hex[:6]}"
    shop.product(name=kettle)
    customer, operator = visit(), visit()
    customer.is_customer()
    order_id = customer.buys(kettle, card="Capture down")
    customer.sees_status("NEEDS_ATTENTION")
    customer.sees_step("CapturePayment", "failed")

    operator.is_operator()
    operator.go("/operations/tasks")
    task = operator.task_of(order_id)
    task.get_by_role("button", name="Resolve").click()
    expect(task).to_contain_text("Say what was done by hand")
    task.get_by_label("Comment").fill(COMMENT)
    task.get_by_role("button", name="Resolve").click()

    customer.sees_status("CONFIRMED")
    customer.sees_step("CapturePayment", "taken")


def test_a_dead_letter_is_redriven(visitor: Visitor, shop: Shop) -> None:
    url = shop.stack.outputs["ProjectionDeadLetterQueueUrl"]
    shop.aws.sqs.send_message(QueueUrl=url, MessageBody="no event")
    visitor.is_operator()
    visitor.go("/operations/dead-letters")
    queue = visitor.page.locator('[data-queue="projection"]')
    expect(queue).to_contain_text("1 message")

    queue.get_by_role("button", name="Redrive projection").click()

    expect(queue).to_contain_text("Sent 1 message once more.")
    # Nothing had mended it: the projector buries it again, and now it has a cause.
    expect(queue).to_contain_text("1 message", timeout=300_000)


def test_a_product_that_is_put_on_the_shelf_can_be_bought(visitor: Visitor) -> None:
    sku, name = f"CUP-{uuid4().hex[:6].upper()}", f"Cup {uuid4().hex[:6]}"
    visitor.is_operator()
    visitor.go("/operations/products")
    visitor.press("Save")
    visitor.sees("Say what it is.")
    for label, text in (("SKU", sku), ("Name", name), ("Price", "12.50"), ("Stock", "3")):
        visitor.fill(label, text)
    visitor.press("Save")
    visitor.sees(f"{name} is on the shelf.")

    visitor.go("/")

    card = visitor.page.get_by_role("listitem").filter(has_text=name)
    expect(card).to_contain_text("12.50", timeout=240_000)
    expect(card).to_contain_text("Only 3 left")


def test_an_edit_leaves_the_stock_alone_and_a_delivery_adds_to_it(visitor: Visitor, shop: Shop) -> None:
    name = f"Kettle {uuid4().hex[:6]}"
    sku = shop.product(stock=10, name=name)
    visitor.is_operator()
    visitor.go("/operations/products")
    visitor.press(f"Change {name}")
    customer = shop.customer()
    customer.wait_for(customer.place(sku, 8), "CONFIRMED")

    visitor.fill("Name", f"{name}, blue")
    visitor.press("Save")

    visitor.sees(f"{name}, blue is changed.")
    assert shop.available(sku) == 2
    visitor.press(f"Receive stock of {name}, blue")
    visitor.press("Save")
    visitor.field_says("How many", "A whole number")
    visitor.fill("How many", "12")
    visitor.fill("Reason", "delivery 17")
    visitor.press("Save")
    visitor.sees(f"Received 12 of {name}, blue: 14 available.")
    assert shop.available(sku) == 14


def test_the_activity_counts_what_was_ordered(visitor: Visitor, shop: Shop) -> None:
    order_id = shop.customer().place(shop.product())
    shop.operator.wait_for(order_id, "CONFIRMED")
    visitor.is_operator()

    visitor.arrives_at("Operations", "Activity")

    visitor.sees("Orders by the time of placing")
    visitor.sees("Half confirmed within")
    expect(visitor.page.get_by_role("definition").nth(1)).not_to_have_text("0")


def test_an_order_is_found_by_any_text_that_holds_its_id(visitor: Visitor, shop: Shop) -> None:
    order_id = shop.customer().place(shop.product())
    shop.operator.wait_for(order_id, "CONFIRMED")
    visitor.is_operator()
    visitor.go("/operations/orders")
    visitor.fill("Order id", "no id in here")
    visitor.press("Find")
    visitor.sees("There is no order id in this text.")

    visitor.fill("Order id", f"see https://shop.example.com/orders/{order_id}, please")
    visitor.press("Find")

    visitor.sees_status("CONFIRMED")


def test_the_views_are_rebuilt_while_one_looks(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    customer.wait_for(customer.place(shop.product()), "CONFIRMED")
    visitor.is_operator()
    visitor.go("/operations/views")
    visitor.sees("No rebuild was started here.")

    visitor.press("Rebuild the views")

    visitor.sees("The views are the fold of the store:", milliseconds=300_000)
    visitor.page.reload()
    visitor.sees("The views are the fold of the store:")


def test_a_person_who_asks_for_it_is_erased(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product())
    customer.wait_for(order_id, "CONFIRMED")
    placed = shop.item("Orders", order_id=order_id, sequence=1)["events"][0]
    visitor.is_operator()
    visitor.go("/operations/customers")
    visitor.press("Erase")
    visitor.field_says("Customer id", "Enter their id.")
    visitor.fill("Customer id", placed["data"]["customer_id"])
    visitor.press("Erase")
    visitor.sees("Tick this first.")

    visitor.page.get_by_label("I am sure.").check()
    visitor.press("Erase")

    visitor.sees("1 order without an address now, and the account is deleted.")


def test_to_a_customer_the_console_is_not_there(visitor: Visitor) -> None:
    visitor.is_customer()
    expect(visitor.page.get_by_role("link", name="Operations")).to_have_count(0)

    visitor.go("/operations/tasks")

    visitor.heading("Nothing is here")
