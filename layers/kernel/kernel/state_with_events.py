"""A service's state about one order, together with the events that led to it. Pure: `outbox` stores it."""

from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from kernel.cloud_event import Cause, CloudEvent, EventData

Next = TypeVar("Next", bound="StateWithEvents")


class StateWithEvents(BaseModel):
    """A service's state about one order, with every event of `source`, the service, that led to it.

    `version` counts its writes.
    """

    model_config = ConfigDict(frozen=True)

    source: ClassVar[str]

    order_id: str
    version: int = Field(default=0, ge=0)
    events: tuple[CloudEvent, ...] = ()

    def with_event(self, data: EventData, cause: Cause, **changes: Any) -> Self:
        """Return the state with `changes`, and `data` as its next event."""
        return self.model_copy(update={**changes, "events": self.events_with(data, cause)})

    def transition_to(self, kind: type[Next], **changes: Any) -> Next:
        """Return the next state, of another class: what both classes have stays, except for the status.

        Raises:
            pydantic.ValidationError: `changes` lack a field that only `kind` has.
        """
        return kind.model_validate({name: value for name, value in self if name != "status"} | changes)

    def events_with(self, data: EventData, cause: Cause) -> tuple[CloudEvent, ...]:
        """Return the events of the state, and `data` as its next event."""
        event = CloudEvent.of(
            data, source=self.source, subject=self.order_id, sequence=len(self.events) + 1, cause=cause
        )
        return (*self.events, event)
