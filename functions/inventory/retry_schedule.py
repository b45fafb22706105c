"""A schedule for the retries of transactions that conflict on one product: each retry reserves a time slot.

Of two transactions on one item at the same time, DynamoDB cancels one. If hundreds of them retry at random moments,
most of the retries are cancelled too, and each one is billed. So a cancelled transaction reserves the next free slot of
its product, by a plain update that cannot conflict, and retries in it. The schedule is not a lock: a transaction
without a slot is served as well, and an unused slot only costs time.
docs/decisions/0070-queue-before-a-hot-product.md
"""

import time

from botocore.exceptions import ClientError

from kernel.dynamodb import dynamodb, from_item, is_condition_failure, to_item
from kernel.settings import setting

# A transaction on a few items takes some 10 to 20 ms. AWS publishes no figure.
SLOT_MS = 15
# The function has 25 s, and its transactions take a part of them.
MAX_WAIT_MS = 10_000
# Between the two updates, another call may begin a schedule or end one.
ATTEMPTS = 2


class ScheduleFull(Exception):
    """The next free slot is later than this call can wait for. A fault: Step Functions retries the step."""


class RetrySchedule:
    """The schedules of products, for one call. Over all its retries, the call waits for MAX_WAIT_MS at most."""

    def __init__(self) -> None:
        self._latest = _now() + MAX_WAIT_MS

    def wait(self, sku: str) -> None:
        """Reserve the product's next free slot, and return when it begins.

        Raises:
            ScheduleFull: The slot is too late, or other calls were faster at each attempt. It is raised after the
                longest wait, because an immediate retry would find the schedule as full.
            ClientError: A fault.
        """
        slot = self._reserve(sku)
        _sleep_until(slot or self._latest)
        if slot is None:
            raise ScheduleFull(sku)

    def _reserve(self, sku: str) -> int | None:
        """Reserve a slot, in milliseconds since 1970; None if there is none in time."""
        for _ in range(ATTEMPTS):
            now = _now()
            if slot := _reserve_next(sku, now, self._latest):
                return slot
            if _begin(sku, now):
                return now
        return None


def _reserve_next(sku: str, now: int, latest: int) -> int | None:
    """Reserve the next slot of a schedule; None if the schedule is over, or its next slot is after `latest`."""
    try:
        answer = dynamodb().update_item(
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
    return int(from_item(answer["Attributes"])["next_slot"]) - SLOT_MS


def _begin(sku: str, now: int) -> bool:
    """Begin a new schedule with a slot that begins now; False if another call has begun one meanwhile."""
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
    # Never the key of a product: no SKU contains such a character.
    return to_item({"subject": f"retry-schedule#{sku}"})


def _sleep_until(moment: int) -> None:
    time.sleep(max(0, moment - _now()) / 1000)


def _now() -> int:
    return time.time_ns() // 1_000_000
