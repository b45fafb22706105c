"""The DynamoDB client with its retries, and the conversion between plain values and DynamoDB attribute values."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from kernel.client_limits import CLIENT_LIMITS
from kernel.init_phase import cached_at_init

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The maximum backoff before each attempt, at most 1.5 s in all. Every function that reads has a longer timeout.
UNPROCESSED_BACKOFF_SECONDS = (0, 0.1, 0.2, 0.4, 0.8)
# The maximum backoff before each retry after a transaction conflict, at most 0.775 s in all. A transaction takes
# about 10 to 20 ms.
CONFLICT_BACKOFF_SECONDS = (0.025, 0.05, 0.1, 0.2, 0.4)

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def _wait_after_conflict(response: tuple[Any, Mapping[str, Any]] | None, attempts: int, **_: object) -> float | None:
    """Make botocore retry a single write after a transaction conflict, which its standard mode does not retry.

    botocore emits `needs-retry` after each attempt, and retries if a handler returns a delay. A conflict means that
    nothing was written, so retrying is safe for every write (docs/decisions/0012-retries-of-transaction-conflicts.md).

    Args:
        response: The HTTP response and its parsed body. None if the attempt got no response.
        attempts: The number of attempts so far, from 1.

    Returns:
        The delay before the next attempt in seconds, with full jitter. None to apply botocore's own rule.
    """
    code = response[1].get("Error", {}).get("Code") if response else None
    if code != "TransactionConflictException" or attempts > len(CONFLICT_BACKOFF_SECONDS):
        return None
    return random.uniform(0, CONFLICT_BACKOFF_SECONDS[attempts - 1])  # noqa: S311 (spreads load, not a secret)


@cached_at_init
def dynamodb() -> "DynamoDBClient":
    """Return the DynamoDB client of this process."""
    client = boto3.client("dynamodb", config=CLIENT_LIMITS)
    # The type stubs do not allow a handler that returns a value, but botocore's own handler of this event does.
    client.meta.events.register(
        "needs-retry.dynamodb",
        _wait_after_conflict,  # type: ignore[arg-type]
        unique_id="retry-transaction-conflicts",
    )
    return client


def transact(writes: Sequence[Mapping[str, Any]]) -> None:
    """Write all items or none. Retries after a transaction conflict, like a single write.

    Args:
        writes: The members of `TransactItems`.

    Raises:
        ClientError: A condition failed (see `cancellation_codes`), the conflict outlasted the retries, or another
            fault occurred.
    """
    for max_backoff in (*CONFLICT_BACKOFF_SECONDS, None):
        try:
            dynamodb().transact_write_items(TransactItems=list(writes))  # type: ignore[arg-type]
            return
        except ClientError as error:
            if max_backoff is None or not is_transaction_conflict(error):
                raise
            time.sleep(random.uniform(0, max_backoff))  # noqa: S311


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` (text, integers, booleans, lists, sets, maps) as DynamoDB attribute values. Omits None."""
    return {name: _serializer.serialize(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a DynamoDB item as plain values. Numbers outside sets become `int`: the application stores no others."""
    return {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value


class KeysUnprocessed(Exception):
    """DynamoDB left keys unprocessed after the last retry."""


def get_items(table: str, keys: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the items that exist under these keys, as plain values, in no particular order.

    Retries the keys that DynamoDB leaves unprocessed, with backoff:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html

    Args:
        table: The name of the table.
        keys: At most 100 different keys, as plain values.

    Raises:
        KeysUnprocessed: DynamoDB left keys unprocessed after the last retry.
    """
    unprocessed: Any = {table: {"Keys": [to_item(key) for key in keys]}} if keys else {}
    for max_backoff in UNPROCESSED_BACKOFF_SECONDS:
        if not unprocessed:
            return
        time.sleep(random.uniform(0, max_backoff))  # noqa: S311 (spreads load, not a secret)
        response = dynamodb().batch_get_item(RequestItems=unprocessed)
        yield from map(from_item, response["Responses"].get(table, []))
        unprocessed = response["UnprocessedKeys"]
    if unprocessed:
        raise KeysUnprocessed(table)


def is_condition_failure(error: ClientError) -> bool:
    """Return whether the condition of a single write failed, which is an expected answer and not a fault."""
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def is_transaction_conflict(error: ClientError) -> bool:
    """Return whether another transaction was writing the same item. This fault is transient, so a retry helps.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
    """
    codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    return error.response["Error"]["Code"] == "TransactionConflictException" or "TransactionConflict" in codes


def current_item(error: ClientError) -> dict[str, Any]:
    """Return the stored item after a failed condition. The write must set ReturnValuesOnConditionCheckFailure."""
    response = cast(Mapping[str, Any], error.response)
    return from_item(response["Item"])


def cancellation_codes(error: ClientError) -> list[str]:
    """Return a code for each write of a cancelled transaction. The code of a write that did not fail is "None".

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html

    Raises:
        ClientError: `error`, if a cause other than a failed condition cancelled the transaction. The caller can retry.
    """
    codes = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
    if not codes or set(codes) - {"None", "ConditionalCheckFailed"}:
        raise error
    return codes
