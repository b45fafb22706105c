"""Track an order until its saga has finished, by polling the events that the API returns."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.generator import event_catalogue
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.shop import Json, Shop

# Longer than the slowest saga: a payment gateway that stays down, with all retries and compensations.
DEADLINE_SECONDS = 300
QUIET_SECONDS = 1.5
POLL_SECONDS = 0.2
GOOD_CARD = "pm_card_visa"

EVENTS_OF_CONFIRMED = event_catalogue.events_of_every_confirmed_order()
COMPENSATIONS = event_catalogue.compensations()


@dataclass(frozen=True)
class Snapshot(ABC):
    """Events that the API has returned so far, in chronological order."""

    events: tuple[Json, ...]

    @property
    @abstractmethod
    def status(self) -> str:
        """The status after these events."""

    @property
    @abstractmethod
    def reason(self) -> str | None:
        """The reason of a negative decision, else None."""

    @property
    def order_id(self) -> str:
        """The order's id. The snapshot must hold at least one event."""
        return str(self.events[0]["correlationid"])

    @property
    def return_id(self) -> str | None:
        """The id of the return. None if these are the events of an order."""
        return None

    @property
    def waits_for_operator(self) -> bool:
        return self.status in ("IN_REVIEW", "REQUESTED", "NEEDS_ATTENTION")

    @property
    def types(self) -> frozenset[str]:
        return frozenset(event["type"] for event in self.events)

    def seconds(self, event: Json) -> float:
        """Return the seconds from the first event to `event`."""
        return (happened_at(event) - happened_at(self.events[0])).total_seconds()


@dataclass(frozen=True)
class OrderSnapshot(Snapshot):
    """The events of one order that the API has returned so far, in chronological order."""

    @property
    def status(self) -> str:
        """The order's status, from the newest event of the orders service."""
        return str(self._last_of_order.get("status", "PLACED"))

    @property
    def reason(self) -> str | None:
        """The reason of a rejection or cancellation, else None."""
        return self._last_of_order.get("reason")

    @property
    def order_events(self) -> list[Json]:
        """The events of the orders service. They carry the order's status."""
        return [event for event in self.events if event["source"] == "orders"]

    @property
    def _last_of_order(self) -> Json:
        own = self.order_events
        return dict(max(own, key=lambda event: int(event["sequence"]), default={"data": {}})["data"])

    @property
    def has_gaps(self) -> bool:
        """Whether an event is missing although a later event of the same service has arrived."""
        newest: dict[str, int] = {}
        for event in self.events:
            newest[event["source"]] = max(newest.get(event["source"], 0), int(event["sequence"]))
        return sum(newest.values()) > len(self.events)

    @property
    def is_complete(self) -> bool:
        """Whether the saga has finished or waits for an operator or the payment, and its last events have arrived.

        For an order that is not confirmed this can be True too early, because the event of a step that needs a
        compensation may still be in transit. Callers also wait until no new event arrives for `QUIET_SECONDS`.
        """
        if self.has_gaps:
            return False
        match self.status:
            case "CONFIRMED":
                return self.types >= EVENTS_OF_CONFIRMED
            case "REJECTED" | "CANCELLED":
                return all(undo in self.types for step, undo in COMPENSATIONS.items() if step in self.types)
            case "AWAITING_PAYMENT":
                return "PaymentActionRequired" in self.types
            case "NEEDS_ATTENTION" | "IN_REVIEW":
                return True
            case _:
                return False


def payment_hint(order_id: str) -> str:
    """Return what to do about an order that awaits its payment."""
    return (
        f"The customer must confirm the payment at the bank. To approve it: make pay ORDER={order_id}\n"
        f"To decline it: make pay ORDER={order_id} DECLINE=1"
    )


