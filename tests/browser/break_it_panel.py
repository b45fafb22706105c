"""The panel that breaks an order at checkout, as a visitor uses it."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator

from tests.browser.visitor import Visitor


def break_it(visitor: Visitor, broken: Mapping[str, str]) -> None:
    """Open or close the panel of the sandbox at checkout, and choose what goes wrong, by its part."""
    visitor.page.get_by_text("Sandbox: break something").click()
    for name, effect in broken.items():
        part(visitor, name).select_option(label=effect)


def part(visitor: Visitor, name: str) -> Locator:
    """Return the list of choices for a part of the saga, such as Payment."""
    return visitor.page.get_by_role("combobox", name=re.compile(f"^{name} "))
