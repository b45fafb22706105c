"""Semaphores in the orders table. The item of a semaphore contains one permit for each order that holds one.

There are two semaphores: one limits the sagas that run at the same time, the other the orders of one customer that wait
for an operator or for their payment. If the limit is 0, there is no limit, and the code reads and writes nothing.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError

from kernel.dynamodb import current_item, dynamodb, from_item, is_condition_failure, to_item
from kernel.settings import setting

# A run starts its last step within 75 s. If a run stops without releasing its permit, the permit expires.
RUN_PERMIT_SECONDS = 120
# A review and a payment wait for days at most. An order that needs attention can wait for longer: it stays admitted.
WAIT_PERMIT_SECONDS = 31 * 24 * 3600


class Permit(Enum):
    """The permit that an order holds: NEW if this call acquired it, KEPT if the order held it before."""

    NEW = auto()
    KEPT = auto()


@dataclass(frozen=True)
class Permits:
    """The permits of one semaphore.

    Attributes:
        name: The partition key of the item. It is different from every order id.
        limit: The maximum number of permits; 0 means no limit.
        seconds: The time after which a permit expires, in case it is not released.
    """

    name: str
    limit: int
    seconds: int

    def acquire(self, order_id: str) -> Permit | None:
        """Acquire a permit for the order. An order that already holds one keeps it.

        Returns:
            The permit. None while `limit` other orders hold one.
        """
        if self.limit == 0:
            return Permit.KEPT
        now = int(time.time())
        permit, others = self._take(order_id, now + self.seconds)
        if expired := [holder for holder, until in others.items() if until < now]:
            self._update("REMOVE " + ", ".join(f"permits.#{n}" for n in range(len(expired))), expired)
            permit, _ = self._take(order_id, now + self.seconds)
        return permit

    def release(self, order_id: str) -> None:
        """Release the permit of the order, if it holds one."""
        if self.limit == 0:
            return
        try:
            self._update("REMOVE permits.#0", [order_id], "attribute_exists(permits.#0)")
        except ClientError as error:
            if not is_condition_failure(error):
                raise

    def _take(self, order_id: str, until: int) -> tuple[Permit | None, Mapping[str, int]]:
        """Try to acquire a permit. If none is free, return None and the permits of the other orders, by order id."""
        condition = "attribute_exists(permits) AND (attribute_exists(permits.#0) OR size(permits) < :limit)"
        try:
            values = {":until": until, ":limit": self.limit}
            before = self._update("SET permits.#0 = :until", [order_id], condition, values)
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            if "Item" in error.response:
                return None, current_item(error)["permits"]
            self._create()
            return self._take(order_id, until)
        return Permit.KEPT if order_id in before["permits"] else Permit.NEW, {}

    def _create(self) -> None:
        """Create the item without permits, unless it exists."""
        try:
            dynamodb().put_item(
                TableName=setting("ORDERS_TABLE_NAME"),
                Item=to_item({**self._key, "permits": {}}),
                ConditionExpression="attribute_not_exists(order_id)",
            )
        except ClientError as error:
            if not is_condition_failure(error):
                raise

    def _update(
        self,
        expression: str,
        order_ids: Sequence[str],
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Update the item. Return the previous item."""
        options: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if values:
            options["ExpressionAttributeValues"] = to_item(values)
        response = dynamodb().update_item(
            TableName=setting("ORDERS_TABLE_NAME"),
            Key=to_item(self._key),
            UpdateExpression=expression,
            ExpressionAttributeNames={f"#{n}": order_id for n, order_id in enumerate(order_ids)},
            ReturnValues="ALL_OLD",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **options,
        )
        return from_item(response.get("Attributes", {}))

    @property
    def _key(self) -> dict[str, Any]:
        return {"order_id": self.name, "sequence": 0}


def running_sagas() -> Permits:
    """Return the permits of running sagas. The limit is soft: a run continues after its permit expires."""
    return Permits("running-sagas", int(setting("MAX_RUNNING_SAGAS")), RUN_PERMIT_SECONDS)


def waiting_orders(customer_id: str) -> Permits:
    """Return the permits of the customer's orders that wait for an operator or for their payment, or will wait."""
    return Permits(f"waiting-orders#{customer_id}", int(setting("MAX_WAITING_ORDERS")), WAIT_PERMIT_SECONDS)
