"""The checks at the end of the fault lane: each order, then the tables as a whole.

The checks compare the placed orders with the tables, the sandbox providers' own records, the tasks and the emails. A
service's own status is never used as the expected value, because a wrong status can agree with a wrong event.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from order_email import SUBJECTS
from tests.e2e.shop import Json, Shop

CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
# The decisions of an order. The customer gets an email about each.
DECISIONS = set(SUBJECTS)
# The key prefixes of the sandbox providers' records, which are in the services' tables.
PROVIDER_PREFIXES = ("sandbox-gateway#", "sandbox-carrier#")


@dataclass(frozen=True)
class PlacedOrder:
    """An accepted order.

    Attributes:
        number: Its position in the sequence of orders.
        sku: The ordered product.
        quantity: The ordered quantity.
        total: The total in minor units.
        ends: The possible ends: CONFIRMED, or reasons of a rejection.
    """

    number: int
    sku: str
    quantity: int
    total: int
    ends: frozenset[str]


@dataclass
class EndState:
    """The state of the shop after all orders have ended.

    Attributes:
        shop: The deployed shop.
        stock: The pieces of each product at the start, by SKU.
        orders: The accepted orders, by id.
        cancelled: The orders whose cancellation was accepted. No other order may be cancelled.
        sold: The pieces of confirmed orders, by SKU.
        failed_steps: The failed steps of each order that needs attention, by order id.
    """

    shop: Shop
    stock: Mapping[str, int]
    orders: Mapping[str, PlacedOrder]
    cancelled: set[str]
    sold: Counter[str] = field(default_factory=Counter)
    failed_steps: dict[str, list[str]] = field(default_factory=dict)

    def differences(self) -> list[str]:
        """Return a sentence for each difference."""
        self.sold.clear()
        self.failed_steps.clear()
        emails = self.shop.emails("Order ")
        found = [
            f"order {order.number} ({order_id}): {difference}"
            for order_id, order in self.orders.items()
            for difference in self._of_order(order_id, order, emails)
        ]
        return found + list(self._of_shop())

    def _of_order(self, order_id: str, order: PlacedOrder, emails: list[Json]) -> Iterator[str]:
        events = self.shop.own_events(order_id)
        decisions = [event for event in events if event["type"] in DECISIONS]
        if len(decisions) != 1:
            yield f"it has {len(decisions)} decisions"
            return
        (decision,) = decisions
        end = decision["data"].get("reason") or decision["data"]["status"]
        if end not in (allowed := {CANCELLED} if order_id in self.cancelled else order.ends):
            yield f"its end is {end}, not {' or '.join(sorted(allowed))}"
        last = events[-1]
        needs_attention = last["type"] == "OrderNeedsAttention"
        if needs_attention:
            self.failed_steps[order_id] = last["data"]["failed_steps"]
        if needs_attention == self.shop.is_settled(order_id):
            yield (
                "it is settled, but needs attention" if needs_attention else "it is not settled, and needs no attention"
            )
        if (shown := self.shop.operator.get(f"/orders/{order_id}").json().get("status")) != last["data"]["status"]:
            yield f"the API shows {shown}, not {last['data']['status']}"
        subjects = [email["Subject"] for email in emails if order_id in email["BodyText"]]
        if subjects != [SUBJECTS[decision["type"]]]:
            yield f"the emails are {subjects}, not one about {decision['type']}"
        yield from self._of_consequences(order_id, order, is_confirmed=end == CONFIRMED)

    def _of_consequences(self, order_id: str, order: PlacedOrder, *, is_confirmed: bool) -> Iterator[str]:
        """Compare stock, payment and shipment, at the services and at their providers, with the decision."""
        failed = self.failed_steps.get(order_id, [])
        if is_confirmed:
            self.sold[order.sku] += order.quantity
            money_state = "held" if "CapturePayment" in failed else "captured"
            payment, money = "AUTHORIZED" if "CapturePayment" in failed else "CAPTURED", {money_state: order.total}
            states, at_carrier = ("RESERVED", payment, "BOOKED"), {"BOOKED"}
        else:
            payment, money = ("VOIDING", {"held": order.total}) if "VoidPayment" in failed else ("UNDONE", {})
            states, at_carrier = ("UNDONE", payment, "UNDONE"), {"NOTHING", "CANCELLED"}
        keys = {"Inventory": "subject", "Payments": "order_id", "Shipping": "order_id"}
        found = tuple(self.shop.item(table, **{key: order_id}).get("status") for table, key in keys.items())
        if found != states:
            yield f"stock, payment and shipment are {found}, not {states}"
        if (at_gateway := self.shop.money(order_id)) != (wanted := {"captured": 0, "held": 0} | money):
            yield f"the gateway has {at_gateway}, not {wanted}"
        if (booked := self.shop.booked_at_carrier(order_id)) not in at_carrier:
            yield f"the carrier has {booked}, not {' or '.join(sorted(at_carrier))}"

    def _of_shop(self) -> Iterator[str]:
        for sku, stock in self.stock.items():
            if (available := self.shop.available(sku)) != stock - self.sold[sku]:
                yield f"{sku}: of {stock} pieces, {self.sold[sku]} are sold and {available} are available"
        for table, ids in self._order_ids_by_table().items():
            if unknown := ids - self.orders.keys():
                yield f"{table} has unknown orders: {sorted(unknown)}"
        with_task = sorted(task["order_id"] for task in self.shop.open_tasks())
        if with_task != sorted(self.failed_steps):
            yield f"open tasks are of {with_task}, but the orders that need attention are {sorted(self.failed_steps)}"
        permits = {
            order_id for item in self.shop.items_of("Orders") for order_id in item.get("permits", {})
        } - self.failed_steps.keys()
        if permits:
            yield f"permits are held by {sorted(permits)}"

    def _order_ids_by_table(self) -> dict[str, set[str]]:
        """Return the order ids in each table, including the providers' records."""
        known = {
            "Orders": {item["order_id"] for item in self.shop.items_of("Orders") if item["sequence"]},
            "Inventory": {item["subject"] for item in self.shop.items_of("Inventory") if "status" in item},
        }
        for table in ("Payments", "Shipping"):
            known[table] = {_order_id(item["order_id"]) for item in self.shop.items_of(table)}
        return known


def _order_id(key: str) -> str:
    for prefix in PROVIDER_PREFIXES:
        key = key.removeprefix(prefix)
    return key
