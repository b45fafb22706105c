"""What a customer bought, from the order's view: the views publish the data that the returns service needs."""

from typing import Any, NamedTuple

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.settings import setting
from purchase import PaidLine, Purchase


class PurchaseView(NamedTuple):
    """A purchase, and how far its order is.

    Attributes:
        purchase: What was bought.
        decision: CONFIRMED, REJECTED or CANCELLED. None while the order is undecided.
        payment: The status of the payment, or None.
        shipment: The status of the shipment, or None.
    """

    purchase: Purchase
    decision: str | None
    payment: str | None
    shipment: str | None

    @property
    def is_paid(self) -> bool:
        """Whether the order is confirmed and its payment is captured."""
        return self.decision == "CONFIRMED" and self.payment == "CAPTURED"

    @property
    def is_lost(self) -> bool:
        return self.shipment == "LOST"

    @property
    def is_delivered(self) -> bool:
        return self.shipment == "DELIVERED"


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
    return PurchaseView(
        Purchase(
            customer_id=ordered["customer_id"],
            items=tuple(
                PaidLine(sku=line["sku"], quantity=line["quantity"], unit_price=line["unit_price"])
                for line in ordered["items"]
            ),
            currency=ordered["currency"],
        ),
        decision=groups.get("decision", {}).get("decision"),
        payment=groups.get("payment", {}).get("status"),
        shipment=groups.get("shipment", {}).get("status"),
    )
