"""A refund that an operator breaks, repairs and retries, with the pages of the console."""

from playwright.sync_api import expect

from tests.browser.break_it_panel import part
from tests.browser.visitor import Visitor
from tests.e2e.shop import Shop


def test_an_operator_breaks_repairs_and_retries_a_refund(visitor: Visitor, shop: Shop) -> None:
    customer = shop.customer()
    kettle = shop.product(stock=5, unit_price=1500)
    order_id = customer.place(kettle, 2)
    customer.wait_until_paid(order_id)
    visitor.sign_in_as_operator()
    plan_refund(visitor, order_id, "Fails every time")

    assert customer.post_return(order_id, (kettle, 1)).status_code == 202
    visitor.go("/operations/tasks")
    task = visitor.task_of(order_id)
    task.get_by_role("button", name="Approve").click()
    expect(task).to_contain_text("RefundPayment failed after all retries")
    plan_refund(visitor, order_id, "Works")
    visitor.go("/operations/tasks")
    task.get_by_role("button", name="Retry").click()

    visitor.go(f"/orders/{order_id}")
    visitor.sees_return("COMPLETED")
    visitor.sees_step("RefundPayment", "completed")
    assert shop.refunded_at_gateway(order_id) == 1500


def plan_refund(visitor: Visitor, order_id: str, effect: str) -> None:
    visitor.go(f"/operations/break-it?order={order_id}")
    part(visitor, "Refund").select_option(label=effect)
    visitor.press("Save plan")
    visitor.sees("Saved.")
