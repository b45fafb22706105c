"""Rebuild the views from the event store through the API, as an operator, and show the progress."""

import time
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tools.terminal.shop import Json, Shop

POLL_SECONDS = 0.5


def rebuild(console: Console, shop: Shop) -> bool:
    """Start a rebuild. Show its progress, then its summary.

    Returns:
        Whether every object of the event store was replayed.

    Raises:
        LocalCloudError: Another rebuild is running.
    """
    rebuild_id = shop.start_rebuild()["rebuild_id"]
    console.print(f"Rebuilding the views from the event store: rebuild {rebuild_id}")
    columns = (TextColumn("objects"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        while (state := shop.rebuild(rebuild_id))["status"] == "RUNNING":
            objects = state["objects"]
            bar.update(
                task,
                total=objects["total"] or None,
                completed=objects["done"] + objects["failed"],
                description=_events(state),
            )
            time.sleep(POLL_SECONDS)
    console.print(escape(summary(state)), soft_wrap=True)
    return bool(state["status"] == "SUCCEEDED")


def summary(state: Json) -> str:
    """Return the summary of a finished rebuild, in a few lines."""
    objects, events = state["objects"], state["events"]
    seconds = (datetime.fromisoformat(state["ended_at"]) - datetime.fromisoformat(state["started_at"])).total_seconds()
    rate = _rate(events["applied"], seconds)
    lines = [
        f"{state['status']} after {seconds:.1f} s",
        f"  objects {objects['done']} replayed, {objects['failed']} failed, of {objects['total']}",
        f"  events  {events['applied']} applied, {events['unreadable']} unreadable: {rate}",
    ]
    if "result_file" in state:
        lines.append(f"  unreadable records: see {state['result_file']} in the event store's bucket")
    if state["status"] != "SUCCEEDED":
        lines.append(
            "The views are no worse than before. `make logs F=ReplayObjectFunction` or "
            "`make logs F=EndRebuildFunction` may show the cause."
        )
    return "\n".join(lines)


def _events(state: Json) -> str:
    events = state["events"]
    unreadable = f", {events['unreadable']} unreadable" if events["unreadable"] else ""
    seconds = (datetime.now().astimezone() - datetime.fromisoformat(state["started_at"])).total_seconds()
    return f"{events['applied']} events{unreadable}, {_rate(events['applied'], seconds)}"


def _rate(events: int, seconds: float) -> str:
    return f"{events / max(seconds, 0.1):.0f} events/s"
