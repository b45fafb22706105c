"""The records of the sandbox providers: one for the payment of an order, one for its shipment."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from kernel.dynamodb import current_item, dynamodb, is_condition_failure, to_item
from kernel.settings import setting


def change(record: str, changes: str, condition: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Change a record if `condition` holds.

    Args:
        record: The key of the record, such as `gateway#` and the order id.
        changes: The UpdateExpression.
        condition: The ConditionExpression.
        values: The ExpressionAttributeValues, as plain values.

    Returns:
        The stored record if the condition failed. None if the call changed the record.
    """
    try:
        dynamodb().update_item(
            TableName=setting("SANDBOX_TABLE_NAME"),
            Key=to_item({"record": record}),
            UpdateExpression=changes,
            ConditionExpression=condition,
            ExpressionAttributeValues=to_item(values),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        return None
    except ClientError as error:
        if not is_condition_failure(error):
            raise
        return current_item(error)
