"""The register of customers: which orders each has placed, and whose erasure goes on.

The views know the orders of a customer, too, but only once they are projected. An erasure must not miss one, so it
reads the register, consistently.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.settings import setting
from kernel.timestamps import Timestamp, now, timestamp

# No customer's id, which is a UUID.
ERASURES = "erasures"
# Longer than an ID token is valid: until then someone who is deleted may still place an order.
LAST_CHECK_DELAY = timedelta(minutes=65)


@dataclass(frozen=True)
class ErasureRequest:
    """An erasure that a job goes on with from `due_at`. After the last check, nothing is left to do."""

    customer_id: str
    due_at: Timestamp
    is_last_check: bool


def register(customer_id: str, order_id: str) -> None:
    """Enter an order. Call it before the order is stored, so that no stored order is missing here."""
    _put({"customer_id": customer_id, "entry": order_id})


def order_ids_of(customer_id: str) -> list[str]:
    """Return the ids of all orders of the customer. An order that could not be stored may be among them."""
    return [item["entry"] for item in _query(customer_id)]


def request_erasure(customer_id: str) -> None:
    """Note that the customer is to be erased, from now on until it is done."""
    _put({"customer_id": ERASURES, "entry": customer_id, "due_at": now(), "is_last_check": False})


def schedule_last_check(customer_id: str) -> None:
    """Note that the customer is erased, and is to be looked at once more when no token of theirs is valid any more."""
    due_at = timestamp(datetime.now(UTC) + LAST_CHECK_DELAY)
    _put({"customer_id": ERASURES, "entry": customer_id, "due_at": due_at, "is_last_check": True})


def end_erasure(customer_id: str) -> None:
    """Forget that the customer was to be erased."""
    dynamodb().delete_item(TableName=_table(), Key=to_item({"customer_id": ERASURES, "entry": customer_id}))


def due_erasures() -> list[ErasureRequest]:
    """Return the erasures that a job has to go on with now."""
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
