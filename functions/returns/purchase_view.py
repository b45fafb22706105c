"""What a customer bought, from the order's view: the views publish the data that the returns service needs."""

from typing import Any, NamedTuple

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.settings import setting
from order_returns import PaidLine, Purchase


class PurchaseView(NamedTuple):
    """A purchase, and whether it can be returned: the order is confirmed and the payment is captured."""

    purchase: Purchase
    is_returnable: bool


def find_purchase(order_id: str) -> PurchaseView | None:
    """Return the purchase, or None if the order is not projected yet."""
    response = dynamodb().get_item(
        TableName=setting("VIEWS_TABLE_NAME"),
        Key=to_item({"pk": f"ORDER#{order_id}", "sk": "SUMMARY"}),
        ConsistentRead=True,
    )
    groups: dict[str, Any] = from_item(response.get("Item", {}))
    ordered = groups.get("ordered")
    if ordered is None:
        return None
    is_confirmed = groups.get("decision", {}).get("decision") == "CONFIRMED"
    is_captured = groups.get("payment", {}).get("status") == "CAPTURED"
    return PurchaseView(
        Purchase(
            customer_id=ordered["customer_id"],
            items=tuple(
                PaidLine(sku=line["sku"], quantity=line["quantity"], unit_price=line["unit_price"])
                for line in ordered["items"]
            ),
            currency=ordered["currency"],
        ),
        is_confirmed and is_captured,
    )
