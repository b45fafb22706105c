"""The tab "Under the hood" of an order: the path of its events, their JSON, their objects and their log lines."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import HORIZONTAL_OVERFLOW, PHONE, WIDE
from tests.browser.visitor import Visitor
from tests.e2e.shop import Shop

TRACE = "**/sandbox/orders/*/{trace,objects}"
ORDERS = "**/api/orders?*"


def open_picture(visitor: Visitor, shop: Shop) -> str:
    """Buy a kettle as a new customer, wait until it is paid, open the picture, and return the order id."""
    visitor.sign_in_as_customer()
    order_id = visitor.buy("Gooseneck kettle")
    visitor.sees_step("CapturePayment", "completed")
    visitor.page.get_by_role("tab", name="Under the hood").click()
    expect(visitor.page.get_by_role("group", name="Picture of the application")).to_be_visible()
    return order_id


def part(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f'[data-part="{name}"]')


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_event_shows_its_json_its_object_and_its_log_lines(
    visit: Callable[..., Visitor], shop: Shop, viewport: dict[str, int]
) -> None:
    visitor = visit(viewport)
    order_id = open_picture(visitor, shop)

    visitor.page.locator(".hood-events").get_by_role("button", name="PaymentAuthorized").click()

    details = visitor.page.get_by_role("region", name="PaymentAuthorized")
    expect(details.get_by_label("CloudEvent")).to_contain_text(f'"id": "payments:{order_id}:1"')
    expect(details.get_by_text("events/year=")).to_be_visible()
    expect(details.get_by_text("AuthorizePayment returned AUTHORIZED")).to_be_visible()
    expect(details.get_by_text("relayed PaymentAuthorized")).to_be_visible()
    expect(details.get_by_text("functions/payments/authorize_payment.py")).to_be_visible()
    expect(part(visitor, "PaymentsTable")).to_have_accessible_name(
        "Payments DynamoDB, on the path of PaymentAuthorized"
    )
    expect(part(visitor, "ShippingTable")).to_have_accessible_name("Shipping DynamoDB")
    assert visitor.page.evaluate(HORIZONTAL_OVERFLOW) <= 0
    for scheme in visitor.in_light_and_dark():
        assert visitor.accessibility_violations() == [], scheme


def test_a_trace_is_requested_only_when_the_views_contain_the_order(visitor: Visitor) -> None:
    visitor.sign_in_as_customer()
    requested: list[str] = []
    visitor.page.on("request", lambda request: requested.append(request.url))
    visitor.page.route(ORDERS, lambda route: route.fulfill(json={"orders": []}))
    visitor.buy("Gooseneck kettle")
    visitor.page.get_by_role("tab", name="Under the hood").click()
    visitor.sees("Loading logs and objects")
    for _ in range(3):
        with visitor.page.expect_response(ORDERS):
            pass

    assert [url for url in requested if "/sandbox/orders/" in url] == []
    visitor.page.unroute(ORDERS)
    expect(visitor.page.get_by_text("Loading logs and objects")).to_have_count(0)
    assert [url for url in requested if "/sandbox/orders/" in url] != []


def test_a_part_shows_its_filter_its_log_lines_and_the_events_that_passed(visitor: Visitor, shop: Shop) -> None:
    open_picture(visitor, shop)

    part(visitor, "FulfilmentQueue").press("Enter")

    details = visitor.page.get_by_role("region", name="Fulfilment", exact=True)
    expect(details.get_by_text('"decided_by":["customer"')).to_be_visible()
    expect(details.get_by_role("button")).to_have_text(["OrderPlaced"])
    assert visitor.accessibility_violations() == []
    details.get_by_role("button", name="OrderPlaced").click()
    expect(part(visitor, "OrdersApiFunction")).to_have_accessible_name("OrdersApi Lambda, on the path of OrderPlaced")

    part(visitor, "RelayEventsFunction").press(" ")
    expect(visitor.page.get_by_role("region", name="RelayEvents").get_by_text("relayed OrderPlaced")).to_be_visible()


def test_the_picture_says_why_a_deployment_without_sandbox_providers_shows_no_logs(
    visitor: Visitor, shop: Shop
) -> None:
    visitor.allow_statuses(404)
    visitor.page.route(TRACE, lambda route: route.fulfill(status=404, json={"status": 404}))

    order_id = open_picture(visitor, shop)

    visitor.sees("This deployment has no sandbox providers")
    details = visitor.page.get_by_role("region", name="PaymentCaptured")
    expect(details.get_by_label("CloudEvent")).to_contain_text(order_id)
    expect(details.get_by_text("functions/payments/capture_payment.py")).to_be_visible()


def test_a_dot_moves_only_if_the_user_accepts_motion(visitor: Visitor, shop: Shop) -> None:
    open_picture(visitor, shop)
    dot = visitor.page.locator(".hood-picture .dot").first
    expect(dot).to_be_hidden()

    visitor.page.emulate_media(reduced_motion="no-preference")

    expect(dot).to_be_visible()
    expect(dot).to_have_css("offset-path", re.compile(r"^path\("))
    expect(dot).to_have_css("animation-name", "hood-travel")
