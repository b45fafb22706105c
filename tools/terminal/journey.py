"""Follow an order from its placing to its end, by the events that the API shows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.generator import event_catalogue
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.shop import Json, Shop

# The order's longest way: a gateway that stays down, with all retries and compensations.
DEADLINE_SECONDS = 300
QUIET_SECONDS = 1.5
POLL_SECONDS = 0.2

EVENTS_OF_CONFIRMED = event_catalogue.events_of_every_confirmed_order()
COMPENSATIONS = event_catalogue.compensations()


@dataclass(frozen=True)
class Sight:
    """What is known of an order's journey at one moment: its events so far, in the order of their times."""

    events: tuple[Json, ...]

    @property
    def status(self) -> str:
        """The order's status, as the last of its own events tells it."""
        return str(self._last_of_order.get("status", "PLACED"))

    @property
    def reason(self) -> str | None:
        """Why the order was refused; None where it was not."""
        return self._last_of_order.get("reason")

    @property
    def events_of_order(self) -> list[Json]:
        """The order's own events, which tell its status."""
        return [event for event in self.events if event["source"] == "orders"]

    @property
    def _last_of_order(self) -> Json:
        own = self.events_of_order
        return dict(max(own, key=lambda event: int(event["sequence"]), default={"data": {}})["data"])

    @property
    def has_gaps(self) -> bool:
        """Whether an event is still on its way that another of the same service has overtaken."""
        newest: dict[str, int] = {}
        for event in self.events:
            newest[event["source"]] = max(newest.get(event["source"], 0), int(event["sequence"]))
        return sum(newest.values()) > len(self.events)

    @property
    def order_id(self) -> str:
        """The order's id; there has to be an event."""
        return str(self.events[0]["correlationid"])

    @property
    def waits_for_a_person(self) -> bool:
        return self.status in ("IN_REVIEW", "NEEDS_ATTENTION")

    @property
    def types(self) -> frozenset[str]:
        return frozenset(event["type"] for event in self.events)

    @property
    def is_whole(self) -> bool:
        """Whether the order has ended and its consequences are here.

        For an order that is not confirmed this may hold too early: an event of something that
        has to be undone can still be on its way. So wait for some quiet, too.
        """
        if self.has_gaps:
            return False
        match self.status:
            case "CONFIRMED":
                return self.types >= EVENTS_OF_CONFIRMED
            case "REJECTED" | "CANCELLED":
                return all(undo in self.types for done, undo in COMPENSATIONS.items() if done in self.types)
            case "NEEDS_ATTENTION" | "IN_REVIEW":
                return True
            case _:
                return False

    def seconds(self, event: Json) -> float:
        """When `event` happened, counted from the placing."""
        return (happened_at(event) - happened_at(self.events[0])).total_seconds()


def draft_order(
    products: list[Json],
    payment_method: str,
    postal_code: str = "10115",
    quantity: int | None = None,
    sku: str | None = None,
) -> Json:
    """An order as alice would place it: two products that are in stock, or `quantity` of one.

    Args:
        sku: order `quantity`, or one, of this product instead; of several, split by commas.

    Raises:
        LocalCloudError: there is nothing left to sell, or no product `sku`.
    """
    wanted = sku.split(",") if sku else []
    for unknown in set(wanted) - {product["sku"] for product in products}:
        raise LocalCloudError(f"There is no product {unknown}. There are: {', '.join(p['sku'] for p in products)}")
    available = sorted((p for p in products if p["available"] > 1), key=lambda p: -int(p["available"]))
    if not available:
        raise LocalCloudError(
            "Everything is sold out. `make down up` starts with full shelves; in AWS an operator stocks products."
        )
    chosen = wanted or [product["sku"] for product in (available[:1] if quantity else available[:2])]
    return {
        "items": [{"sku": each, "quantity": quantity or 1} for each in chosen],
        "payment_method": payment_method,
        "shipping_address": {
            "name": "Alice Example",
            "line1": "1 Main Street",
            "city": "Berlin",
            "postal_code": postal_code,
            "country": "DE",
        },
    }


def follow(shop: Shop, order_id: str, deadline_seconds: float = DEADLINE_SECONDS, *, after: int = 0) -> Iterator[Sight]:
    """Each new sight of the order, until it has ended with all its consequences.

    Args:
        after: of an order that has come to rest with so many events of its own, wait for the next of them.

    Raises:
        LocalCloudError: the order has not ended at the deadline.
    """
    deadline = time.monotonic() + deadline_seconds
    sight = Sight(())
    changed = time.monotonic()
    while True:
        now = Sight(tuple(sorted(shop.events(order_id), key=_place_in_timeline)))
        if now != sight:
            sight, changed = now, time.monotonic()
            yield sight
        quiet = time.monotonic() - changed
        if (
            len(sight.events_of_order) > after
            and sight.is_whole
            and (sight.status == "CONFIRMED" or quiet > QUIET_SECONDS)
        ):
            return
        if time.monotonic() > deadline:
            raise LocalCloudError(_stuck(order_id, sight, deadline_seconds))
        time.sleep(POLL_SECONDS)


def _stuck(order_id: str, sight: Sight, seconds: float) -> str:
    last = f"the last event seen is {sight.events[-1]['type']}" if sight.events else "no event has been seen"
    suspects = {
        0: "RelayEventsFunction or ProjectEventsFunction (no event reached the view)",
        1: "StartFulfilmentFunction (the saga has not begun)",
    }
    where = suspects.get(len(sight.events), "the saga's next step")
    return (
        f"Order {order_id} is {sight.status} after {seconds:.0f} s; {last}.\n"
        f"Where it may be stuck: {where}.\n"
        "  make status    shows queues with messages left, dead letters among them\n"
        "  make logs      shows what the functions say"
    )


def _place_in_timeline(event: Json) -> tuple[Any, ...]:
    return (happened_at(event), event["source"], int(event["sequence"]))


def happened_at(event: Json) -> datetime:
    """The time that the event carries."""
    return datetime.fromisoformat(event["time"])
