"""What the checks of the labs inspect (the sources, the stack, the orders of its customers), and what they return."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tools.local_cloud import resources
from tools.local_cloud.aws import Aws
from tools.local_cloud.sign_in import shop_as
from tools.local_cloud.stack import Stack
from tools.terminal.shop import Json

CUSTOMERS = ("alice", "bob")


@dataclass(frozen=True)
class Step:
    """A step of a lab: its text, whether it is done, and a hint for completing it."""

    text: str
    done: bool
    hint: str


@dataclass(frozen=True)
class LabState:
    """The state of a participant's work. Each part is loaded when a check first needs it."""

    root: Path
    stack: Stack

    @cached_property
    def aws(self) -> Aws:
        """The clients of the emulator."""
        return Aws(self.stack.emulator_url)

    @cached_property
    def orders(self) -> list[Json]:
        """Every order of the seeded customers, as `GET /orders/{order_id}` shows it."""
        orders: list[Json] = []
        for name in CUSTOMERS:
            with shop_as(self.stack, name) as shop:
                views = (shop.order(order["order_id"]) for order in shop.orders())
                orders += [view for view in views if view]
        return orders

    @cached_property
    def resources(self) -> dict[str, str]:
        """The physical id of each resource of the stack, by its logical id in template.yaml."""
        return {each.logical_id: each.physical_id for each in resources.of_stack(self.aws)}

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all items of the table with this logical id, or none if the stack has no such table."""
        if table not in self.resources:
            return []
        pages = self.aws.dynamodb.get_paginator("scan").paginate(TableName=self.resources[table])
        plain = TypeDeserializer().deserialize
        return [{name: plain(value) for name, value in item.items()} for page in pages for item in page["Items"]]


def any_order_has(orders: Iterable[Json], **wanted: str) -> bool:
    """Return whether one of the orders has all the `wanted` values.

    Args:
        orders: Orders as the API returns them.
        wanted: Expected values of `status`, `reason` and `payment_reason`, and the expected status of `stock`,
            `payment` and `shipment`.
    """
    return any(wanted.items() <= _flattened(order).items() for order in orders)


def types_of_events(order: Json) -> list[str]:
    """Return the types of an order's events, in order."""
    return [event["type"] for event in order["timeline"]]


def _flattened(order: Json) -> dict[str, str]:
    parts = {name: order.get(name) or {} for name in ("stock", "payment", "shipment")}
    statuses = {name: part.get("status", "") for name, part in parts.items()}
    return statuses | {
        "status": order["status"],
        "reason": order.get("reason") or "",
        "payment_reason": parts["payment"].get("reason", ""),
    }
