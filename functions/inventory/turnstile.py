"""A turnstile before a product that many orders want at once: it gives each of them a moment of its own.

Of two transactions on one item at the same time DynamoDB refuses one. Where hundreds try again at random moments, most
of their tries are refused, and are paid for. So who was refused asks for the next free moment, by a plain update that
cannot conflict, and comes back then. It is a schedule and no lock: who comes at another moment is served as well, and
a moment that nobody keeps is only lost time.
"""

import time

from kernel.dynamodb import condition_failed, dynamodb, from_item, to_item
from kernel.settings import setting

from botocore.exceptions import ClientError

# A transaction of a few items takes some 10 to 20 ms: AWS names no figure.
MOMENT_MS = 15
# The function has 25 s, and its transactions take a part of them.
PATIENCE_MS = 10_000
# Between two looks at a queue others may begin or end it.
ATTEMPTS = 2


class TooLongAQueue(Exception):
    """The next free moment is later than this call can wait for: a fault, so Step Functions comes again."""


class Turnstile:
    """The queues before products, for one call: in all of them together it waits for PATIENCE_MS at most."""

    def __init__(self) -> None:
        self._latest = _now() + PATIENCE_MS

    def wait(self, sku: str) -> None:
        """Return when the next free moment for the product has come.

        Raises:
            TooLongAQueue: it is too far away, or others took it every time. It is raised late: who comes again at once
                finds the queue as long.
            ClientError: a fault.
        """
        turn = self._turn(sku)
        _sleep_until(turn or self._latest)
        if turn is None:
            raise TooLongAQueue(sku)

    def _turn(self, sku: str) -> int | None:
        """Take the next free moment, in milliseconds since 1970; None where there is none in time."""
        for _ in range(ATTEMPTS):
            now = _now()
            if turn := _join(sku, now, self._latest):
                return turn
            if _open(sku, now):
                return now
        return None


def _join(sku: str, now: int, latest: int) -> int | None:
    """Take the moment at the end of a queue; None where the queue is over, or ends after `latest`."""
    try:
        answer = dynamodb().update_item(
            TableName=setting("INVENTORY_TABLE_NAME"),
            Key=_key(sku),
            UpdateExpression="SET queue_ends = queue_ends + :moment",
            ConditionExpression="queue_ends BETWEEN :now AND :latest",
            ExpressionAttributeValues=to_item({":moment": MOMENT_MS, ":now": now, ":latest": latest}),
            ReturnValues="UPDATED_NEW",
        )
    except ClientError as error:
        if condition_failed(error):
            return None
        raise
    return int(from_item(answer["Attributes"])["queue_ends"]) - MOMENT_MS


def _open(sku: str, now: int) -> bool:
    """Begin a new queue and be the first in it; False where somebody else has begun one meanwhile."""
    try:
        dynamodb().update_item(
            TableName=setting("INVENTORY_TABLE_NAME"),
            Key=_key(sku),
            UpdateExpression="SET queue_ends = :end",
            ConditionExpression="attribute_not_exists(queue_ends) OR queue_ends < :now",
            ExpressionAttributeValues=to_item({":end": now + MOMENT_MS, ":now": now}),
        )
    except ClientError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _key(sku: str) -> dict[str, dict[str, str]]:
    # Beside the products, and never one of them: no SKU has such a character.
    return to_item({"subject": f"turnstile#{sku}"})


def _sleep_until(moment: int) -> None:
    time.sleep(max(0, moment - _now()) / 1000)


def _now() -> int:
    return time.time_ns() // 1_000_000
