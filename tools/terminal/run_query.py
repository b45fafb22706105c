"""Run an SQL query on the event store, and show its result in the terminal."""

import re

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.event_store.event_query import Answer, QueryRefused, ask, named_queries
from tools.event_store.stored_objects import show_unreadable, unreadable_objects
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import Stack

# The exit status of a refused query.
REFUSED = 2
# Error messages of the emulator's query engine that are caused by an unreadable object, not by the query.
OBJECT_ERROR = re.compile(r"CSV Error|utf-?8|gzip|line size", re.IGNORECASE)


def choose(sql: str | None, name: str | None) -> str | None:
    """Return the query to run: `sql`, or the query `name` of docs/queries.md. None if neither is given.

    Raises:
        LocalCloudError: docs/queries.md has no query of that name.
    """
    if sql or not name:
        return sql
    queries = named_queries()
    if name not in queries:
        raise LocalCloudError(f"docs/queries.md has no query named {name}. Queries:\n  " + "\n  ".join(queries))
    return queries[name]


def explain(console: Console) -> None:
    """Print how to query the event store."""
    console.print(
        "The table `events` has the columns line (the JSON of one event), year, month, day and hour. For example:\n"
        "  make query SQL='SELECT count(*) FROM events'\n"
        "\nPrepared queries, from docs/queries.md:"
    )
    for name in named_queries():
        console.print(f"  make query Q={name}")


def show(console: Console, aws: Aws, stack: Stack, sql: str) -> int:
    """Print the result of a query, or the unreadable objects, or the engine's error. Return the exit status."""
    try:
        with console.status("Querying the event store ..."):
            result = ask(aws, stack, sql)
    except QueryRefused as refusal:
        if OBJECT_ERROR.search(str(refusal)) and show_unreadable(console, unreadable_objects(aws, stack)):
            return REFUSED
        console.print(f"[red]{escape(str(refusal))}[/red]", soft_wrap=True)
        return REFUSED
    console.print(_table(result))
    console.print("1 row" if len(result.rows) == 1 else f"{len(result.rows)} rows", style="dim")
    return 0


def _table(result: Answer) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for index, column in enumerate(result.columns):
        values = [row[index] for row in result.rows]
        table.add_column(escape(column), justify="right" if _are_numbers(values) else "left", overflow="fold")
    for row in result.rows:
        table.add_row(*("" if value is None else escape(value) for value in row))
    return table


def _are_numbers(values: list[str | None]) -> bool:
    return any(values) and all(value is None or value.replace(".", "", 1).lstrip("-").isdecimal() for value in values)
