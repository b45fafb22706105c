"""What to announce again: one item of a table, or all that a table holds from a moment on. Pure.

A message asks for it in one of three forms:

| who writes it | its JSON |
|---|---|
| the relay, of a record that it cannot read | `{"event_source_arn", "keys"}` |
| Lambda, of a batch that it gave up | `{"DDBStreamBatchInfo": {"streamArn", "approximateArrivalOfFirstRecord"}}` |
| this function, of the next page; or a person | `{"event_source_arn", "since", "start"?}` |

Lambda's form (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html) names a place in the
stream, which is gone after a day, and not the items. So all events since then are announced again.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from kernel.timestamps import Timestamp, timestamp

# An event carries the time at which its function began; its item is written, and gets into the stream, after that.
WRITTEN_WITHIN = timedelta(minutes=5)

_TABLE_OF_ARN = re.compile(r"arn:[^:]+:dynamodb:[^:]*:[^:]*:table/([^/]+)(/stream/.+)?")


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class OneItem(_Request):
    """The item with these keys (in DynamoDB's JSON)."""

    event_source_arn: str
    keys: dict[str, dict[str, str]] = Field(min_length=1)


class AllSince(_Request):
    """All items with events from `since` on, read from the key after `start`."""

    event_source_arn: str
    since: Timestamp
    start: dict[str, dict[str, str]] | None = None


class _Batch(_Request):
    stream_arn: str = Field(alias="streamArn")
    first_arrival: AwareDatetime = Field(alias="approximateArrivalOfFirstRecord")


class _StreamFailure(_Request):
    batch: _Batch = Field(alias="DDBStreamBatchInfo")

    def all_since(self) -> AllSince:
        return AllSince(event_source_arn=self.batch.stream_arn, since=_well_before(self.batch.first_arrival))


_messages: TypeAdapter[OneItem | AllSince | _StreamFailure] = TypeAdapter(OneItem | AllSince | _StreamFailure)


def parse(body: str) -> OneItem | AllSince:
    """Return what a message asks for. Raises: pydantic.ValidationError: it has none of the forms."""
    request = _messages.validate_json(body)
    return request.all_since() if isinstance(request, _StreamFailure) else request


def table_of(arn: str) -> str:
    """Return the table's name in its ARN, or in its stream's. Raises: ValueError: it is neither."""
    found = _TABLE_OF_ARN.fullmatch(arn)
    if found is None:
        raise ValueError(f"{arn!r} is the ARN of no table and of no stream")
    return found[1]


def _well_before(moment: datetime) -> Timestamp:
    return timestamp(moment - WRITTEN_WITHIN)


def place_of(event_source_arn: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Return the message that asks for one item again."""
    return {"event_source_arn": event_source_arn, "keys": keys}
