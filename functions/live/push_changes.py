"""Lambda entry point that pushes changes of orders to the open pages, from the stream of the views.

A message contains no personal data: only the order id and a version. The page then fetches the order with its own
token. A page that misses a message finds the change with its next poll.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

import live_store
from kernel.client_limits import CLIENT_LIMITS
from kernel.dynamodb import from_item
from kernel.observability import logger, tracer
from kernel.settings import setting

GONE = 410


class OrderChanged(BaseModel):
    """The message to a page: the view of an order has changed. `version` increases with each change of the order."""

    order_id: str
    version: int


class Change(NamedTuple):
    """A message, and the customer who may see the order."""

    customer_id: str
    message: OrderChanged


class PushesFailed(Exception):
    """Some connections did not get their message. Lambda retries the batch, for at most a minute."""


@cache
def _connections() -> Any:
    return boto3.client("apigatewaymanagementapi", endpoint_url=setting("LIVE_API_URL"), config=CLIENT_LIMITS)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: Any) -> None:
    """Push the changes of a batch of stream records to the connections of their customers, and of all operators.

    Raises:
        PushesFailed: A push failed. All other pushes were tried. Repeated messages are harmless, because a page ignores
            the version that it has seen last.
        ClientError: DynamoDB refused a call.
    """
    changes = _latest_changes(event["Records"])
    operators = list(live_store.connections_of(live_store.OPERATORS)) if changes else []
    failed = 0
    for change in changes:
        message = change.message.model_dump_json().encode()
        customers = live_store.connections_of(live_store.customer(change.customer_id))
        failed += sum(not _push(connection_id, message) for connection_id in chain(customers, operators))
    if failed:
        raise PushesFailed(f"{failed} pushes failed")


def _latest_changes(records: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Return the latest change of each order. An order without its customer is not shown yet."""
    summaries = [from_item(record["dynamodb"]["NewImage"]) for record in records]
    changes = [_change(summary) for summary in summaries if "ordered" in summary]
    return list({change.message.order_id: change for change in changes}.values())


def _change(summary: Mapping[str, Any]) -> Change:
    # Each group of fields follows its own source, and its sequence never decreases.
    version = sum(value for name, value in summary.items() if name.endswith("_seq"))
    message = OrderChanged(order_id=summary["pk"].removeprefix("ORDER#"), version=version)
    return Change(summary["ordered"]["customer_id"], message)


def _push(connection_id: str, message: bytes) -> bool:
    """Send a message to a connection. Return whether that succeeded, or the connection is gone."""
    try:
        _connections().post_to_connection(ConnectionId=connection_id, Data=message)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != GONE:
            logger.exception("a push failed")
            return False
        live_store.remove_gone_connection(connection_id)
    except BotoCoreError:
        logger.exception("a push failed")
        return False
    return True
