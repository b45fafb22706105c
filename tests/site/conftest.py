"""The built site (`make docs`) in a real browser, by a file server on a path of its own."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from local.build_docs import SITE
from local.cloud import ROOT
from tests.browser.conftest import PHONE, WIDE, browser_type_launch_args

__all__ = ["browser_type_launch_args"]


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


@pytest.fixture(params=["phone", "desk"])
def reader(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Page]:
    """Somebody who reads the site, on either screen; nothing may be asked for elsewhere, and nothing may fail."""
    context: BrowserContext = browser.new_context(base_url=site_url, viewport=PHONE if request.param == "phone" else WIDE)
    page = context.new_page()
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda asked: elsewhere.append(asked.url) if not asked.url.startswith((site_url, "data:")) else None)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert elsewhere == []
    assert complaints == []
