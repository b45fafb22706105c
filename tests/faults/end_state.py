"""The checks at the end of the fault lane: each order, then the tables as a whole.

The checks compare the placed orders with the tables, the sandbox providers' own records, the tasks and the emails. A
service's own status is never used as the expected value, because a wrong status can agree with a wrong event.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from order_email import LOST_PARCEL_SUBJECTS, SUBJECTS
from tests.e2e.shop import Json, Shop

CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
# The decisions of an order. The customer gets an email about each.
DECISIONS = {"OrderConfirmed", "OrderRejected", "OrderCancelled"}
# What a carrier reports, and the resulting event. A later movement in this list replaces an earlier one.
MOVED = {"dispatched": "ShipmentDispatched", "lost": "ShipmentLost", "delivered": "ShipmentDelivered"}


@dataclass(frozen=True)
class PlacedOrder:
    """An accepted order.

    Attributes:
        number: Its position in the sequence of orders.
        sku: The ordered product.
        quantity: The ordered quantity.
        total: The total in minor units.
        ends: The possible ends: CONFIRMED, or reasons of a rejection. The customer's answer at the bank restricts them.
    """

    number: int
    sku: str
    quantity: int
    total: int
    ends: frozenset[str]


@dataclass(frozen=True)
class RequestedReturn:
    """A requested return, or the refund of a lost parcel, and what the operators did with it.

    Attributes:
        order_id: Its order.
        quantity: The number of pieces. 0 for a lost parcel.
        amount: The refund in minor units.
        is_approved: Whether an operator approved it.
        restocks: Whether the operator wants the pieces back in stock.
        is_by_hand: Whether an operator paid the money back by other means.
    """

    order_id: str
    quantity: int
    amount: int
    is_approved: bool = False
    restocks: bool = False
    is_by_hand: bool = False


@dataclass
class EndState:
    """The state of the shop after all orders have ended.

    Attributes:
        shop: The deployed shop.
        stock: The pieces of each product at the start, by SKU.
        orders: The accepted orders, by id.
        returns: The accepted requests of returns, by id.
        cancelled: The orders whose cancellation was accepted. No other order may be cancelled.
        moved: The movements that the carrier reported, by order id.
        sold: The pieces of confirmed orders that were not restocked after a return, by SKU.
        failed_steps: The failed steps of each order that needs attention, by order id.
        unrefunded: The order of each return that needs attention, by return id.
    """

    shop: Shop
    stock: Mapping[str, int]
    orders: Mapping[str, PlacedOrder]
    returns: Mapping[str, RequestedReturn]
    cancelled: set[str]
    moved: Mapping[str, tuple[str, ...]]
    sold: Counter[str] = field(default_factory=Counter)
    failed_steps: dict[str, list[str]] = field(default_factory=dict)
    unrefunded: dict[str, str] = field(default_factory=dict)

    def differences(self) -> list[str]:
        """Return a sentence for each difference."""
        self.sold.clear()
        self.failed_steps.clear()
        self.unrefunded.clear()
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
        yield from self._of_consequences(order_id, order, is_confirmed=end == CONFIRMED)
        yield from self._of_parcel(order_id, is_confirmed=end == CONFIRMED)
        yield from self._of_returns(order_id, order)
        for table in ("Shipping", "Returns"):
            events += self.shop.item(table, order_id=order_id).get("events", [])
        wanted = sorted(_subject(event) for event in events if event["type"] in SUBJECTS)
        if wanted != (mailed := sorted(each["Subject"] for each in emails if order_id in each["BodyText"])):
            yield f"the emails are {mailed}, not {wanted}"

    def _of_consequences(self, order_id: str, order: PlacedOrder, *, is_confirmed: bool) -> Iterator[str]:
        """Compare stock, payment and shipment, at the services and at their providers, with the decision."""
        failed = self.failed_steps.get(order_id, [])
        if is_confirmed:
            self.sold[order.sku] += order.quantity
            money_state = "held" if "CapturePayment" in failed else "captured"
            payment, money = "AUTHORIZED" if "CapturePayment" in failed else "CAPTURED", {money_state: order.total}
            shipment = (self._last_movement(order_id) or "booked").upper()
            states, at_carrier = ("RESERVED", payment, shipment), {"BOOKED"}
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

    def _of_parcel(self, order_id: str, *, is_confirmed: bool) -> Iterator[str]:
        """Compare the events of the parcel with the movements that the carrier reported."""
        reported = self.moved.get(order_id, ())
        events = self.shop.item("Shipping", order_id=order_id).get("events", [])
        found = Counter(event["type"] for event in events if event["type"] in MOVED.values())
        if found - Counter(MOVED[movement] for movement in set(reported)):
            yield f"the parcel has the events {dict(found)}, but the carrier reported {reported}"
        last = self._last_movement(order_id) if is_confirmed else None
        if last and not found[MOVED[last]]:
            yield f"the parcel has the events {dict(found)}, without {MOVED[last]}"
        shown = (self.shop.operator.get(f"/orders/{order_id}").json().get("shipment") or {}).get("status")
        if is_confirmed and shown != (last or "booked").upper():
            yield f"the API shows the shipment {shown}, not {(last or 'booked').upper()}"

    def _last_movement(self, order_id: str) -> str | None:
        """Return the reported movement that replaces all others, regardless of their order."""
        return max(self.moved.get(order_id, ()), key=list(MOVED).index, default=None)

    def _of_returns(self, order_id: str, order: PlacedOrder) -> Iterator[str]:
        """Compare each return, the refunds at the gateway, and what the API shows, with the operators' decisions."""
        stored = {each["return_id"]: each for each in self.shop.item("Returns", order_id=order_id).get("returns", [])}
        requested = {name: each for name, each in self.returns.items() if each.order_id == order_id}
        if stored.keys() != requested.keys():
            yield f"the returns are {sorted(stored)}, not {sorted(requested)}"
            return
        refunded = refunded_by_provider = 0
        for return_id, each in requested.items():
            needs_attention = "attention" in stored[return_id]
            if needs_attention:
                self.unrefunded[return_id] = order_id
            elif each.is_approved:
                refunded += each.amount
                refunded_by_provider += 0 if each.is_by_hand else each.amount
                self.sold[order.sku] -= each.quantity if each.restocks else 0
            status = "REFUSED" if not each.is_approved else "ACCEPTED" if needs_attention else "COMPLETED"
            if (found := stored[return_id]["status"]) != status:
                yield f"the return {return_id} is {found}, not {status}"
        if (at_gateway := self.shop.refunded_at_gateway(order_id)) != refunded_by_provider:
            yield f"the gateway has refunded {at_gateway}, not {refunded_by_provider}"
        document = self.shop.operator.get(f"/orders/{order_id}").json()
        if (shown := document.get("refunded", 0)) != refunded:
            yield f"the API shows {shown} refunded, not {refunded}"
        if {each["return_id"]: each["status"] for each in document["returns"]} != {
            name: each["status"] for name, each in stored.items()
        }:
            yield f"the API shows the returns {document['returns']}"

    def _of_shop(self) -> Iterator[str]:
        for sku, stock in self.stock.items():
            if (available := self.shop.available(sku)) != stock - self.sold[sku]:
                yield f"{sku}: of {stock} pieces, {self.sold[sku]} are sold and {available} are available"
        for table, ids in self._order_ids_by_table().items():
            if unknown := ids - self.orders.keys():
                yield f"{table} has unknown orders: {sorted(unknown)}"
        with_task = sorted(task["order_id"] for task in self.shop.open_tasks())
        if with_task != (needing := sorted([*self.failed_steps, *self.unrefunded.values()])):
            yield f"open tasks are of {with_task}, but the orders that need attention are {needing}"
        if waiting := [each["delivery"] for each in self.shop.items_of("WebhookInbox") if "queued_at" not in each]:
            yield f"stored webhooks are not queued: {waiting}"
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
        for table in ("Payments", "Shipping", "Returns"):
            known[table] = {item["order_id"] for item in self.shop.items_of(table)}
        # The keys are `gateway#{order_id}` and `carrier#{order_id}`.
        known["Sandbox"] = {item["record"].partition("#")[2] for item in self.shop.items_of("Sandbox")}
        return known


def _subject(event: Json) -> str:
    """Return the subject of the email about an event. The refund of a lost parcel has no items."""
    is_lost_parcel = event["type"].startswith("Return") and not event["data"]["items"]
    subjects = SUBJECTS | LOST_PARCEL_SUBJECTS if is_lost_parcel else SUBJECTS
    return subjects[event["type"]]
