"""Open the web page of a stack in a browser: sign in, and wait until a page is complete."""

from playwright.sync_api import Page, expect

from tools.local_cloud.stack import User

MILLISECONDS = 30_000


def sign_in(page: Page, account: User) -> None:
    """Sign in on the page of a browser context whose base URL is the stack's web page."""
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(account.username)
    page.get_by_label("Password").fill(account.password)
    page.locator("form").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=MILLISECONDS)


def wait_until_loaded(page: Page, heading: str | None = None) -> None:
    """Wait for the heading and the content of the page, and for its font.

    Args:
        page: The page.
        heading: The text of the heading, if another page may still be visible.
    """
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible(timeout=MILLISECONDS)
    expect(page.locator(".skeleton")).to_have_count(0, timeout=MILLISECONDS)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    # A chart measures its labels in its first frame, and draws its columns in the next one.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
