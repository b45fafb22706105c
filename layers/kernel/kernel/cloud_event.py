"""The envelope of every event: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec)."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kernel.timestamps import Timestamp, now

# The views sort events by their sequence, written with nine digits.
MAX_SEQUENCE = 999_999_999

# Source and type also travel as message attributes, so they are ASCII words that SNS and SQS accept.
Source = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
EventType = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{0,99}$")]
Subject = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]
# https://www.w3.org/TR/trace-context/#traceparent-header
Traceparent = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]


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

    Validation refuses an id that does not fit, a time that does not exist, and a malformed `traceparent`, so that
    every reader can rely on them.

    `sequence` counts from 1 for each source and subject. `correlationid` is the order's id; for what
    an operator does to a product, the SKU. `causationid` is the id of the event that led to this one.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: Source
    type: EventType
    subject: Subject
    time: Timestamp
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    sequence: int = Field(ge=1, le=MAX_SEQUENCE)
    correlationid: str
    causationid: str | None = None
    traceparent: Traceparent | None = None
    data: dict[str, Any]

    @model_validator(mode="after")
    def _check_id(self) -> Self:
        if self.id != event_id(self.source, self.subject, self.sequence):
            raise ValueError("its id is not that of its source, subject and sequence")
        return self

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
