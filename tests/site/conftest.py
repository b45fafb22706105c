"""Fixtures for the built site (`make docs`) in a real browser."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MILLISECONDS, PHONE, WIDE, browser_type_launch_args
from tools.local_cloud.cloud import ROOT
from tools.site.build import SITE

__all__ = ["browser_type_launch_args"]

SCREENS = {"phone": PHONE, "desktop": WIDE}

expect.set_options(timeout=MILLISECONDS)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without logging each request."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """Serve the site with a plain file server, and return its address."""
    if not (ROOT / SITE / "index.html").exists():
        pytest.skip("the site is not built: run `make docs` first")
    handler = functools.partial(QuietHandler, directory=str((ROOT / SITE).parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()


@pytest.fixture(params=SCREENS)
def reader(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Page]:
    """Open a page on each screen size. All requests must go to the site, and no error may occur."""
    context = browser.new_context(base_url=site_url, viewport=SCREENS[request.param])
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    requested: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert [url for url in requested if not url.startswith((site_url, "data:"))] == []
    assert errors == []
