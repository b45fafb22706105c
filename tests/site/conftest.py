"""The built site (`make docs`) in a real browser, by a file server on a path of its own."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, WIDE, browser_type_launch_args
from tools.local_cloud.cloud import ROOT
from tools.site.build import SITE

__all__ = ["browser_type_launch_args"]

SCREENS = {"phone": PHONE, "desk": WIDE}


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, and does not write a line for each."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """Where a plain file server shows the site."""
    if not (ROOT / SITE / "index.html").exists():
        pytest.skip("there is no built site: `make docs` makes it")
    handler = functools.partial(QuietHandler, directory=str((ROOT / SITE).parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()


@pytest.fixture(params=SCREENS)
def reader(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Page]:
    """Somebody who reads the site, on either screen; nothing may be asked for elsewhere, and nothing may fail."""
    context = browser.new_context(base_url=site_url, viewport=SCREENS[request.param])
    page = context.new_page()
    asked_for: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [url for url in asked_for if not url.startswith((site_url, "data:"))] == []
    assert complaints == []
