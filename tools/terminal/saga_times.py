"""Measure the duration and the price of sagas, for the deployed workflow type (Standard or Express)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from statistics import fmean

from rich.console import Console
from rich.table import Table

from tools.local_cloud.aws import Aws
from tools.local_cloud.stack import Stack
from tools.terminal import saga_history
from tools.terminal.order_tracking import OrderSnapshot, place_confirmed_order
from tools.terminal.shop import Shop

# The measurements, in the state directory of the local cloud.
FILE = "saga-times.json"
MILLION = 1_000_000
# List prices in us-east-1, on 2026-11-20: https://aws.amazon.com/step-functions/pricing/
EXPRESS_REQUEST_USD = 0.000001
EXPRESS_GB_SECOND_USD = 0.00001667
# AWS rounds up to 100 ms and to 64 MB. The saga is assumed to fit into 64 MB.
EXPRESS_GB = 64 / 1024
SAGA_TYPES = ("STANDARD", "EXPRESS")


@dataclass(frozen=True)
class Times:
    """The measurements of one workflow type.

    Attributes:
        confirmed: For each order, the seconds from OrderPlaced to OrderConfirmed, by the times in the events.
        paid: For each order, the seconds from OrderPlaced to PaymentCaptured. About the duration of the saga.
        transitions: For each order, the state transitions of its saga. Empty for Express workflows, because Step
            Functions does not keep their history.
    """

    confirmed: tuple[float, ...]
    paid: tuple[float, ...]
    transitions: tuple[int, ...]

    def usd_for_a_million(self, saga_type: str) -> float:
        """Return the Step Functions price of a million such orders in US dollars, without logs and functions."""
        if saga_type == "STANDARD":
            return fmean(self.transitions) * saga_history.TRANSITION_USD * MILLION
        seconds = fmean(ceil(seconds * 10) / 10 for seconds in self.paid)
        return (EXPRESS_REQUEST_USD + seconds * EXPRESS_GB * EXPRESS_GB_SECOND_USD) * MILLION


def measure(console: Console, aws: Aws, stack: Stack, shop: Shop, orders: int) -> Times:
    """Place `orders` orders one after the other, each after the saga of the last has finished.

    Places one more order first, which warms up the functions and is not measured.

    Raises:
        LocalCloudError: An order was not confirmed.
    """
    place_confirmed_order(shop)
    measured = []
    with console.status("") as line:
        for number in range(1, orders + 1):
            line.update(f"Order {number} of {orders}")
            measured.append(place_confirmed_order(shop))
    runs = [run for order in measured for run in saga_history.sagas_of(aws, stack, order.order_id)]
    return Times(
        confirmed=tuple(_seconds_until("OrderConfirmed", order) for order in measured),
        paid=tuple(_seconds_until("PaymentCaptured", order) for order in measured),
        transitions=tuple(run.transitions for run in runs),
    )


def read(file: Path) -> dict[str, Times]:
    """Return the stored measurements by workflow type."""
    if not file.exists():
        return {}
    return {
        saga_type: Times(**{name: tuple(values) for name, values in times.items()})
        for saga_type, times in json.loads(file.read_text()).items()
    }


def write(file: Path, measured: Mapping[str, Times]) -> None:
    """Store the measurements. The emulator restarts for another workflow type, and the file survives that."""
    file.write_text(json.dumps({saga_type: asdict(times) for saga_type, times in measured.items()}, indent=2) + "\n")


def show(console: Console, measured: Mapping[str, Times]) -> None:
    """Print the measurements of both workflow types side by side, and how to measure the missing type."""
    table = Table(box=None, padding=(0, 2), header_style="dim")
    table.add_column("")
    for saga_type in SAGA_TYPES:
        table.add_column(saga_type, justify="right")
    rows: dict[str, Callable[[str, Times], str]] = {
        "orders": lambda _, times: str(len(times.confirmed)),
        "placed to confirmed, median": lambda _, times: f"{percentile(times.confirmed, 0.5):.2f} s",
        "placed to confirmed, 90th percentile": lambda _, times: f"{percentile(times.confirmed, 0.9):.2f} s",
        "placed to paid, median": lambda _, times: f"{percentile(times.paid, 0.5):.2f} s",
        "state transitions per order": lambda _, times: f"{fmean(times.transitions):.1f}" if times.transitions else "-",
        "Step Functions, per million orders": lambda kind, times: f"${times.usd_for_a_million(kind):.2f}",
    }
    for heading, cell in rows.items():
        table.add_row(heading, *(cell(kind, measured[kind]) if kind in measured else "" for kind in SAGA_TYPES))
    console.print(table)
    for missing in (kind for kind in SAGA_TYPES if kind not in measured):
        console.print(f"\nTo measure {missing} too: make up SAGA_TYPE={missing}, then make measure-sagas")


def percentile(seconds: Sequence[float], fraction: float) -> float:
    """Return the shortest time within which `fraction` (0 to 1) of all orders have finished."""
    return sorted(seconds)[ceil(fraction * len(seconds)) - 1]


def _seconds_until(kind: str, order: OrderSnapshot) -> float:
    """Return the seconds from OrderPlaced to the event of this type."""
    return round(next(order.seconds(event) for event in order.events if event["type"] == kind), 3)
