"""Plain values to and from DynamoDB, over one client."""

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

# At most 1.5 s in all: the functions that read have some more.
UNPROCESSED_BACKOFF_SECONDS = (0, 0.1, 0.2, 0.4, 0.8)
# The longest wait before each retry of a write that met a transaction: at most 0.775 s in all. A transaction takes
# some 10 to 20 ms.
CONFLICT_BACKOFF_SECONDS = (0.025, 0.05, 0.1, 0.2, 0.4)

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def _wait_after_conflict(response: tuple[Any, Mapping[str, Any]] | None, attempts: int, **_: object) -> float | None:
    """Tell botocore to retry a single write that met a transaction, which botocore's own retries leave out.

    botocore emits `needs-retry` after each attempt, and retries if a handler returns a delay. A conflict means that
    nothing was written, so retrying is safe for every write (docs/decisions/0084-retry-transaction-conflicts.md).

    Args:
        response: The HTTP response and what botocore parsed of it; None if the attempt got no response.
        attempts: How many attempts were made, from 1.

    Returns:
        The seconds to wait before the next attempt, with full jitter; None to leave the decision to botocore.
    """
    code = response[1].get("Error", {}).get("Code") if response else None
    if code != "TransactionConflictException" or attempts > len(CONFLICT_BACKOFF_SECONDS):
        return None
    return random.uniform(0, CONFLICT_BACKOFF_SECONDS[attempts - 1])  # noqa: S311 (spreads load, hides nothing)


@cached_at_init
def dynamodb() -> "DynamoDBClient":
    """Return the process's DynamoDB client."""
    client = boto3.client("dynamodb", config=CLIENT_LIMITS)
    # The stubs know no handler that returns something, as botocore's own handler of this event does.
    client.meta.events.register(
        "needs-retry.dynamodb",
        _wait_after_conflict,  # type: ignore[arg-type]
        unique_id="retry-transaction-conflicts",
    )
    return client


def transact(writes: Sequence[Mapping[str, Any]]) -> None:
    """Write all or nothing, with the same retries after a conflict as a single write.

    Args:
        writes: The members of TransactItems.

    Raises:
        ClientError: A condition refused a write (see `cancellation_codes`), the conflict outlasted the retries, or
            another fault.
    """
    for longest_wait in (*CONFLICT_BACKOFF_SECONDS, None):
        try:
            dynamodb().transact_write_items(TransactItems=list(writes))  # type: ignore[arg-type]
            return
        except ClientError as error:
            if longest_wait is None or not is_transaction_conflict(error):
                raise
            time.sleep(random.uniform(0, longest_wait))  # noqa: S311


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


class KeysUnprocessed(Exception):
    """DynamoDB has left keys unprocessed, however often it was asked."""


def get_items(table: str, keys: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the items with these keys (plain values; at most 100 keys, each once), in no order; those that are there.

    What DynamoDB leaves unprocessed is asked for again, after a while, as it wants it:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html

    Raises:
        KeysUnprocessed: that did not help.
    """
    wanted: Any = {table: {"Keys": [to_item(key) for key in keys]}} if keys else {}
    for longest_wait in UNPROCESSED_BACKOFF_SECONDS:
        if not wanted:
            return
        time.sleep(random.uniform(0, longest_wait))  # noqa: S311 (spreads load, hides nothing)
        answer = dynamodb().batch_get_item(RequestItems=wanted)
        yield from map(from_item, answer["Responses"].get(table, []))
        wanted = answer["UnprocessedKeys"]
    if wanted:
        raise KeysUnprocessed(table)


def is_condition_failure(error: ClientError) -> bool:
    """Whether a single write was refused by its condition: an answer, not a fault."""
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def is_transaction_conflict(error: ClientError) -> bool:
    """Whether a write was refused because a transaction is writing the same item right now: a fault that passes.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
    """
    codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    return error.response["Error"]["Code"] == "TransactionConflictException" or "TransactionConflict" in codes


def current_item(error: ClientError) -> dict[str, Any]:
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
