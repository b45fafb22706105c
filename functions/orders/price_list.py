"""The prices of the moment, from the product view: published data, read by its key."""

from collections.abc import Collection

from pydantic import ValidationError

from kernel.dynamodb import get_items
from kernel.money import Money
from kernel.observability import logger
from kernel.settings import setting
from order import Price


def prices_of(skus: Collection[str]) -> dict[str, Price]:
    """Return the price of each of these products (at most 100) that is known.

    A product that the view holds in a damaged form counts as unknown, so that it harms no order for others.
    """
    keys = [{"pk": f"PRODUCT#{sku}", "sk": "SUMMARY"} for sku in skus]
    prices = {}
    for item in get_items(setting("VIEWS_TABLE_NAME"), keys):
        try:
            product = item["product"]
            amount, currency = product["unit_price"], product["currency"]
            money = Money.model_validate({"amount": amount, "currency": currency}, strict=True)
            prices[product["sku"]] = Price(product["name"], money)
        except (ValidationError, KeyError, TypeError):
            logger.exception("the view of a product is damaged", extra={"key": item["pk"]})
    return prices
