"""Ask the event store in SQL, through Athena."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import ROOT
from tools.local_cloud.stack import Stack

DOCUMENT = ROOT / "docs" / "queries.md"
FIRST_LOOK_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 2.0


class QueryRefused(Exception):
    """The engine does not take the query, or gave it up; the message is the engine's own."""


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, all values as text; None where there is no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def named_queries(document: Path = DOCUMENT) -> dict[str, str]:
    """The queries of docs/queries.md, by the names that `make query Q=` takes."""
    pattern = r"^`make query Q=([a-z-]+)`.*?^```sql\n(.*?)^```$"
    return dict(re.findall(pattern, document.read_text(), flags=re.MULTILINE | re.DOTALL))


def ask(aws: Aws, stack: Stack, sql: str) -> Answer:
    """Run a query over the event store, in the stack's own work group, and wait for its end.

    Raises:
        QueryRefused: the query is wrong, or reads more than the work group allows.
    """
    try:
        query_id = aws.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": stack.outputs["EventsDatabaseName"]},
            WorkGroup=stack.outputs["QueryWorkGroupName"],
        )["QueryExecutionId"]
    except aws.athena.exceptions.InvalidRequestException as error:
        raise QueryRefused(error.response["Error"]["Message"]) from error
    return _answer(aws, query_id, has_heading=_wait(aws, query_id) == "DML")


def _wait(aws: Aws, query_id: str) -> str:
    """Wait for the query's end; return the type of its statement."""
    pause = FIRST_LOOK_SECONDS
    while True:
        execution = aws.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        status = execution["Status"]
        if status["State"] == "SUCCEEDED":
            return execution["StatementType"]
        if status["State"] in ("FAILED", "CANCELLED"):
            raise QueryRefused(status.get("StateChangeReason") or status["State"].lower())
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_WAIT_SECONDS)


def _answer(aws: Aws, query_id: str, *, has_heading: bool) -> Answer:
    """Read the answer; of a SELECT the first row of all repeats the columns' names."""
    columns: tuple[str, ...] = ()
    rows: list[tuple[str | None, ...]] = []
    for page in aws.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id):
        columns = tuple(column["Name"] for column in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])
        rows += [tuple(value.get("VarCharValue") for value in row["Data"]) for row in page["ResultSet"]["Rows"]]
    return Answer(columns, tuple(rows[1:] if has_heading else rows))
