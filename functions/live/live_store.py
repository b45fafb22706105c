"""The table of live updates: tickets that wait for their connection, and open connections.

| item | entry | attributes |
|---|---|---|
| a ticket | `ticket#{ticket}` | `user_id`, `is_operator`, `expires_at` |
| a connection | `connection#{id}` | `audience` (the key of AudienceIndex), `expires_at` |

The audience of a connection is its customer, or all operators. DynamoDB deletes an item some time after `expires_at`.
Therefore code that depends on the lifetime compares the time itself.
"""

import re
import secrets
import time
from collections.abc import Iterator

from botocore.exceptions import ClientError

from kernel.dynamodb import dynamodb, from_item, is_condition_failure, to_item
from kernel.identity import Caller
from kernel.settings import setting

# Anyone can try to connect, and DynamoDB raises an error for a key that is too long. 32 bytes have 43 letters.
TICKET = re.compile(r"[A-Za-z0-9_-]{43}")
TICKET_SECONDS = 30
# API Gateway closes a connection after two hours:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
CONNECTION_SECONDS = 2 * 3600
# API Gateway refuses messages to a connection until `$connect` has returned, as if the connection were gone.
HANDSHAKE_SECONDS = 30
OPERATORS = "operators"


def create_ticket(caller: Caller) -> str:
    """Store a new ticket of a user, and return it."""
    ticket = secrets.token_urlsafe(32)
    item = {
        "entry": f"ticket#{ticket}",
        "user_id": caller.user_id,
        "is_operator": caller.is_operator,
        "expires_at": int(time.time()) + TICKET_SECONDS,
    }
    dynamodb().put_item(TableName=_table(), Item=to_item(item))
    return ticket


def take_ticket(ticket: str) -> str | None:
    """Delete a ticket, because it works only once.

    Returns:
        The audience of its user. None if the ticket is unknown, used or expired.
    """
    if not TICKET.fullmatch(ticket):
        return None
    try:
        response = dynamodb().delete_item(
            TableName=_table(),
            Key=to_item({"entry": f"ticket#{ticket}"}),
            ConditionExpression="expires_at > :now",
            ExpressionAttributeValues=to_item({":now": int(time.time())}),
            ReturnValues="ALL_OLD",
        )
    except ClientError as error:
        if is_condition_failure(error):
            return None
        raise
    item = from_item(response["Attributes"])
    return OPERATORS if item["is_operator"] else customer(item["user_id"])


def customer(user_id: str) -> str:
    """Return the audience that is one customer."""
    return f"customer#{user_id}"


def add_connection(connection_id: str, audience: str) -> None:
    """Store an open connection."""
    item = {
        "entry": f"connection#{connection_id}",
        "audience": audience,
        "expires_at": int(time.time()) + CONNECTION_SECONDS,
    }
    dynamodb().put_item(TableName=_table(), Item=to_item(item))


def remove_connection(connection_id: str) -> None:
    """Delete a connection that was closed."""
    dynamodb().delete_item(TableName=_table(), Key=to_item({"entry": f"connection#{connection_id}"}))


def remove_gone_connection(connection_id: str) -> None:
    """Delete a connection that API Gateway reports as gone, unless its handshake may still be in progress."""
    try:
        dynamodb().delete_item(
            TableName=_table(),
            Key=to_item({"entry": f"connection#{connection_id}"}),
            ConditionExpression="expires_at < :established",
            ExpressionAttributeValues=to_item(
                {":established": int(time.time()) + CONNECTION_SECONDS - HANDSHAKE_SECONDS}
            ),
        )
    except ClientError as error:
        if not is_condition_failure(error):
            raise


def connections_of(audience: str) -> Iterator[str]:
    """Yield the ids of the connections of an audience."""
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=_table(),
            IndexName="AudienceIndex",
            KeyConditionExpression="audience = :audience",
            ExpressionAttributeValues=to_item({":audience": audience}),
        )
    )
    for page in pages:
        for item in page["Items"]:
            yield from_item(item)["entry"].removeprefix("connection#")


def _table() -> str:
    return setting("LIVE_TABLE_NAME")
