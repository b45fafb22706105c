"""Fixtures for tests of the deployed shop in headless Chromium. The system or Playwright installs Chromium."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect

from tests.browser.visitor import Visitor
from tests.e2e.conftest import running
from tests.e2e.shop import Shop
from tools.local_cloud.cloud import ROOT, LocalCloud, LocalCloudError
from tools.local_cloud.stack import Stack
from tools.screenshots.chromium import launch_options

SCREENSHOTS = ROOT / ".local" / "screenshots"
# Visitor.layout_shift reads the result: https://web.dev/articles/cls
MEASURE_LAYOUT_SHIFT = """
  window.layoutShift = 0;
  const add = (entry) => (window.layoutShift += entry.hadRecentInput ? 0 : entry.value);
  new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: 'layout-shift', buffered: true });
"""
HORIZONTAL_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
# The maximum duration of a saga with all its compensations, on a busy machine.
MILLISECONDS = 300_000

expect.set_options(timeout=MILLISECONDS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """Use the installed Chromium."""
    try:
        return browser_type_launch_args | launch_options(playwright)
    except LocalCloudError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def shop(worker_id: str) -> Iterator[Shop]:
    """A stack with users, products and the web page. Each pytest-xdist worker has its own emulator."""
    with running(LocalCloud.for_tests(f"browser-{worker_id}")) as cloud:
        yield Shop(Stack.read(cloud.stack_file))


@pytest.fixture
def visit(shop: Shop, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open visitors, each in a separate browser context. Fails the test if a browser console contains an error."""
    visitors: list[tuple[Visitor, BrowserContext]] = []

    def open_visitor(viewport: dict[str, int] = WIDE, **options: Any) -> Visitor:
        usual = {"base_url": shop.stack.web_url, "viewport": viewport, "reduced_motion": "reduce"}
        context = browser.new_context(**(usual | options))
        context.set_default_timeout(MILLISECONDS)
        context.add_init_script(MEASURE_LAYOUT_SHIFT)
        visitor = Visitor(context.new_page(), shop)
        visitors.append((visitor, context))
        return visitor

    yield open_visitor
    console_errors = [error for visitor, _ in visitors for error in visitor.console_errors]
    for _, context in visitors:
        context.close()
    assert console_errors == []


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Visitor, str], None]:
    """Save screenshots in both widths to .local/screenshots. Fails if the page scrolls horizontally."""

    def save(visitor: Visitor, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for viewport in (PHONE, WIDE):
            visitor.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            file = SCREENSHOTS / f"{re.sub(r'[^a-z0-9]+', '-', name)}-{viewport['width']}.png"
            visitor.page.screenshot(path=file, full_page=True)
            assert visitor.page.evaluate(HORIZONTAL_OVERFLOW) <= 0, f"{file.name} is wider than the screen"

    return save
