"""The list prices that `make cost` multiplies with: prices.json, dated, each with its source."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("prices.json")
DAYS_A_MONTH = 365.25 / 12


class Price(NamedTuple):
    """So many dollars for so many units."""

    dollars: float
    per: int
    unit: str
    verified: bool
    source: str
    figure_from: str | None

    def of(self, units: float) -> float:
        """Return what so many units cost, in dollars."""
        return units * self.dollars / self.per


class PriceList(NamedTuple):
    """The prices of a region, as they were on a day."""

    region: str
    looked_up: str
    prices: Mapping[str, Price]

    def cost(self, name: str, units: float) -> float:
        """Return what so many units of what `name` prices cost, in dollars. Raises: KeyError: nothing has this name."""
        return self.prices[name].of(units)

    def monthly(self, name: str, number: float) -> float:
        """Return the dollars a day of what is priced by the month."""
        return self.cost(name, number) / DAYS_A_MONTH


def price_list(file: Path = FILE) -> PriceList:
    """Read the prices."""
    content = json.loads(file.read_text())
    prices = {name: Price(**price) for name, price in content["prices"].items()}
    return PriceList(content["region"], content["looked_up"], prices)
