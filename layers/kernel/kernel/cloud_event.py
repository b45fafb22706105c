"""The envelope of every event: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec)."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kernel.timestamps import Timestamp, now

# The keys of the views contain the sequence as text, padded to nine digits.
MAX_SEQUENCE = 999_999_999

# Source and type are also message attributes, so they contain only ASCII characters that SNS and SQS accept.
Source = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
EventType = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{0,99}$")]
Subject = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,100}$")]
# https://www.w3.org/TR/trace-context/#traceparent-header
Traceparent = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]


class EventData(BaseModel):
    """The data of an event, without its envelope. The name of the class is the event type, in the past tense."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    schema_version: ClassVar[int] = 1


@dataclass(frozen=True)
class Cause:
    """The context in which an event happens.

    Attributes:
        causation_id: The id of the event that led to this one.
        traceparent: The trace in which the event happens.
        at: The time of the event.
    """

    causation_id: str | None = None
    traceparent: str | None = None
    at: Timestamp = field(default_factory=now)


class CloudEvent(BaseModel):
    """An event in its envelope.

    The `id` is `{source}:{subject}:{sequence}`, the same in every copy of the event. `sequence` counts from 1 for each
    source and subject. `correlationid` is the id of the order, or the SKU if an operator edited a product or its stock.
    `causationid` is the id of the event that led to this one.

    Validation rejects an id that does not match, a time that does not exist, and a malformed `traceparent`.
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
            raise ValueError("the id must be {source}:{subject}:{sequence}")
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
        """Wrap `data` in its envelope."""
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
        """Return the event as a JSON object. It omits attributes without a value, as CloudEvents requires."""
        return self.model_dump(mode="json", exclude_none=True)


def event_id(source: str, subject: str, sequence: int) -> str:
    """Return the id of an event."""
    return f"{source}:{subject}:{sequence}"


def schema_name(event_type: str, version: int) -> str:
    """Return the URI of the JSON Schema for the data of an event type."""
    return f"urn:serverless-orders:event:{event_type}:{version}"
