"""Show what the event store answers to a query."""

import re

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.event_store.event_query import Answer, QueryRefused, ask, named_queries
from tools.event_store.stored_objects import show_unreadable, unreadable_objects
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import Stack

REFUSED = 2
# What the emulator's engine says when an object is the fault, and not the query.
OBJECT_ERROR = re.compile(r"CSV Error|utf-?8|gzip|line size", re.IGNORECASE)


def choose(sql: str | None, name: str | None) -> str | None:
    """The query to run: `sql`, or the one of docs/queries.md that `name` names; None where neither is given.

    Raises:
        LocalCloudError: there is no query of that name.
    """
    if sql or not name:
        return sql
    queries = named_queries()
    if name not in queries:
        raise LocalCloudError(f"docs/queries.md has no query named {name}. It has\n  " + "\n  ".join(queries))
    return queries[name]


def explain(console: Console) -> None:
    """Print how to ask."""
    console.print(
        "The table is `events`, with an event's JSON as `line`, and year, month, day and hour. For example:\n"
        "  make query SQL='SELECT count(*) FROM events'\n"
        "\nReady-made, from docs/queries.md:"
    )
    for name in named_queries():
        console.print(f"  make query Q={name}")


def show(console: Console, aws: Aws, stack: Stack, sql: str) -> int:
    """Run the query and print the answer as a table, the objects that no query can read, or the engine's error.

    Returns: the exit status.
    """
    try:
        with console.status("Asking the event store ..."):
            answer = ask(aws, stack, sql)
    except QueryRefused as refusal:
        if OBJECT_ERROR.search(str(refusal)) and show_unreadable(console, unreadable_objects(aws, stack)):
            return REFUSED
        console.print(f"[red]{escape(str(refusal))}[/red]", soft_wrap=True)
        return REFUSED
    console.print(_table(answer))
    console.print("1 row" if len(answer.rows) == 1 else f"{len(answer.rows)} rows", style="dim")
    return 0


def _table(answer: Answer) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for place, column in enumerate(answer.columns):
        values = [row[place] for row in answer.rows]
        table.add_column(escape(column), justify="right" if _are_numbers(values) else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*("" if value is None else escape(value) for value in row))
    return table


def _are_numbers(values: list[str | None]) -> bool:
    return any(values) and all(value is None or value.replace(".", "", 1).lstrip("-").isdecimal() for value in values)
