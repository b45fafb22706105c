"""The deployed shop in a real browser, headless. Chromium is the system's, or Playwright's own."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.browser.visitor import Visitor
from tests.e2e.conftest import running
from tests.e2e.shop import Shop
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.stack import Stack

SYSTEM_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCREENSHOTS = ROOT / ".local" / "screenshots"
# What Visitor.jump reads: https://web.dev/articles/cls
COUNT_JUMPS = """
  window.jump = 0;
  const add = (entry) => (window.jump += entry.hadRecentInput ? 0 : entry.value);
  new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: 'layout-shift', buffered: true });
"""
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """Start the Chromium that is here. As root it runs only without its sandbox."""
    chromium = next(filter(None, map(shutil.which, SYSTEM_CHROMIUM)), None)
    if chromium is None and not Path(playwright.chromium.executable_path).exists():
        pytest.skip(
            "there is no Chromium here: install it from the system's packages (Debian: apt-get install chromium), "
            "or with `.venv/bin/playwright install chromium`"
        )
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": chromium, "args": as_root}


@pytest.fixture(scope="session")
def shop(worker_id: str) -> Iterator[Shop]:
    """A running emulator with the stack, its users, products, and the page. Each worker of pytest-xdist has its own."""
    with running(LocalCloud.for_tests(f"browser-{worker_id}")) as cloud:
        yield Shop(Stack.read(cloud.stack_file))


@pytest.fixture
def visit(shop: Shop, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Give people with browsers of their own; after the test none of them may have seen an error in the console."""
    visitors: list[tuple[Visitor, BrowserContext]] = []

    def arrive(viewport: dict[str, int] = WIDE, **options: Any) -> Visitor:
        context = browser.new_context(
            base_url=shop.stack.web_url, viewport=viewport, reduced_motion="reduce", **options
        )
        context.set_default_timeout(240_000)
        context.add_init_script(COUNT_JUMPS)
        visitor = Visitor(context.new_page(), shop)
        visitors.append((visitor, context))
        return visitor

    yield arrive
    complaints = [complaint for visitor, _ in visitors for complaint in visitor.complaints]
    for _, context in visitors:
        context.close()
    assert complaints == []


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Visitor, str], None]:
    """Keep pictures of a page, in both widths, in .local/screenshots. In neither may anything stand out of the page."""

    def take(visitor: Visitor, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for viewport in (PHONE, WIDE):
            visitor.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            file = SCREENSHOTS / f"{re.sub(r'[^a-z0-9]+', '-', name)}-{viewport['width']}.png"
            visitor.page.screenshot(path=file, full_page=True)
            assert visitor.page.evaluate(OVERHANG) <= 0, f"{file.name} is wider than the screen"

    return take
