"""The envelope of every event: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec)."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from kernel.timestamps import Timestamp, now

from pydantic import BaseModel, ConfigDict, Field


class EventData(BaseModel):
    """What an event tells, apart from its envelope. The class's name is the event's type, in the past tense."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: ClassVar[int] = 1


@dataclass(frozen=True)
class Cause:
    """What leads to an event: when, because of which earlier event, and in which trace."""

    causation_id: str | None = None
    traceparent: str | None = None
    at: Timestamp = field(default_factory=now)


class CloudEvent(BaseModel):
    """An event. Its id, `{source}:{subject}:{sequence}`, is the same wherever the event turns up.

    `sequence` counts from 1 for each source and subject. `correlationid` is the order's id; for what
    an operator does to a product, the SKU. `causationid` is the id of the event that led to this one.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: Timestamp
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    sequence: int = Field(ge=1)
    correlationid: str
    causationid: str | None = None
    traceparent: str | None = None
    data: dict[str, Any]

    @classmethod
    def of(
        cls,
        data: EventData,
        *,
        source: str,
        subject: str,
        sequence: int,
        cause: Cause,
        correlation_id: str | None = None,
    ) -> "CloudEvent":
        """Put `data` into its envelope, as the event number `sequence` of `source` about `subject`."""
        event_type = type(data).__name__
        return cls(
            id=event_id(source, subject, sequence),
            source=source,
            type=event_type,
            subject=subject,
            time=cause.at,
            dataschema=schema_name(event_type, data.schema_version),
            sequence=sequence,
            correlationid=correlation_id or subject,
            causationid=cause.causation_id,
            traceparent=cause.traceparent,
            data=data.model_dump(mode="json", exclude_none=True),
        )

    def document(self) -> dict[str, Any]:
        """Return the event as a JSON object; absent attributes are left out, as CloudEvents wants it."""
        return self.model_dump(mode="json", exclude_none=True)


def event_id(source: str, subject: str, sequence: int) -> str:
    """Return the id that this event has everywhere."""
    return f"{source}:{subject}:{sequence}"


def schema_name(event_type: str, version: int) -> str:
    """Return the URI that names the JSON Schema of an event type's data."""
    return f"urn:serverless-orders:event:{event_type}:{version}"
