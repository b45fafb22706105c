"""A schedule for the retries of transactions that conflict on one product: each retry reserves a time slot.

If two transactions write one item at the same time, DynamoDB cancels one of them. If hundreds of them retry at random
times, DynamoDB cancels most of the retries too, and bills each one. Therefore a cancelled transaction reserves the next
free slot of its product, by a single update that cannot conflict with another, and retries in that slot. The schedule
is not a lock: a transaction without a slot can also succeed, and an unused slot only costs time.
docs/decisions/0012-retries-of-transaction-conflicts.md
"""

import time

from botocore.exceptions import ClientError

from kernel.dynamodb import dynamodb, from_item, is_condition_failure, to_item
from kernel.settings import setting

# A transaction on a few items takes about 10 to 20 ms. AWS publishes no figure.
SLOT_MS = 15
# The function's timeout is 25 s, and its transactions need a part of that.
MAX_WAIT_MS = 10_000
# Retry once, because between the two updates another call can begin a schedule, or the schedule can end.
SLOT_ATTEMPTS = 2


class ScheduleFull(Exception):
    """The next free slot is too late for this call. Step Functions retries a saga step; the API responds with 503."""


class RetrySchedule:
    """Reserves slots for one call. All waits of the call together take at most MAX_WAIT_MS."""

    def __init__(self) -> None:
        self._latest = _now() + MAX_WAIT_MS

    def wait(self, sku: str) -> None:
        """Reserve the next free slot of the product, and sleep until it begins.

        Raises:
            ScheduleFull: The slot is too late, or other calls were faster at every attempt. Raised after the maximum
                wait, because an immediate retry would find the schedule still full.
            ClientError: A fault of DynamoDB.
        """
        slot = self._reserve(sku)
        _sleep_until(slot or self._latest)
        if slot is None:
            raise ScheduleFull(sku)

    def _reserve(self, sku: str) -> int | None:
        """Reserve a slot. Return its start in milliseconds since 1970, or None if no slot is early enough."""
        for _ in range(SLOT_ATTEMPTS):
            now = _now()
            if now > self._latest:
                # DynamoDB rejects a condition whose lower bound is above the upper one.
                return None
            if slot := _reserve_next(sku, now, self._latest):
                return slot
            if _begin(sku, now):
                return now
        return None


def _reserve_next(sku: str, now: int, latest: int) -> int | None:
    """Reserve the next slot and return its start. None if the schedule has ended or its next slot is after `latest`."""
    try:
        response = dynamodb().update_item(
            TableName=setting("INVENTORY_TABLE_NAME"),
            Key=_key(sku),
            UpdateExpression="SET next_slot = next_slot + :slot",
            ConditionExpression="next_slot BETWEEN :now AND :latest",
            ExpressionAttributeValues=to_item({":slot": SLOT_MS, ":now": now, ":latest": latest}),
            ReturnValues="UPDATED_NEW",
        )
    except ClientError as error:
        if is_condition_failure(error):
            return None
        raise
    return int(from_item(response["Attributes"])["next_slot"]) - SLOT_MS


def _begin(sku: str, now: int) -> bool:
    """Begin a schedule whose first slot is now. Return False if another call began one in the meantime."""
    try:
        dynamodb().update_item(
            TableName=setting("INVENTORY_TABLE_NAME"),
            Key=_key(sku),
            UpdateExpression="SET next_slot = :next",
            ConditionExpression="attribute_not_exists(next_slot) OR next_slot < :now",
            ExpressionAttributeValues=to_item({":next": now + SLOT_MS, ":now": now}),
        )
    except ClientError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def _key(sku: str) -> dict[str, dict[str, str]]:
    # Different from every SKU, because a SKU cannot contain `#`.
    return to_item({"subject": f"retry-schedule#{sku}"})


def _sleep_until(moment: int) -> None:
    time.sleep(max(0, moment - _now()) / 1000)


def _now() -> int:
    return time.time_ns() // 1_000_000
