"""Find the browser that takes the screenshots, measures first visits and runs the browser tests."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright, sync_playwright

from tools.local_cloud.cloud import LocalCloudError

SYSTEM_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch_options(playwright: Playwright) -> dict[str, Any]:
    """Return the options that launch the system's Chromium, or Playwright's.

    Raises:
        LocalCloudError: Neither is installed.
    """
    chromium = next(filter(None, map(shutil.which, SYSTEM_CHROMIUM)), None)
    if chromium is None and not Path(playwright.chromium.executable_path).exists():
        raise LocalCloudError(
            "Chromium is not installed. Install the package of your system (Debian: apt-get install chromium), "
            "or run `.venv/bin/playwright install chromium`."
        )
    # Chromium requires the root user to turn its sandbox off.
    return {"executable_path": chromium, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run headless Chromium.

    Raises:
        LocalCloudError: Chromium is not installed.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(playwright))
        yield browser
        browser.close()
