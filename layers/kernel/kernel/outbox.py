"""A repository of states with the transactional outbox: a state and its events are one DynamoDB item, so one write.

No service writes to a table and then publishes. The table's stream carries the item to the relay, which publishes
(https://microservices.io/patterns/data/transactional-outbox.html). `event_items` owns the item's format.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from botocore.exceptions import ClientError

from kernel.dynamodb import dynamodb, from_item, is_condition_failure, to_item
from kernel.event_items import with_events
from kernel.state_with_events import StateWithEvents

ATTEMPTS = 5


class ConcurrentChange(Exception):
    """Version conflict: another writer updated the item first."""


State = TypeVar("State", bound=StateWithEvents)


class Outbox(Generic[State]):
    """A table that holds one state per order.

    Args:
        table_name: The name of the table.
        parse: Makes a state from an item, as `model_validate` of its class does.
        key: The name of the table's partition key.
    """

    def __init__(self, table_name: str, parse: Callable[[Any], State], key: str = "order_id") -> None:
        self.table_name = table_name
        self._parse = parse
        self._key = key

    def load(self, order_id: str) -> State | None:
        """Return the order's current state (consistent read), or None."""
        answer = dynamodb().get_item(TableName=self.table_name, Key=to_item({self._key: order_id}), ConsistentRead=True)
        return self._parse(from_item(answer["Item"])) if "Item" in answer else None

    def change(self, order_id: str, decide: Callable[[State | None], State]) -> State:
        """Read-modify-write with optimistic locking. Retries when another writer updated the item first.

        Args:
            order_id: The order whose state changes.
            decide: Takes the current state and returns the next one, or the same one to change nothing.

        Returns:
            The stored state.

        Raises:
            ConcurrentChange: Other writers came first at every attempt.
        """
        for _ in range(ATTEMPTS):
            state = self.load(order_id)
            decided = decide(state)
            if decided is state:
                return decided
            try:
                return self._save(decided)
            except ConcurrentChange:
                continue
        raise ConcurrentChange(f"{self.table_name}: {order_id} changed {ATTEMPTS} times while it was being written")

    def update(self, order_id: str, decide: Callable[[State], State]) -> State:
        """Change a state that exists, as `change` does.

        Raises:
            ConcurrentChange: Other writers came first at every attempt.
            KeyError: There is no state of this order.
        """

        def decide_present(state: State | None) -> State:
            if state is None:
                raise KeyError(order_id)
            return decide(state)

        return self.change(order_id, decide_present)

    def _save(self, state: State) -> State:
        try:
            dynamodb().put_item(TableName=self.table_name, **self.put(state))
        except ClientError as error:
            if is_condition_failure(error):
                raise ConcurrentChange(state.order_id) from error
            raise
        return state.model_copy(update={"version": state.version + 1})

    def put(self, state: State) -> dict[str, Any]:
        """Return the write of `state` (Item and its condition), for a PutItem or as a part of a transaction."""
        attributes = state.model_dump(mode="json", exclude_none=True, exclude={"events"}) | {
            self._key: state.order_id,
            "version": state.version + 1,
        }
        item = with_events(attributes, state.events)
        if state.version == 0:
            return {
                "Item": to_item(item),
                "ConditionExpression": "attribute_not_exists(#key)",
                "ExpressionAttributeNames": {"#key": self._key},
            }
        return {
            "Item": to_item(item),
            "ConditionExpression": "#version = :version",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": to_item({":version": state.version}),
        }
