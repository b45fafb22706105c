"""How long sagas take and what they are billed for, measured on the type of workflow that is deployed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloudError
from tools.local_cloud.stack import Stack
from tools.terminal import saga_history
from tools.terminal.journey import draft_order, follow, happened_at
from tools.terminal.shop import Json, Shop

GOOD_CARD = "pm_card_visa"
# Where what was measured is kept, in the local cloud's folder.
FILE = "saga-times.json"
MILLION = 1_000_000
# List prices of us-east-1, looked up on 2026-11-20: https://aws.amazon.com/step-functions/pricing/
EXPRESS_REQUEST_USD = 0.000001
EXPRESS_GB_SECOND_USD = 0.00001667
# What AWS bills is rounded up to 100 ms and to 64 MB; a small saga is taken to fit into 64 MB.
EXPRESS_GB = 64 / 1024
WAYS = ("STANDARD", "EXPRESS")


@dataclass(frozen=True)
class Times:
    """What was measured of one type of workflow.

    Attributes:
        confirmed: for each order the seconds from its placing to OrderConfirmed, by the events' own times.
        paid: the same to PaymentCaptured: about as long as its saga took.
        transitions: for each order the state transitions of its run; empty where nobody tells them.
    """

    confirmed: tuple[float, ...]
    paid: tuple[float, ...]
    transitions: tuple[int, ...]

    def usd_for_a_million(self, saga_type: str) -> float:
        """What Step Functions would ask for a million such orders, logs and functions not included."""
        if saga_type == "STANDARD":
            return sum(self.transitions) / len(self.transitions) * saga_history.TRANSITION_USD * MILLION
        billed = [ceil(seconds * 10) / 10 for seconds in self.paid]
        seconds = sum(billed) / len(billed)
        return (EXPRESS_REQUEST_USD + seconds * EXPRESS_GB * EXPRESS_GB_SECOND_USD) * MILLION


def measure(console: Console, aws: Aws, stack: Stack, shop: Shop, orders: int) -> Times:
    """Place so many orders, one after the other, each when the last one is through; one more before, to warm up.

    Raises:
        LocalCloudError: an order was not confirmed.
    """
    _confirmed_order(shop)
    told = []
    with console.status("") as line:
        for number in range(1, orders + 1):
            line.update(f"Order {number} of {orders}")
            told.append(_confirmed_order(shop))
    ids = [next(iter(events.values()))["subject"] for events in told]
    runs = [run for order_id in ids for run in saga_history.sagas_of(aws, stack, order_id)]
    return Times(
        confirmed=tuple(_seconds(events, "OrderConfirmed") for events in told),
        paid=tuple(_seconds(events, "PaymentCaptured") for events in told),
        transitions=tuple(run.transitions for run in runs),
    )


def read(file: Path) -> dict[str, Times]:
    """What was measured so far, by the type of workflow."""
    if not file.exists():
        return {}
    return {
        saga_type: Times(**{name: tuple(values) for name, values in times.items()})
        for saga_type, times in json.loads(file.read_text()).items()
    }


def write(file: Path, measured: Mapping[str, Times]) -> None:
    """Keep what was measured: it outlasts the emulator, which starts afresh for another type of workflow."""
    file.write_text(json.dumps({saga_type: asdict(times) for saga_type, times in measured.items()}, indent=2) + "\n")


def show(console: Console, measured: Mapping[str, Times]) -> None:
    """Print what was measured of each type, side by side, and how to measure what is missing."""
    table = Table(box=None, padding=(0, 2), header_style="dim")
    table.add_column("")
    for saga_type in WAYS:
        table.add_column(saga_type, justify="right")
    rows: dict[str, Callable[[str, Times], str]] = {
        "orders": lambda _, times: str(len(times.confirmed)),
        "placed to confirmed, half of them within": lambda _, times: f"{share(times.confirmed, 0.5):.2f} s",
        "nine of ten within": lambda _, times: f"{share(times.confirmed, 0.9):.2f} s",
        "placed to paid, half of them within": lambda _, times: f"{share(times.paid, 0.5):.2f} s",
        "state transitions of an order": lambda _, times: (
            f"{_mean(times.transitions):.1f}" if times.transitions else "-"
        ),
        "Step Functions, a million orders": lambda kind, times: f"${times.usd_for_a_million(kind):.2f}",
    }
    for heading, cell in rows.items():
        table.add_row(heading, *(cell(kind, measured[kind]) if kind in measured else "" for kind in WAYS))
    console.print(table)
    for missing in (kind for kind in WAYS if kind not in measured):
        console.print(f"\nThe other one: make up SAGA_TYPE={missing}, and then make measure-sagas")


def share(seconds: Sequence[float], part: float) -> float:
    """The shortest time within which `part` of all are done."""
    return sorted(seconds)[ceil(part * len(seconds)) - 1]


def _confirmed_order(shop: Shop) -> dict[str, Json]:
    """Place an order and see it through; return its events by their types."""
    order_id = shop.place_order(draft_order(shop.products(), GOOD_CARD, quantity=1))["order_id"]
    *_, last = follow(shop, order_id)
    if last.status != "CONFIRMED":
        raise LocalCloudError(
            f"Order {order_id} is {last.status}, and was to be CONFIRMED: make history ORDER={order_id}"
        )
    return {event["type"]: event for event in last.events}


def _seconds(events: Mapping[str, Json], until: str) -> float:
    return round((happened_at(events[until]) - happened_at(events["OrderPlaced"])).total_seconds(), 3)


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers)
