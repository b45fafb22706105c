"""Read the list prices from prices.json. Each price has a source, and the file has a date."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("prices.json")
DAYS_PER_MONTH = 365.25 / 12


class Price(NamedTuple):
    """A list price: `dollars` for `per` units.

    Attributes:
        dollars: The price.
        per: The number of units that the price is for.
        unit: The name of the unit.
        verified: Whether a stored page confirmed the price.
        source: AWS's page with the pricing rules.
        figure_from: The page that confirmed the price.
    """

    dollars: float
    per: int
    unit: str
    verified: bool
    source: str
    figure_from: str | None


class PriceList(NamedTuple):
    """The prices of a region on a date."""

    region: str
    looked_up: str
    prices: Mapping[str, Price]

    def cost(self, name: str, units: float) -> float:
        """Return the cost in dollars of `units` units at the price called `name`.

        Raises:
            KeyError: There is no such price.
        """
        price = self.prices[name]
        return units * price.dollars / price.per

    def monthly(self, name: str, number: float) -> float:
        """Return the cost per day of a monthly price, in dollars."""
        return self.cost(name, number) / DAYS_PER_MONTH


def price_list() -> PriceList:
    """Read the prices."""
    content = json.loads(FILE.read_text())
    prices = {name: Price(**price) for name, price in content["prices"].items()}
    return PriceList(content["region"], content["looked_up"], prices)
