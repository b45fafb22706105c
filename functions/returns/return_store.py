"""Repository of returns: one item per order, with all its returns."""

from collections.abc import Iterator

from kernel.dynamodb import dynamodb, from_item, to_item
from kernel.outbox import Outbox
from kernel.settings import setting
from kernel.timestamps import Timestamp
from order_returns import OrderReturns, UnknownReturn


def returns() -> Outbox[OrderReturns]:
    """Return the repository of returns by order id."""
    return Outbox(setting("RETURNS_TABLE_NAME"), OrderReturns.model_validate)


def load(order_id: str) -> OrderReturns:
    """Return the returns of an order (consistent read).

    Raises:
        UnknownReturn: The order has no returns.
    """
    if state := returns().load(order_id):
        return state
    raise UnknownReturn(f"order {order_id} has no returns")


def unsettled(quiet_since: Timestamp) -> Iterator[str]:
    """Yield the ids of orders with unsettled returns and without activity since `quiet_since`, oldest first.

    The sparse index is eventually consistent.
    """
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=setting("RETURNS_TABLE_NAME"),
            IndexName="UnsettledIndex",
            KeyConditionExpression="unsettled = :yes AND unsettled_since <= :quiet_since",
            ExpressionAttributeValues=to_item({":yes": "yes", ":quiet_since": quiet_since}),
        )
    )
    return (str(from_item(item)["order_id"]) for page in pages for item in page["Items"])
