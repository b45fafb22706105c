"""The register of customers: the orders of each customer, and the erasures in progress.

The views also list the orders of a customer, but with a delay. An erasure must not miss an order, so it reads this
register with consistent reads.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp

# The partition key of the erasures. A customer id is a UUID, so it cannot be the same.
ERASURES = "erasures"
# Longer than the lifetime of an ID token, because a deleted customer can place orders until the token expires.
LAST_CHECK_DELAY = timedelta(minutes=65)


@dataclass(frozen=True)
class ErasureRequest:
    """An erasure in progress.

    Attributes:
        customer_id: The customer to erase.
        due_at: The scheduled job continues the erasure at or after this time.
        is_last_check: Whether the erasure ends if this check finds no data.
    """

    customer_id: str
    due_at: Timestamp
    is_last_check: bool


def register(customer_id: str, order_id: str) -> None:
    """Register an order. Call this before you store the order, because the register must not miss a stored order."""
    _put({"customer_id": customer_id, "entry": order_id})


def order_ids_of(customer_id: str) -> list[str]:
    """Return the ids of all orders of the customer. An id without an order is possible if storing the order failed."""
    return [item["entry"] for item in _query(customer_id)]


def request_erasure(customer_id: str) -> None:
    """Record an erasure that is due now."""
    _put({"customer_id": ERASURES, "entry": customer_id, "due_at": now(), "is_last_check": False})


def schedule_last_check(customer_id: str) -> None:
    """Record that the customer is erased, and schedule one more check for after their last token expires."""
    due_at = timestamp(datetime.now(UTC) + LAST_CHECK_DELAY)
    _put({"customer_id": ERASURES, "entry": customer_id, "due_at": due_at, "is_last_check": True})


def end_erasure(customer_id: str) -> None:
    """Remove the record of the erasure."""
    dynamodb().delete_item(TableName=_table(), Key=to_item({"customer_id": ERASURES, "entry": customer_id}))


def due_erasures() -> list[ErasureRequest]:
    """Return the erasures that are due now."""
    requests = [ErasureRequest(item["entry"], item["due_at"], item["is_last_check"]) for item in _query(ERASURES)]
    return [request for request in requests if request.due_at <= now()]


def _query(customer_id: str) -> list[dict[str, Any]]:
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
            KeyConditionExpression="customer_id = :customer_id",
            ExpressionAttributeValues=to_item({":customer_id": customer_id}),
            ConsistentRead=True,
        )
    )
    return [from_item(item) for page in pages for item in page["Items"]]


def _put(item: dict[str, Any]) -> None:
    dynamodb().put_item(TableName=_table(), Item=to_item(item))


def _table() -> str:
    return setting("CUSTOMERS_TABLE_NAME")
