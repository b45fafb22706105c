"""Requests to republish events: of one item, or of a whole table since a point in time. Pure.

A message has one of three forms:

| sender | JSON |
|---|---|
| the relay, for a record that it cannot read | `{"event_source_arn", "keys"}` |
| Lambda, for a batch that failed | `{"DDBStreamBatchInfo": {"streamArn", "approximateArrivalOfFirstRecord"}}` |
| republish_events, for the next page; or an operator | `{"event_source_arn", "since", "start"?}` |

Lambda's form (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html) names a position in the
stream, which expires after a day, and not the items. All events since the batch arrived are therefore republished.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from kernel.timestamps import Timestamp, timestamp

# An event's time is when its function started. The item is written, and reaches the stream, later than that.
MAX_WRITE_DELAY = timedelta(minutes=5)

_TABLE_OF_ARN = re.compile(r"arn:[^:]+:dynamodb:[^:]*:[^:]*:table/([^/]+)(/stream/.+)?")


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class OneItem(_Request):
    """Request to republish the events of the item with these keys, in DynamoDB's JSON."""

    event_source_arn: str
    keys: dict[str, dict[str, str]] = Field(min_length=1)


class EventsSince(_Request):
    """Request to republish a table's events since `since`. The scan starts after the key `start`."""

    event_source_arn: str
    since: Timestamp
    start: dict[str, dict[str, str]] | None = None


class _Batch(_Request):
    stream_arn: str = Field(alias="streamArn")
    first_arrival: AwareDatetime = Field(alias="approximateArrivalOfFirstRecord")


class _StreamFailure(_Request):
    batch: _Batch = Field(alias="DDBStreamBatchInfo")

    def events_since(self) -> EventsSince:
        return EventsSince(event_source_arn=self.batch.stream_arn, since=_earliest_event(self.batch.first_arrival))


_messages: TypeAdapter[OneItem | EventsSince | _StreamFailure] = TypeAdapter(OneItem | EventsSince | _StreamFailure)


def parse(body: str) -> OneItem | EventsSince:
    """Parse the body of a message.

    Raises:
        pydantic.ValidationError: The message has none of the three forms.
    """
    request = _messages.validate_json(body)
    return request.events_since() if isinstance(request, _StreamFailure) else request


def table_of(arn: str) -> str:
    """Return the table's name from the ARN of the table or of its stream.

    Raises:
        ValueError: The text is neither.
    """
    match = _TABLE_OF_ARN.fullmatch(arn)
    if match is None:
        raise ValueError(f"{arn!r} is not the ARN of a table or a stream")
    return match[1]


def item_reference(event_source_arn: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Return the message that requests one item."""
    return {"event_source_arn": event_source_arn, "keys": keys}


def _earliest_event(arrival: datetime) -> Timestamp:
    """Return the earliest time that an event can have if its record reached the stream at `arrival`."""
    return timestamp(arrival - MAX_WRITE_DELAY)
