"""The writes to the items of an order, as members of TransactItems. One is a single call, several are a transaction."""

import random
import time
from typing import Any

from botocore.exceptions import ClientError

from kernel.cloud_event import CloudEvent
from kernel.dynamodb import cancellation_codes, dynamodb, is_condition_failure, is_transaction_conflict, to_item
from kernel.event_items import with_events
from kernel.settings import setting

# The maximum backoff after a transaction conflict, which lasts milliseconds. The retry reads the order again.
MAX_CONFLICT_BACKOFF_SECONDS = 0.1
IS_NEW = "attribute_not_exists(order_id)"

Writes = list[dict[str, Any]]


def try_write(writes: Writes) -> bool:
    """Write all items or none. Returns False after a failed condition or a conflict with another transaction."""
    try:
        match writes:
            case []:
                pass
            case [{"Put": put}]:
                dynamodb().put_item(**put)
            case [{"Update": update}]:
                dynamodb().update_item(**update)
            case _:
                dynamodb().transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
    except ClientError as error:
        if is_transaction_conflict(error):
            time.sleep(random.uniform(0, MAX_CONFLICT_BACKOFF_SECONDS))  # noqa: S311 (spreads load, not a secret)
        elif "CancellationReasons" in error.response:
            cancellation_codes(error)
        elif not is_condition_failure(error):
            raise
        return False
    return True


def put_event(event: CloudEvent) -> dict[str, Any]:
    """Return the write that appends an event, unless the order already has one with its sequence."""
    return {"Put": {"TableName": table(), "Item": to_item(item_of(event)), "ConditionExpression": IS_NEW}}


def set_attention_flag(order_id: str) -> dict[str, Any]:
    """Return the write that sets the attention flag of the reconciliation, which must exist."""
    return update_first(order_id, "SET needs_attention = :yes", "attribute_exists(unsettled_shard)", {":yes": True})


def clear_attention_flag(order_id: str) -> dict[str, Any]:
    """Return the write that clears the attention flag of the reconciliation."""
    return update_first(order_id, "REMOVE needs_attention", "attribute_exists(order_id)")


def remove_reconciliation(order_id: str, condition: str = "attribute_exists(order_id)") -> dict[str, Any]:
    """Return the write that removes the reconciliation, and so the order from the index of unsettled orders."""
    return update_first(order_id, "REMOVE unsettled_shard, unsettled_since, needs_attention", condition)


def update_first(
    order_id: str, expression: str, condition: str, values: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the write that updates the first item of an order, which contains the reconciliation."""
    update = {
        "TableName": table(),
        "Key": to_item({"order_id": order_id, "sequence": 1}),
        "UpdateExpression": expression,
        "ConditionExpression": condition,
    }
    return {"Update": update | ({"ExpressionAttributeValues": to_item(values)} if values else {})}


def item_of(event: CloudEvent) -> dict[str, Any]:
    """Return the item of an event, as plain values."""
    return with_events({"order_id": event.subject, "sequence": event.sequence}, [event])


def table() -> str:
    """Return the name of the table of orders."""
    return setting("ORDERS_TABLE_NAME")
