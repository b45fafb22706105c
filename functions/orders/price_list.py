"""The current prices, from the product view. The view is published data, so this service can read it."""

from collections.abc import Collection

from pydantic import ValidationError

from kernel.dynamodb import get_items
from kernel.money import Money
from kernel.observability import logger
from kernel.settings import setting
from order import Price


def prices_of(skus: Collection[str]) -> dict[str, Price]:
    """Return the prices of the known products among `skus` (at most 100).

    A product whose view item is invalid counts as unknown, because it must not block orders for other products.
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
            logger.exception("the view item of a product is invalid", extra={"key": item["pk"]})
    return prices
