"""The transactional outbox: a state and the events that tell of it are one DynamoDB item, so one write.

Nobody writes to a table and then publishes. The table's stream carries the item out, and `events_of` finds in a
stream record what the write announces (https://microservices.io/patterns/data/transactional-outbox.html).
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from kernel.cloud_event import CloudEvent, event_id, schema_name
from kernel.dynamodb import condition_failed, dynamodb, from_item, to_item
from kernel.state_with_events import StateWithEvents

from botocore.exceptions import ClientError

ATTEMPTS = 5


class ConcurrentChange(Exception):
    """Somebody else changed the item between our reading and our writing."""


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
        """Return the order's state as it is now (a consistent read), or None."""
        answer = dynamodb().get_item(TableName=self.table_name, Key=to_item({self._key: order_id}), ConsistentRead=True)
        return self._parse(from_item(answer["Item"])) if "Item" in answer else None

    def change(self, order_id: str, decide: Callable[[State | None], State]) -> State:
        """Load the state, let `decide` say what it becomes, and save that; again, if somebody else was quicker.

        Args:
            decide: takes the present state and returns the next one, or the same one where nothing is to be done.

        Returns:
            The state as it is stored afterwards.

        Raises:
            ConcurrentChange: others were quicker every time.
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
        """As `change`, for a state that is there. Raises: KeyError: it is not."""

        def decide_present(state: State | None) -> State:
            if state is None:
                raise KeyError(order_id)
            return decide(state)

        return self.change(order_id, decide_present)

    def _save(self, state: State) -> State:
        try:
            dynamodb().put_item(TableName=self.table_name, **self.put(state))
        except ClientError as error:
            if condition_failed(error):
                raise ConcurrentChange(state.order_id) from error
            raise
        return state.model_copy(update={"version": state.version + 1})

    def put(self, state: State) -> dict[str, Any]:
        """Return the write of `state` (Item and its condition), for a PutItem or as a part of a transaction."""
        item = {
            **state.model_dump(mode="json", exclude_none=True),
            self._key: state.order_id,
            "version": state.version + 1,
            # A scalar, for the stream's filter cannot look at a list.
            "event_count": len(state.events) or None,
        }
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


def events_of(new_image: Mapping[str, Any] | None, old_image: Mapping[str, Any] | None) -> list[CloudEvent]:
    """Return what a write announces, from a stream record's images (in DynamoDB's JSON, absent is None).

    There are two kinds of items that announce something:

    - a state keeps all its events in `events`: new are those that the old image lacks;
    - a level (a product's stock) is changed by blind updates, which cannot write an event. Its item holds
      `level` (the event's data), `level_event` (its source, type, time, cause) and `version` (its sequence).

    Raises:
        ValueError, TypeError, KeyError: the item announces something that cannot be read.
    """
    new = from_item(new_image or {})
    old = from_item(old_image or {})
    if "level_event" in new:
        return [_level_event(new)] if new["version"] != old.get("version") else []
    announced = len(old.get("events", []))
    return [CloudEvent.model_validate(event) for event in new.get("events", [])[announced:]]


def _level_event(item: Mapping[str, Any]) -> CloudEvent:
    header, subject, version = item["level_event"], item["subject"], item["version"]
    return CloudEvent.model_validate(
        {
            **header,
            "id": event_id(header["source"], subject, version),
            "subject": subject,
            "sequence": version,
            "dataschema": schema_name(header["type"], header["schema_version"]),
            "correlationid": header.get("correlationid", subject),
            "data": item["level"],
        }
    )
