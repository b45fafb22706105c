"""The limit on how many sagas run at the same time: a semaphore in the orders table, whose permits expire.

Orders beyond the limit wait in the queue, not in processes. The limit is soft: a run that outlives its permit goes on.
Without a limit (0), nothing is read or written.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from kernel.dynamodb import condition_failed, dynamodb, item_that_refused, to_item
from kernel.settings import setting

from botocore.exceptions import ClientError

# No run starts a step later than 75 s after its start. A run that dies loses its permit by this time.
PERMIT_SECONDS = 120
# No order has such an id.
_KEY = {"order_id": "running-sagas", "sequence": 0}


def acquire(order_id: str) -> bool:
    """Take a permit for the order's run. An order that has one already keeps it.

    Returns:
        Whether the run may start. False while MAX_RUNNING_SAGAS other orders have a permit.
    """
    limit = int(setting("MAX_RUNNING_SAGAS"))
    if limit == 0:
        return True
    now = int(time.time())
    permits = _take(order_id, now + PERMIT_SECONDS, limit)
    if expired := [holder for holder, until in permits.items() if until < now]:
        _update("REMOVE " + ", ".join(f"permits.#{n}" for n in range(len(expired))), expired)
        permits = _take(order_id, now + PERMIT_SECONDS, limit)
    return not permits


def release(order_id: str) -> None:
    """Give back the order's permit, if it has one: its run ends."""
    if int(setting("MAX_RUNNING_SAGAS")) == 0:
        return
    try:
        _update("REMOVE permits.#0", [order_id], "attribute_exists(permits.#0)")
    except ClientError as error:
        if not condition_failed(error):
            raise


def _take(order_id: str, until: int, limit: int) -> Mapping[str, int]:
    """Take a permit; return the permits of the other orders, by order id, if there is none left, or else nothing."""
    condition = "attribute_exists(permits) AND (attribute_exists(permits.#0) OR size(permits) < :limit)"
    try:
        _update("SET permits.#0 = :until", [order_id], condition, {":until": until, ":limit": limit})
    except ClientError as error:
        if not condition_failed(error):
            raise
        item = item_that_refused(error) if "Item" in error.response else None
        if item is not None:
            return item["permits"]  # type: ignore[no-any-return]
        _create()
        return _take(order_id, until, limit)
    return {}


def _create() -> None:
    """Store the semaphore without permits, unless it is there."""
    try:
        dynamodb().put_item(
            TableName=setting("ORDERS_TABLE_NAME"),
            Item=to_item({**_KEY, "permits": {}}),
            ConditionExpression="attribute_not_exists(order_id)",
        )
    except ClientError as error:
        if not condition_failed(error):
            raise


def _update(
    expression: str, order_ids: Sequence[str], condition: str | None = None, values: Mapping[str, Any] | None = None
) -> None:
    options: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
    if values:
        options["ExpressionAttributeValues"] = to_item(values)
    dynamodb().update_item(
        TableName=setting("ORDERS_TABLE_NAME"),
        Key=to_item(_KEY),
        UpdateExpression=expression,
        ExpressionAttributeNames={f"#{n}": order_id for n, order_id in enumerate(order_ids)},
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
        **options,
    )
