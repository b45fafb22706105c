"""The prices of the moment, from the product view: published data, read by its key."""

from collections.abc import Collection

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.money import Money
from kernel.settings import setting
from order import Price


def prices_of(skus: Collection[str]) -> dict[str, Price]:
    """Return the price of each of these products (at most 100) that is known."""
    table = setting("VIEWS_TABLE_NAME")
    wanted = {table: {"Keys": [to_item({"pk": f"PRODUCT#{sku}", "sk": "SUMMARY"}) for sku in skus]}}
    found = []
    while wanted:
        answer = dynamodb().batch_get_item(RequestItems=wanted)  # type: ignore[arg-type]
        found += [from_item(item)["product"] for item in answer["Responses"].get(table, [])]
        wanted = answer["UnprocessedKeys"]  # type: ignore[assignment]
    return {
        product["sku"]: Price(product["name"], Money(amount=product["unit_price"], currency=product["currency"]))
        for product in found
    }
