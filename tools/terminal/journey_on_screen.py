"""Show an order's journey in the terminal: a timeline that grows as events arrive."""

import re
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.highlighter import JSONHighlighter
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from contracts.generator.event_catalogue import meaning_of
from tools.event_store import event_archive
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import Stack
from tools.terminal import sandbox_cards
from tools.terminal.journey import Sight, follow, happened_at
from tools.terminal.money import format_money
from tools.terminal.readable_json import readable_json
from tools.terminal.shop import Json, Shop

UNKNOWN_PAYMENT_METHOD = "UNKNOWN_PAYMENT_METHOD"
PAYMENT_METHOD = re.compile(r"pm_[a-z0-9_]{1,60}")
COLOUR = {
    "CONFIRMED": "green",
    "IN_REVIEW": "yellow",
    "REJECTED": "yellow",
    "CANCELLED": "yellow",
    "NEEDS_ATTENTION": "red",
}


def show(console: Console, stack: Stack, shop: Shop, order: Json) -> Sight:
    """Place `order` and show its journey, where its events are kept, and its view.

    Returns: what is known of it at its end.

    Raises:
        LocalCloudError: its payment method is no token, it was not accepted, or it has not ended in time.
    """
    if not PAYMENT_METHOD.fullmatch(order["payment_method"]):
        raise LocalCloudError(f"A payment method is a token such as pm_card_visa. {sandbox_cards.listed()}")
    wanted = ", ".join(f"{item['quantity']} {item['sku']}" for item in order["items"])
    console.print(f"\n[bold]alice orders {wanted}, paying with {order['payment_method']}[/bold]")
    placed = shop.place_order(order)
    amount = format_money(placed["total"], placed["currency"])
    console.print(f"POST /orders: 202 Accepted, {amount}, order {placed['order_id']}. Its events as they arrive:\n")
    sight = grow(console, follow(shop, placed["order_id"]))
    _show_archive(console, stack, sight)
    _show_view(console, shop, placed["order_id"])
    if sight.reason == UNKNOWN_PAYMENT_METHOD:
        console.print(f"\nThe sandbox provider does not know {order['payment_method']}. {sandbox_cards.listed()}")
    return sight


def grow(console: Console, sights: Iterable[Sight]) -> Sight:
    """Show each sight in the place of the last one; where that cannot be done, each new event on a line."""
    sight = Sight(())
    if console.is_terminal:
        with Live(_timeline(sight, waiting=True), console=console) as live:
            for sight in sights:
                live.update(_timeline(sight, waiting=True), refresh=True)
            live.update(_timeline(sight, waiting=False), refresh=True)
        return sight
    shown: set[str] = set()
    for sight in sights:
        for event in sight.events:
            if event["id"] not in shown:
                shown.add(event["id"])
                console.print("  ".join(_row(sight, event)), highlight=False, soft_wrap=True)
    console.print(_status_line(sight))
    return sight


def _timeline(sight: Sight, *, waiting: bool) -> RenderableType:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in ("time", "service", "event", "what it means"):
        table.add_column(heading, justify="right" if heading == "time" else "left")
    for event in sight.events:
        time, service, kind, meaning = _row(sight, event)
        table.add_row(f"[dim]{time}[/dim]", f"[cyan]{service}[/cyan]", f"[bold]{kind}[/bold]", meaning)
    last = Spinner("dots", f" {sight.status}") if waiting else _status_line(sight)
    return Group(table, Text(), last)


def _row(sight: Sight, event: Json) -> tuple[str, str, str, str]:
    seconds = f"+{sight.seconds(event):6.3f} s"
    return seconds, f"{event['source']:9}", f"{event['type']:17}", meaning_of(event["type"])


def _status_line(sight: Sight) -> Text:
    reason = f": {sight.reason}" if sight.reason else ""
    return Text(f"{sight.status}{reason}", style=f"bold {COLOUR.get(sight.status, 'white')}")


def _show_archive(console: Console, stack: Stack, sight: Sight) -> None:
    """Say which objects of the event store hold the order's events."""
    bucket = stack.outputs["EventStoreBucketName"]
    ids = [event["id"] for event in sight.events]
    keys = event_archive.find(Aws(stack.emulator_url), bucket, ids, happened_at(sight.events[0]))
    console.print(f"\n[bold]The event store holds {len(keys)} of these {len(ids)} events[/bold], in bucket {bucket}:")
    for event in sight.events:
        key = keys.get(event["id"], "not there yet")
        console.print(f"  [dim]{event['type']:17}[/dim] {escape(key)}", soft_wrap=True)


def _show_view(console: Console, shop: Shop, order_id: str) -> None:
    """Print what the query side makes of the events."""
    console.print(f"\n[bold]Its view, folded from these events[/bold]: GET /orders/{order_id}")
    console.print(JSONHighlighter()(readable_json(shop.order(order_id) or {})), soft_wrap=True)
