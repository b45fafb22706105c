"""Show an order's events in the terminal as a timeline that is updated while they arrive."""

import re
from collections.abc import Iterable
from itertools import chain
from typing import TypeVar

from rich.console import Console, Group, RenderableType
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
from tools.terminal.money import format_money
from tools.terminal.order_tracking import OrderSnapshot, Snapshot, follow_order, happened_at, payment_hint
from tools.terminal.readable_json import readable_json
from tools.terminal.return_tracking import ReturnSnapshot, follow_return
from tools.terminal.shop import Json, Shop

UNKNOWN_PAYMENT_METHOD = "UNKNOWN_PAYMENT_METHOD"
PAYMENT_METHOD = re.compile(r"pm_[a-z0-9_]{1,60}")
COLOUR = {
    "CONFIRMED": "green",
    "AWAITING_PAYMENT": "yellow",
    "IN_REVIEW": "yellow",
    "REJECTED": "yellow",
    "CANCELLED": "yellow",
    "NEEDS_ATTENTION": "red",
    "REQUESTED": "yellow",
    "REFUSED": "yellow",
    "COMPLETED": "green",
}
AnySnapshot = TypeVar("AnySnapshot", bound=Snapshot)


def place_and_show(console: Console, stack: Stack, shop: Shop, order: Json, *, verbose: bool = False) -> OrderSnapshot:
    """Place `order`. Show its events as they arrive, how many of them the event store holds, and the order's view.

    Args:
        console: Where to print.
        stack: The deployed stack.
        shop: The API, called as the customer.
        order: The body of `POST /orders`.
        verbose: Whether to show the object of each event in the event store.

    Returns:
        The last snapshot of the order.

    Raises:
        LocalCloudError: The payment method is not a token, the API refused the order, or the saga has not finished in
            time.
    """
    if not PAYMENT_METHOD.fullmatch(order["payment_method"]):
        raise LocalCloudError(f"A payment method is a token, for example pm_card_visa. {sandbox_cards.card_list()}")
    wanted = ", ".join(f"{item['quantity']} {item['sku']}" for item in order["items"])
    console.print(f"\n[bold]alice orders {wanted}, paying with {order['payment_method']}[/bold]")
    placed = shop.place_order(order)
    amount = format_money(placed["total"], placed["currency"])
    console.print(f"POST /orders: 202 Accepted, {amount}, order {placed['order_id']}. Its events as they arrive:\n")
    snapshot = show_timeline(console, follow_order(shop, placed["order_id"]))
    show_archive(console, stack, snapshot, verbose=verbose)
    _show_view(console, shop, placed["order_id"])
    if snapshot.reason == UNKNOWN_PAYMENT_METHOD:
        console.print(
            f"\nThe sandbox payment provider does not know {order['payment_method']}. {sandbox_cards.card_list()}"
        )
    if snapshot.status == "AWAITING_PAYMENT":
        console.print(f"\n{payment_hint(placed['order_id'])}", soft_wrap=True)
    return snapshot


def request_and_show_return(console: Console, shop: Shop, order_id: str, request: Json) -> ReturnSnapshot:
    """Request a return, and show its event.

    Returns:
        The last snapshot of the return, which waits for an operator.

    Raises:
        LocalCloudError: The API refused the return, or its event does not arrive in time.
    """
    goods = ", ".join(f"{item['quantity']} {item['sku']}" for item in request["items"])
    console.print(f"\n[bold]alice returns {escape(goods)}[/bold], reason: {escape(request['reason'])}", soft_wrap=True)
    requested = shop.request_return(order_id, request)
    refund = format_money(requested["refund_amount"], requested["currency"])
    console.print(
        f"POST /orders/{order_id}/returns: 202 Accepted, refund of {refund}, return {requested['return_id']}.\n",
        soft_wrap=True,
    )
    return show_timeline(console, follow_return(shop, order_id, requested["return_id"]))


def show_timeline(console: Console, snapshots: Iterable[AnySnapshot]) -> AnySnapshot:
    """Show the newest snapshot in place. If the output is not a terminal, print one line per new event instead.

    Args:
        console: Where to print.
        snapshots: The snapshots of an order or of a return, at least one.

    Returns:
        The last snapshot.
    """
    remaining = iter(snapshots)
    with console.status("Waiting for the first event ..."):
        first = next(remaining)
    snapshot = first
    if console.is_terminal:
        with Live(_timeline(first, waiting=True), console=console) as live:
            for snapshot in remaining:
                live.update(_timeline(snapshot, waiting=True), refresh=True)
            live.update(_timeline(snapshot, waiting=False), refresh=True)
        return snapshot
    shown: set[str] = set()
    for snapshot in chain([first], remaining):
        for event in snapshot.events:
            if event["id"] not in shown:
                shown.add(event["id"])
                console.print("  ".join(_row(snapshot, event)), highlight=False, soft_wrap=True)
    console.print(_status_line(snapshot))
    return snapshot


def _timeline(snapshot: Snapshot, *, waiting: bool) -> RenderableType:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for heading in ("time", "service", "event", "meaning"):
        table.add_column(heading, justify="right" if heading == "time" else "left")
    for event in snapshot.events:
        time, service, kind, meaning = _row(snapshot, event)
        table.add_row(f"[dim]{time}[/dim]", f"[cyan]{service}[/cyan]", f"[bold]{kind}[/bold]", meaning)
    last = Spinner("dots", f" {snapshot.status}") if waiting else _status_line(snapshot)
    return Group(table, Text(), last)


def _row(snapshot: Snapshot, event: Json) -> tuple[str, str, str, str]:
    seconds = f"+{snapshot.seconds(event):6.3f} s"
    return seconds, f"{event['source']:9}", f"{event['type']:17}", meaning_of(event["type"])


def _status_line(snapshot: Snapshot) -> Text:
    reason = f": {snapshot.reason}" if snapshot.reason else ""
    return Text(f"{snapshot.status}{reason}", style=f"bold {COLOUR.get(snapshot.status, 'white')}")


def show_archive(console: Console, stack: Stack, snapshot: OrderSnapshot, *, verbose: bool) -> None:
    """Print how many of the events the event store holds, and if `verbose` the object that holds each event."""
    bucket = stack.outputs["EventStoreBucketName"]
    ids = [event["id"] for event in snapshot.events]
    keys = event_archive.find(Aws(stack.emulator_url), bucket, ids, happened_at(snapshot.events[0]))
    count = f"[bold]The event store holds {len(keys)} of these {len(ids)} events[/bold]"
    if not verbose:
        console.print(f"\n{count}. VERBOSE=1 shows their objects.")
        return
    console.print(f"\n{count}, in bucket {bucket}:")
    for event in snapshot.events:
        key = keys.get(event["id"], "not archived yet")
        console.print(f"  [dim]{event['type']:17}[/dim] {escape(key)}", soft_wrap=True)


def _show_view(console: Console, shop: Shop, order_id: str) -> None:
    """Print the order's view, which the query side has projected from the events."""
    console.print(f"\n[bold]The order's view, projected from these events[/bold]: GET /orders/{order_id}")
    console.print(readable_json(shop.order(order_id) or {}), soft_wrap=True)
