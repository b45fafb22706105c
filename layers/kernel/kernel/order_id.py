"""The id of an order: its format, and how the request that places the order determines it."""

import re
from uuid import UUID, uuid5

# Check an id before a lookup, because DynamoDB raises an error for a key that is too long.
ORDER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMESPACE = UUID("6b1b6f0e-7f2c-4b7e-9c1a-2d9c3a5f8e40")


def order_id_of(customer_id: str, idempotency_key: str) -> str:
    """Return the id of the order that this customer places with this key. The same key returns the same id."""
    return str(uuid5(NAMESPACE, f"{customer_id}:{idempotency_key}"))
