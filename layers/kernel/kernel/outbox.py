"""A repository of states with the transactional outbox: one DynamoDB item holds a state and its events.

DynamoDB writes both or neither. No service writes to a table and then publishes: the table's stream sends the item to
the relay, which publishes the events (https://microservices.io/patterns/data/transactional-outbox.html). `event_items`
defines the format of the item.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Literal, Protocol, TypeVar

from botocore.exceptions import ClientError

from kernel.dynamodb import current_item, dynamodb, from_item, is_condition_failure, to_item
from kernel.event_items import with_events
from kernel.state_with_events import StateWithEvents

WRITE_ATTEMPTS = 5


class ConcurrentChange(Exception):
    """Version conflict: another writer updated the item first."""


State = TypeVar("State", bound=StateWithEvents)
State_co = TypeVar("State_co", bound=StateWithEvents, covariant=True)


class Parse(Protocol[State_co]):
    """Builds a state from an item, like the `model_validate` of its class."""

    def __call__(self, item: Any, /, *, extra: Literal["ignore"]) -> State_co: ...


class Outbox(Generic[State]):
    """A table that holds one state per order.

    Args:
        table_name: The name of the table.
        parse: The `model_validate` of the state's class, or the `validate_python` of its TypeAdapter.
        key: The name of the table's partition key.
    """

    def __init__(self, table_name: str, parse: Parse[State], key: str = "order_id") -> None:
        self.table_name = table_name
        # During a canary, a newer version may have written a member that this one does not know.
        self._parse: Callable[[Any], State] = partial(parse, extra="ignore")
        self._key = key

    def load(self, order_id: str) -> State | None:
        """Return the current state of the order (consistent read), or None."""
        key = to_item({self._key: order_id})
        response = dynamodb().get_item(TableName=self.table_name, Key=key, ConsistentRead=True)
        return self._parse(from_item(response["Item"])) if "Item" in response else None

    def create(self, state: State) -> State:
        """Store the first state of an order, unless the order has a state.

        Returns:
            The stored state: this one, or the one that existed.
        """
        return self._change(None, lambda existing: existing or state)

    def change(self, order_id: str, transition: Callable[[State | None], State]) -> State:
        """Read-modify-write with optimistic locking. Retries when another writer updated the item first.

        Args:
            order_id: The order whose state changes.
            transition: Takes the current state and returns the next one, or the same one to change nothing.

        Returns:
            The stored state.

        Raises:
            ConcurrentChange: Other writers came first at every attempt.
        """
        return self._change(self.load(order_id), transition)

    def update(self, state: State, transition: Callable[[State], State]) -> State:
        """Change a state that the caller has loaded or stored, like `change`, without reading it again."""
        return self._change(state, lambda current: transition(current or state))

    def _change(self, current: State | None, transition: Callable[[State | None], State]) -> State:
        for _ in range(WRITE_ATTEMPTS):
            changed = transition(current)
            if changed is current:
                return changed
            try:
                dynamodb().put_item(
                    TableName=self.table_name, ReturnValuesOnConditionCheckFailure="ALL_OLD", **self.put(changed)
                )
                return changed.model_copy(update={"version": changed.version + 1})
            except ClientError as error:
                if not is_condition_failure(error):
                    raise
                current = self._parse(current_item(error))
        raise ConcurrentChange(
            f"{self.table_name}: other writers changed {changed.order_id} first, {WRITE_ATTEMPTS} times"
        )

    def put(self, state: State) -> dict[str, Any]:
        """Return the arguments that write `state`, for a PutItem or for the `Put` of a transaction."""
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
