"""The checks at the end of the fault lane: each order by itself, then the tables as a whole.

The checks compare what was ordered with the tables, the sandbox providers' own books, the tasks and the letters. A
service's status is never the expected value, because a wrong status can agree with a wrong event and a wrong view.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from order_email import SUBJECTS
from tests.e2e.shop import Json, Shop

CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
# The decisions of an order, each with a letter to the customer.
DECISIONS = set(SUBJECTS)
# The key prefixes of the sandbox providers' books, which are in the services' tables.
BOOKS = ("sandbox-gateway#", "sandbox-carrier#")


@dataclass(frozen=True)
class Bought:
    """An accepted order. `number` is its position in the day; `ends` are CONFIRMED or reasons of a rejection."""

    number: int
    sku: str
    quantity: int
    total: int
    ends: frozenset[str]


@dataclass
class EndState:
    """The state of the shop after all orders have ended.

    Attributes:
        stock: How many pieces of each product there were at the start, by SKU.
        bought: The accepted orders, by id.
        cancelled: The orders whose cancellation was accepted. No other order may be cancelled.
    """

    shop: Shop
    stock: Mapping[str, int]
    bought: Mapping[str, Bought]
    cancelled: set[str]
    held: Counter[str] = field(default_factory=Counter)
    # The failed steps of the orders that need attention.
    questions: dict[str, list[str]] = field(default_factory=dict)

    def loose_ends(self) -> list[str]:
        """Return a sentence for each difference; an empty list if there is none."""
        self.held.clear()
        self.questions.clear()
        mails = self.shop.mails("Order ")
        found = [
            f"order {bought.number} ({order_id}): {what}"
            for order_id, bought in self.bought.items()
            for what in self._of_order(order_id, bought, mails)
        ]
        return found + list(self._of_all())

    def _of_order(self, order_id: str, bought: Bought, mails: list[Json]) -> Iterator[str]:
        events = self.shop.own_events(order_id)
        decisions = [event for event in events if event["type"] in DECISIONS]
        if len(decisions) != 1:
            yield f"it is decided {len(decisions)} times"
            return
        (decision,) = decisions
        end = decision["data"].get("reason") or decision["data"]["status"]
        if end not in (allowed := {CANCELLED} if order_id in self.cancelled else bought.ends):
            yield f"its end is {end}, not {' or '.join(sorted(allowed))}"
        last = events[-1]
        asks = last["type"] == "OrderNeedsAttention"
        if asks:
            self.questions[order_id] = last["data"]["failed_steps"]
        if asks == self.shop.is_settled(order_id):
            yield "it is settled, but needs attention" if asks else "it is neither settled nor needs attention"
        if (shown := self.shop.operator.get(f"/orders/{order_id}").json().get("status")) != last["data"]["status"]:
            yield f"the API shows {shown}, not {last['data']['status']}"
        subjects = [mail["Subject"] for mail in mails if order_id in mail["BodyText"]]
        if subjects != [SUBJECTS[decision["type"]]]:
            yield f"the letters are {subjects}, not one about {decision['type']}"
        yield from self._of_consequences(order_id, bought, is_confirmed=end == CONFIRMED)

    def _of_consequences(self, order_id: str, bought: Bought, *, is_confirmed: bool) -> Iterator[str]:
        """Compare stock, money and shipment, at the services and at their providers, with the decision."""
        failed = self.questions.get(order_id, [])
        if is_confirmed:
            self.held[bought.sku] += bought.quantity
            in_hand = "held" if "CapturePayment" in failed else "captured"
            payment, money = "AUTHORIZED" if "CapturePayment" in failed else "CAPTURED", {in_hand: bought.total}
            states, at_carrier = ("RESERVED", payment, "BOOKED"), {"BOOKED"}
        else:
            payment, money = ("VOIDING", {"held": bought.total}) if "VoidPayment" in failed else ("UNDONE", {})
            states, at_carrier = ("UNDONE", payment, "UNDONE"), {"NOTHING", "CANCELLED"}
        keys = {"Inventory": "subject", "Payments": "order_id", "Shipping": "order_id"}
        found = tuple(self.shop.item(table, **{key: order_id}).get("status") for table, key in keys.items())
        if found != states:
            yield f"stock, payment and shipment are {found}, not {states}"
        if (at_gateway := self.shop.money(order_id)) != (wanted := {"captured": 0, "held": 0} | money):
            yield f"the gateway has {at_gateway}, not {wanted}"
        if (booked := self.shop.booked_at_carrier(order_id)) not in at_carrier:
            yield f"the carrier has {booked}, not {' or '.join(sorted(at_carrier))}"

    def _of_all(self) -> Iterator[str]:
        for sku, stock in self.stock.items():
            if (available := self.shop.available(sku)) != stock - self.held[sku]:
                yield f"of {stock} pieces of {sku} {self.held[sku]} are sold and {available} are left"
        for table, ids in self._known_to_tables().items():
            if strangers := ids - self.bought.keys():
                yield f"{table} has what nobody ordered: {sorted(strangers)}"
        asking = sorted(task["order_id"] for task in self.shop.open_tasks())
        if asking != sorted(self.questions):
            yield f"the open tasks are of {asking}, but the orders that ask are {sorted(self.questions)}"
        permits = {
            order_id for item in self.shop.items_of("Orders") for order_id in item.get("permits", {})
        } - self.questions.keys()
        if permits:
            yield f"a permit is held by {sorted(permits)}"

    def _known_to_tables(self) -> dict[str, set[str]]:
        """Return the ids of orders that each table knows, the providers' books included."""
        known = {
            "Orders": {item["order_id"] for item in self.shop.items_of("Orders") if item["sequence"]},
            "Inventory": {item["subject"] for item in self.shop.items_of("Inventory") if "status" in item},
        }
        for table in ("Payments", "Shipping"):
            known[table] = {_order_id(item["order_id"]) for item in self.shop.items_of(table)}
        return known


def _order_id(key: str) -> str:
    for book in BOOKS:
        key = key.removeprefix(book)
    return key
