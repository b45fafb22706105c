"""Show and redrive dead letters through the API, as an operator."""

import json
import time
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.console import on_one_line
from tools.terminal.shop import Json, Shop

NO_CAUSE = "no cause recorded: the function timed out or did not start"
# A redriven message that fails permanently returns to the queue within this time.
SETTLE_SECONDS = 3


def show(console: Console, shop: Shop) -> None:
    """Print all dead-letter queues, and the first messages of each queue that is not empty, with their causes."""
    queues = shop.dead_letters()
    _show_depths(console, queues)
    for queue in (queue for queue in queues if queue["messages"]):
        _show_messages(console, queue)
    full = [queue["queue"] for queue in queues if queue["depth"]]
    if full:
        console.print(f"\nFix the cause, then run: make redrive QUEUE={full[0]}")
    else:
        console.print("\nThere are no dead letters.")


def redrive(console: Console, shop: Shop, name: str | None) -> None:
    """Redrive all messages of a queue. Print how many were sent and how many came back.

    Raises:
        LocalCloudError: There is no such queue.
    """
    depths = _depths(shop)
    if name is None or name not in depths:
        names = "\n  ".join(depths)
        mistake = f"There is no dead-letter queue {name}." if name else "Name the queue."
        raise LocalCloudError(f"{mistake} `make redrive QUEUE=` takes one of:\n  {names}")
    if not depths[name]:
        console.print(f"{name} holds no dead letters, so there is nothing to redrive.")
        return
    console.print(f"{name} holds {_messages(depths[name])}.")
    sent = 0
    finished = False
    while not finished:
        response = shop.redrive(name)
        sent += response["sent"]
        finished = response["finished"]
        console.print(f"  sent {sent}, {response['left']} left")
    if sent:
        time.sleep(SETTLE_SECONDS)
        _show_returned(console, _depths(shop)[name])


def _depths(shop: Shop) -> dict[str, int]:
    return {queue["queue"]: queue["depth"] for queue in shop.dead_letters()}


def _show_returned(console: Console, count: int) -> None:
    if count:
        console.print(
            f"The queue holds {_messages(count)} after {SETTLE_SECONDS} s. `make dead-letters` shows the causes."
        )
    else:
        console.print(
            f"No message came back within {SETTLE_SECONDS} s. After a fault, Lambda first retries for minutes."
        )


def _show_depths(console: Console, queues: list[Json]) -> None:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    table.add_column("queue")
    table.add_column("messages", justify="right")
    table.add_column("oldest", justify="right")
    for queue in queues:
        colour = "red" if queue["depth"] else "default"
        age = queue.get("oldest_age_seconds")
        table.add_row(queue["queue"], f"[{colour}]{queue['depth']}[/{colour}]", "" if age is None else _age(age))
    console.print(table)


def _show_messages(console: Console, queue: Json) -> None:
    shown = len(queue["messages"])
    console.print(f"\n[bold]{queue['queue']}[/bold] [dim]{shown} of {queue['depth']}[/dim]")
    for message in queue["messages"]:
        console.print(f"  {message['sent_at'][:19]}  {escape(on_one_line(_about(message['body'])))}", soft_wrap=True)
        cause = on_one_line(message.get("cause", NO_CAUSE))
        console.print(f"    [yellow]{escape(cause)}[/yellow]", soft_wrap=True)


def _about(body: str) -> str:
    """Return the type and id of an event, or the first characters of any other message."""
    event = _event(body)
    return f"{event['type']} {event['id']}" if event.keys() >= {"type", "id"} else body[:120]


def _event(body: str) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _age(seconds: int) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
