"""The prices of the moment, from the product view: published data, read by its key."""

from collections.abc import Collection

from kernel.dynamodb import get_items
from kernel.money import Money
from kernel.settings import setting

from order import Price


def prices_of(skus: Collection[str]) -> dict[str, Price]:
    """Return the price of each of these products (at most 100) that is known."""
    keys = [{"pk": f"PRODUCT#{sku}", "sk": "SUMMARY"} for sku in skus]
    products = (item["product"] for item in get_items(setting("VIEWS_TABLE_NAME"), keys))
    return {
        product["sku"]: Price(product["name"], Money(amount=product["unit_price"], currency=product["currency"]))
        for product in products
    }
