"""The documentation site on a phone and on a desktop screen."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tools.local_cloud.cloud import ROOT
from tools.site.build import SITE

DOCUMENTS = ["README.md", *sorted(str(file.relative_to(ROOT)) for file in ROOT.glob("docs/**/*.md"))]
WITH_DIAGRAMS = [name for name in DOCUMENTS if "```mermaid" in (ROOT / name).read_text()]


class Addresses(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {""}
        self.feed(page.read_text())

    def handle_starttag(self, _: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.links.append(value)
            elif name == "id" and value:
                self.anchors.add(value)


def page_of(document: str) -> str:
    """Return the address of a document's page, relative to the site's root."""
    return re.sub(r"README\.md$", "index.md", document).removesuffix(".md") + ".html"


def test_no_link_within_the_site_is_broken(site_url: str) -> None:
    pages = {page: Addresses(page) for page in (ROOT / SITE).rglob("*.html") if "_static" not in page.parts}

    for page, addresses in pages.items():
        for link in addresses.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert target.is_file(), f"{page.relative_to(ROOT / SITE)}: {link}"
            if target in pages and not target.name.startswith(("search", "genindex")):
                assert unquote(parts.fragment) in pages[target].anchors, f"{page.relative_to(ROOT / SITE)}: {link}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_is_in_the_navigation(document: str, site_url: str) -> None:
    home = (ROOT / SITE / "index.html").read_text()
    navigation = home[home.index('class="sidebar-tree"') :]

    # The home page links to itself as `#`.
    assert document == "README.md" or f'href="{page_of(document)}"' in navigation


@pytest.mark.parametrize("document", WITH_DIAGRAMS)
def test_diagrams_are_drawn_and_nothing_is_wider_than_the_screen(document: str, reader: Page) -> None:
    reader.goto(page_of(document))
    expect(reader.locator("body[data-diagrams=drawn]")).to_be_attached()

    assert reader.locator("figure.diagram svg").count() == (ROOT / document).read_text().count("```mermaid")
    assert reader.locator("svg [aria-roledescription=error]").count() == 0
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_diagram_is_enlarged_by_a_click(reader: Page) -> None:
    reader.goto("docs/saga.html")
    reader.locator("figure.diagram svg").first.click()

    expect(reader.locator("dialog.diagram-frame svg")).to_be_visible()
    reader.keyboard.press("Escape")
    expect(reader.locator("dialog.diagram-frame")).to_be_hidden()


def test_the_search_finds_a_page(reader: Page) -> None:
    reader.goto("search.html?q=tombstone")

    expect(reader.get_by_role("link", name="Glossary").first).to_be_visible()


def test_dark_mode_also_applies_to_diagrams(reader: Page) -> None:
    reader.emulate_media(color_scheme="light")
    reader.goto("docs/architecture.html")
    expect(reader.locator("body[data-diagrams=drawn]")).to_be_attached()
    background = "getComputedStyle(document.body).backgroundColor"
    light, drawing = reader.evaluate(background), reader.locator("figure.diagram").first.inner_html()

    while reader.locator("body").get_attribute("data-theme") != "dark":
        reader.locator(".theme-toggle:visible").first.click()

    assert reader.evaluate(background) != light
    expect(reader.locator("figure.diagram").first).not_to_have_js_property("innerHTML", drawing)


def test_a_link_to_code_shows_the_code(reader: Page) -> None:
    reader.goto("docs/saga.html")
    reader.get_by_role("link", name="outbox.py").first.click()

    expect(reader.get_by_role("heading", level=1)).to_contain_text("layers/kernel/kernel/outbox.py")
    expect(reader.get_by_text("class Outbox").first).to_be_visible()


def test_the_contracts_are_pages_to_read(reader: Page) -> None:
    reader.goto("contracts/openapi.json.html")
    expect(reader.get_by_role("heading", name="Place an order")).to_be_visible()

    reader.goto("contracts/asyncapi.json.html")
    expect(reader.get_by_role("heading", name="ShipmentBooked")).to_be_visible()
