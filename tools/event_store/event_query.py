"""Query the event store in SQL, with Athena."""

import re
import time
from dataclasses import dataclass

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import ROOT
from tools.local_cloud.stack import Stack

DOCUMENT = ROOT / "docs" / "queries.md"
FIRST_POLL_SECONDS = 0.05
MAX_POLL_SECONDS = 2.0


class QueryRefused(Exception):
    """Athena rejected or aborted the query. The message is Athena's."""


@dataclass(frozen=True)
class Answer:
    """The rows of a query result. All values are text, and None means NULL."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def named_queries() -> dict[str, str]:
    """Return the queries of docs/queries.md, by the names that `make query Q=` accepts."""
    pattern = r"^`make query Q=([a-z-]+)`.*?^```sql\n(.*?)^```$"
    return dict(re.findall(pattern, DOCUMENT.read_text(), flags=re.MULTILINE | re.DOTALL))


def ask(aws: Aws, stack: Stack, sql: str) -> Answer:
    """Run a query in the stack's Athena work group, and wait for the result.

    Raises:
        QueryRefused: The query is invalid, or reads more bytes than the work group allows.
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
    """Wait until the query has ended, and return its statement type."""
    pause = FIRST_POLL_SECONDS
    while True:
        execution = aws.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        status = execution["Status"]
        if status["State"] == "SUCCEEDED":
            return execution["StatementType"]
        if status["State"] in ("FAILED", "CANCELLED"):
            raise QueryRefused(status.get("StateChangeReason") or status["State"].lower())
        time.sleep(pause)
        pause = min(2 * pause, MAX_POLL_SECONDS)


def _answer(aws: Aws, query_id: str, *, has_heading: bool) -> Answer:
    """Read all pages of the result. The first row of a SELECT repeats the column names."""
    columns: tuple[str, ...] = ()
    rows: list[tuple[str | None, ...]] = []
    for page in aws.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id):
        columns = tuple(column["Name"] for column in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])
        rows += [tuple(value.get("VarCharValue") for value in row["Data"]) for row in page["ResultSet"]["Rows"]]
    return Answer(columns, tuple(rows[1:] if has_heading else rows))
