"""The state of one order in a service, with the events that led to it. Pure: `outbox` stores it."""

from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from kernel.cloud_event import Cause, CloudEvent, EventData

Next = TypeVar("Next", bound="StateWithEvents")


class StateWithEvents(BaseModel):
    """The state of one order in a service, with the events that led to it.

    Attributes:
        source: The service, which is the source of all these events.
        version: The number of writes of this state, for optimistic locking.
        events: All events of the order from this service, oldest first.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    source: ClassVar[str]

    order_id: str
    version: int = Field(default=0, ge=0)
    events: tuple[CloudEvent, ...] = ()

    def with_event(self, data: EventData, cause: Cause, **changes: Any) -> Self:
        """Return the state with `changes` and with `data` as its next event."""
        return self.model_copy(update={**changes, "events": self.events_with(data, cause)})

    def transition_to(self, kind: type[Next], **changes: Any) -> Next:
        """Return the next state, of class `kind`. Fields of both classes keep their values, except the status.

        Raises:
            pydantic.ValidationError: `changes` lacks a required field that only `kind` has.
        """
        return kind.model_validate({name: value for name, value in self if name != "status"} | changes)

    def events_with(self, data: EventData, cause: Cause) -> tuple[CloudEvent, ...]:
        """Return the events of the state, followed by `data` as the next event."""
        event = CloudEvent.of(
            data, source=self.source, subject=self.order_id, sequence=len(self.events) + 1, cause=cause
        )
        return (*self.events, event)
