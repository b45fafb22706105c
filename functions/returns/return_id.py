"""The id of a return: how the request, or the loss of the parcel, determines it."""

from uuid import UUID, uuid5

NAMESPACE = UUID("0f4b7a52-3a3e-4c55-9d0e-6f0d3f9b1c77")


def lost_parcel_id_of(order_id: str) -> str:
    """Return the id of the return that refunds the lost parcel of an order.

    A customer cannot create it: `return_id_of` separates the order id with a colon, and a key contains no space.
    """
    return str(uuid5(NAMESPACE, f"{order_id} lost-shipment"))


def return_id_of(order_id: str, idempotency_key: str) -> str:
    """Return the id of the return that a request with this key creates. The same key returns the same id."""
    return str(uuid5(NAMESPACE, f"{order_id}:{idempotency_key}"))
