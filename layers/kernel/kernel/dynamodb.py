"""Plain values to and from DynamoDB, over one client that gives up well before its Lambda function does."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError

from kernel.at_start import made_at_start

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


@made_at_start
def dynamodb() -> "DynamoDBClient":
    """Return the process's DynamoDB client."""
    return boto3.client(
        "dynamodb",
        config=Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3}),
    )


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` (text, integers, booleans, lists, maps) as DynamoDB attribute values; None is left out."""
    return {name: _serializer.serialize(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a DynamoDB item as plain values; its numbers are integers, for the application stores no others."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value


def condition_failed(error: ClientError) -> bool:
    """Whether a single write was refused by its condition: an answer, not a fault."""
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def item_that_refused(error: ClientError) -> dict[str, Any]:
    """Return the item whose condition refused a write (of one made with ReturnValuesOnConditionCheckFailure)."""
    response = cast(Mapping[str, Any], error.response)
    return from_item(response["Item"])


def cancellation_codes(error: ClientError) -> list[str]:
    """Return why a transaction was cancelled: a code for each of its writes, `None` for one that was in order.

    Raises:
        ClientError: the error itself, where the transaction did not fail by conditions alone. A conflict with
            another transaction is a fault: the caller is to try again
            (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
    """
    codes = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
    if not codes or set(codes) - {"None", "ConditionalCheckFailed"}:
        raise error
    return codes