def draft_order(
    products: list[Json],
    payment_method: str,
    postal_code: str = "10115",
    quantity: int | None = None,
    sku: str | None = None,
) -> Json:
    """Return the body of `POST /orders` for the example customer alice.

    Args:
        products: The products of the shop, as `GET /products` returns them.
        payment_method: The token of a sandbox card.
        postal_code: The postal code of the shipping address.
        quantity: The quantity of each line, by default 1.
        sku: SKUs, separated by commas. By default the product with the most stock, or two if `quantity` is None.

    Raises:
        LocalCloudError: Everything is sold out, or there is no product `sku`.
    """
    wanted = sku.split(",") if sku else []
    for unknown in set(wanted) - {product["sku"] for product in products}:
        raise LocalCloudError(f"There is no product {unknown}. Products: {', '.join(p['sku'] for p in products)}")
    available = sorted((p for p in products if p["available"] > 0), key=lambda p: -int(p["available"]))
    if not available:
        raise LocalCloudError(
            "Everything is sold out. `make down up` starts with new stock. On AWS, an operator must add stock."
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


def follow_order(
    shop: Shop, order_id: str, deadline_seconds: float = DEADLINE_SECONDS, *, after: int = 0
) -> Iterator[OrderSnapshot]:
    """Yield a snapshot for each new event, until the order's saga has finished.

    Args:
        shop: The API, called by someone who may read the order.
        order_id: The order to track.
        deadline_seconds: How long to wait for the saga.
        after: The number of orders-service events that are known already. The saga counts as finished only when
            there are more, so a caller can wait for the effect of an operator's decision.

    Raises:
        LocalCloudError: The saga has not finished at the deadline.
    """
    deadline = time.monotonic() + deadline_seconds
    snapshot = OrderSnapshot(())
    changed = time.monotonic()
    while True:
        current = OrderSnapshot(tuple(sort_events(shop.events(order_id))))
        if current != snapshot:
            snapshot, changed = current, time.monotonic()
            yield snapshot
        quiet = time.monotonic() - changed
        if (
            len(snapshot.order_events) > after
            and snapshot.is_complete
            and (snapshot.status == "CONFIRMED" or quiet > QUIET_SECONDS)
        ):
            return
        if time.monotonic() > deadline:
            raise LocalCloudError(_stuck(order_id, snapshot, deadline_seconds))
        time.sleep(POLL_SECONDS)


def place_confirmed_order(shop: Shop) -> OrderSnapshot:
    """Order one item, wait until the order is confirmed and all its events have arrived, and return them.

    Raises:
        LocalCloudError: Everything is sold out, the order is not confirmed, or its saga has not finished in time.
    """
    order_id = str(shop.place_order(draft_order(shop.products(), GOOD_CARD, quantity=1))["order_id"])
    *_, last = follow_order(shop, order_id)
    if last.status != "CONFIRMED":
        why = f" ({last.reason})" if last.reason else ""
        raise LocalCloudError(f"Order {order_id} should be CONFIRMED, but it is {last.status}{why}.")
    return last


def _stuck(order_id: str, snapshot: OrderSnapshot, seconds: float) -> str:
    last = f"the last event seen is {snapshot.events[-1]['type']}" if snapshot.events else "no event has been seen"
    suspects = {
        0: "RelayEventsFunction or ProjectEventsFunction (no event reached the view)",
        1: "StartFulfilmentFunction (the saga has not started)",
    }
    where = suspects.get(len(snapshot.events), "the saga's next step")
    return (
        f"Order {order_id} is {snapshot.status} after {seconds:.0f} s; {last}.\n"
        f"Probable cause: {where}.\n"
        "  make status    shows the queues that still hold messages, including dead letters\n"
        "  make logs      shows the logs of the functions"
    )


def sort_events(events: Iterable[Json]) -> list[Json]:
    """Return the events in chronological order."""
    return sorted(events, key=lambda event: (happened_at(event), event["source"], int(event["sequence"])))


def happened_at(event: Json) -> datetime:
    """Return the event's time."""
    return datetime.fromisoformat(event["time"])
