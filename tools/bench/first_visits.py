"""Measure first visits of the web page in Chromium: when its content appears, and the JavaScript that it loads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tools.bench.environment import ORDER, SKU, BenchEnvironment, wait_until
from tools.bench.order_latency import is_settled
from tools.bench.sample import Group, Sample
from tools.screenshots.chromium import chromium
from tools.screenshots.web_page import sign_in, wait_until_loaded

FLOOR = "floor: a line of text from the same server"
TEXT_FILE = "/config.json"
BASKET = f"localStorage.setItem('basket', JSON.stringify({{'{SKU}': 1}}))"
# In seconds. The last entry is the largest element so far: https://web.dev/articles/lcp
LARGEST_PAINT = """() => new Promise((done) =>
  new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime / 1000))
    .observe({type: 'largest-contentful-paint', buffered: true}))"""
# In kB, compressed.
SCRIPTS = """() => performance.getEntriesByType('resource').filter(({name}) => name.endsWith('.js'))
  .reduce((sum, {encodedBodySize}) => sum + encodedBodySize / 1000, 0)"""

# Visits a page with an empty cache, by its name.
Visits = dict[str, Callable[[], Page]]


def measure(visits: Visits, rounds: int) -> Iterator[Group]:
    """Measure the largest contentful paint of each page. Yields the results so far."""
    seconds: dict[str, list[float]] = {name: [] for name in visits}
    for _ in range(rounds):
        for name, visit in visits.items():
            seconds[name].append(visit().evaluate(LARGEST_PAINT))
        samples = (
            Sample(name, "s", tuple(values), None if name == FLOOR else FLOOR) for name, values in seconds.items()
        )
        yield Group("first visits", tuple(samples))


def measure_sizes(visits: Visits) -> Group:
    """Measure the compressed JavaScript of each page."""
    samples = (Sample(name, "kB", (visit().evaluate(SCRIPTS),)) for name, visit in visits.items() if name != FLOOR)
    return Group("page sizes", tuple(samples))


@contextmanager
def pages(environment: BenchEnvironment) -> Iterator[Visits]:
    """Provide the pages, with a signed-in customer, a filled basket and a settled order, and with an operator."""
    order_id = environment.customer.place_order(ORDER)["order_id"]
    wait_until(lambda: is_settled(environment, order_id), f"order {order_id} to be settled")
    with chromium() as browser:
        shop, console = _signed_in(browser, environment, "alice"), _signed_in(browser, environment, "operator")
        yield {
            FLOOR: lambda: _without_cache(shop, TEXT_FILE),
            "Shop": lambda: _complete(shop, "/"),
            "Basket": lambda: _complete(shop, "/basket"),
            "Checkout": lambda: _complete(shop, "/checkout"),
            "My orders": lambda: _complete(shop, "/orders"),
            "An order": lambda: _complete(shop, f"/orders/{order_id}"),
            "Console: Activity": lambda: _complete(console, "/operations"),
            "Console: Orders": lambda: _complete(console, "/operations/orders"),
        }


def _signed_in(browser: Browser, environment: BenchEnvironment, user: str) -> Page:
    page = browser.new_page(base_url=environment.stack.web_url, viewport={"width": 1440, "height": 900})
    sign_in(page, environment.stack.users[user])
    page.evaluate(BASKET)
    return page


def _complete(page: Page, path: str) -> Page:
    _without_cache(page, path)
    wait_until_loaded(page)
    return page


def _without_cache(page: Page, path: str) -> Page:
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto(path)
    return page
