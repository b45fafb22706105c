"""What a participant's work leaves behind: the sources, the deployed stack, and the orders of its customers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tools.local_cloud.aws import Aws
from tools.local_cloud.sign_in import id_token
from tools.local_cloud.stack import Stack
from tools.terminal.shop import Json, Shop

CUSTOMERS = ("alice", "bob")


@dataclass(frozen=True)
class Evidence:
    """Where a lab's check looks. Nothing is asked for before a check needs it."""

    root: Path
    stack: Stack

    @cached_property
    def aws(self) -> Aws:
        """The services that the stack is deployed to."""
        return Aws(self.stack.emulator_url)

    @cached_property
    def orders(self) -> list[Json]:
        """Every order of the seeded customers, as `GET /orders/{order_id}` shows it."""
        found: list[Json] = []
        for name in CUSTOMERS:
            with Shop(self.stack.api_url, id_token(self.stack, self.stack.users[name])) as shop:
                views = (shop.order(order["order_id"]) for order in shop.orders())
                found += [view for view in views if view]
        return found

    @cached_property
    def resources(self) -> dict[str, str]:
        """The physical id of each of the stack's resources, by its name in template.yaml."""
        pages = self.aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.stack.stack_name)
        return {
            resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
            for page in pages
            for resource in page["StackResourceSummaries"]
        }

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of the table of this name in template.yaml; none, where there is no such table."""
        if table not in self.resources:
            return []
        pages = self.aws.dynamodb.get_paginator("scan").paginate(TableName=self.resources[table])
        plain = TypeDeserializer().deserialize
        return [{name: plain(value) for name, value in item.items()} for page in pages for item in page["Items"]]


def one_tells(orders: Iterable[Json], **wanted: str) -> bool:
    """Whether one of the orders' views says all of `wanted`: its `status`, `reason`, the status of its `stock`,
    `payment` and `shipment`, and the `payment_reason`."""
    return any(wanted.items() <= _story(order).items() for order in orders)


def types_of_events(order: Json) -> list[str]:
    """What happened to an order, by its view."""
    return [event["type"] for event in order["timeline"]]


def _story(order: Json) -> dict[str, str]:
    """What `one_tells` looks at, on one level."""
    parts = {name: order.get(name) or {} for name in ("stock", "payment", "shipment")}
    story = {name: part.get("status", "") for name, part in parts.items()}
    return story | {
        "status": order["status"],
        "reason": order.get("reason") or "",
        "payment_reason": parts["payment"].get("reason", ""),
    }
