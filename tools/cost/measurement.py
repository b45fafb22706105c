"""Measure the usage of orders of each outcome, in two shops: one with a Standard saga, one with an Express saga."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache, partial
from pathlib import Path
from typing import Any

from tools.cost.metered_shop import MeteredShop, metered_shop
from tools.cost.usage import SCHEDULED, OrderUsage, order_usage
from tools.deployment.template import load
from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.progress import Steps
from tools.terminal.shop import Json

FILE = Path(__file__).with_name("results.json")
SAGA_TYPES = ("STANDARD", "EXPRESS")
# The decision that each kind of order must reach.
OUTCOMES = {"confirmed": "OrderConfirmed", "declined": "OrderRejected", "cancelled": "OrderCancelled"}
READS = {"the order": "/orders/{order_id}", "the list of orders": "/orders?limit=20", "the products": "/products"}
# Runs only if NotificationSender is set. By default it is not.
MAIL = "SendNotificationsFunction"
CONCURRENT_ORDERS = 6
RETURN = "return, restocked"


@dataclass
class ShopUsage:
    """The usage in one shop.

    Attributes:
        orders: The usage of an order, by outcome, without its mail.
        mails: The usage of an order's mail, by outcome.
        returns: The usage of a return, by its kind, without the order and the mails.
        reads: The usage of one read request, by what is read.
        minute: The usage of the scheduled functions in one minute.
    """

    orders: dict[str, OrderUsage]
    mails: dict[str, OrderUsage]
    returns: dict[str, OrderUsage]
    reads: dict[str, OrderUsage]
    minute: OrderUsage


Measurement = dict[str, ShopUsage]


def measure(steps: Steps, orders: int) -> Measurement:
    """Measure `orders` orders of each outcome, for each type of saga.

    Raises:
        LocalCloudError: The shop does not start, or an order has an unexpected decision.
    """
    measured: Measurement = {}
    for saga_type in SAGA_TYPES:
        with metered_shop(saga_type, steps) as shop:
            measured[saga_type] = _measure_shop(shop, steps, orders)
    standard, express = (measured[saga_type] for saga_type in SAGA_TYPES)
    for counted, usages in ((standard.orders, express.orders), (standard.returns, express.returns)):
        for name, usage in usages.items():
            # The definition is the same, but only Standard runs have a history that lists the transitions.
            usage.transitions = counted[name].transitions
    return measured


def write(measured: Measurement, file: Path = FILE) -> None:
    """Save the measurement."""
    file.write_text(json.dumps({name: asdict(shop) for name, shop in measured.items()}, indent=1) + "\n")


def read(file: Path = FILE) -> Measurement:
    """Read the last measurement, without what a copy of the application has taken out.

    Raises:
        LocalCloudError: There is no measurement yet.
    """
    try:
        content = json.loads(file.read_text())
    except FileNotFoundError:
        raise LocalCloudError("There is no measurement yet. Run make cost first.") from None
    return {
        name: ShopUsage(
            **{
                group: {name: _usage_of_template(usage) for name, usage in shop[group].items()}
                for group in ("orders", "mails", "returns", "reads")
            },
            minute=_usage_of_template(shop["minute"]),
        )
        for name, shop in content.items()
    }


def _usage_of_template(content: Mapping[str, Any]) -> OrderUsage:
    """Return the usage of the functions, tables and queues that are in the template."""
    parts = template()["Resources"]
    members = {member.name: content[member.name] for member in fields(OrderUsage)}
    for member, found in members.items():
        if isinstance(found, Mapping):
            members[member] = {part: value for part, value in found.items() if part.partition("/")[0] in parts}
    streams = members["streams"].items()
    members["streams"] = {table: stream for table, stream in streams if stream["function"] in parts}
    return OrderUsage.from_json(members)


template = cache(load)


def _measure_shop(shop: MeteredShop, steps: Steps, orders: int) -> ShopUsage:
    with steps.step("Warming up the functions", f"Warmed up with {CONCURRENT_ORDERS} concurrent orders"):
        # This cancellation is too late on purpose: it warms up the function for the next ones.
        shop.record(lambda: shop.cancel(_order(shop, "confirmed")))
        shop.record(lambda: [_order(shop, outcome) for outcome in OUTCOMES])
        confirmed = _order(shop, "confirmed")
        shop.record(lambda: None)
        shop.record(lambda: shop.return_everything(confirmed))
        busy = shop.record(lambda: shop.place_concurrently(CONCURRENT_ORDERS))
    measure = _Measure(shop, orders, busy)
    usage = ShopUsage({}, {}, {}, {}, minute=measure.minute())
    for outcome in OUTCOMES:
        with steps.step(f"Measuring {outcome} orders", f"Measured {orders} {outcome} orders"):
            usage.orders[outcome], usage.mails[outcome] = measure.orders_of(outcome)
    with steps.step("Measuring returns", f"Measured {orders} returns"):
        usage.returns[RETURN] = measure.returns()
    with steps.step("Measuring reads", "Measured reads"):
        order_id = _order(shop, "confirmed")
        shop.record(lambda: None)
        for name, path in READS.items():
            shop.get(path.format(order_id=order_id))
            usage.reads[name] = measure.of(partial(shop.get, path.format(order_id=order_id)), api_requests=1)
    return usage


@dataclass
class _Measure:
    shop: MeteredShop
    times: int
    busy: list[Json]

    def orders_of(self, outcome: str) -> tuple[OrderUsage, OrderUsage]:
        """Return the usage of an order without its mail, and of its mail alone."""
        order_ids: list[str] = []
        meters = self.shop.record(lambda: order_ids.extend(_order(self.shop, outcome) for _ in range(self.times)))
        usage = self._usage(meters, api_requests=2 if outcome == "cancelled" else 1, mail=False)
        usage.transitions = self._transitions("FulfilOrder", order_ids)
        usage.steps = {name: f.invocations for name, f in usage.functions.items() if name in saga_functions(template())}
        return usage, self._usage(meters, api_requests=0, mail=True)

    def returns(self) -> OrderUsage:
        """Return the usage of a return that an operator accepts with restocking."""
        order_ids = [_order(self.shop, "confirmed") for _ in range(self.times)]
        self.shop.record(lambda: None)
        return_ids: list[str] = []
        meters = self.shop.record(lambda: return_ids.extend(map(self.shop.return_everything, order_ids)))
        usage = self._usage(meters, api_requests=2, mail=False)
        usage.transitions = self._transitions("RefundReturn", return_ids)
        usage.wait_transitions = self._transitions("AttendOrder", order_ids)
        # One call for each step. The other invocations of these functions belong to attend_order.
        usage.steps = dict.fromkeys(sorted(saga_functions(template(), "RefundReturn")), 1.0)
        return usage

    def _transitions(self, machine: str, subjects: list[str]) -> float:
        return sum(self.shop.transitions(machine, subject) for subject in subjects) / self.times

    def of(self, once: Callable[[], None], api_requests: int) -> OrderUsage:
        """Return the usage of one call of `once`, averaged over as many calls as there are orders."""

        def repeat() -> None:
            for _ in range(self.times):
                once()

        return self._usage(self.shop.record(repeat), api_requests=api_requests, mail=False)

    def minute(self) -> OrderUsage:
        """Return the usage of one run of each scheduled function."""

        def tick(times: int) -> None:
            for function in sorted(SCHEDULED) * times:
                self.shop.call(function)

        tick(1)
        meters = self.shop.record(partial(tick, self.times))
        ours = {name: len([1 for line in meters if line["function"] == name]) for name in SCHEDULED}
        usage = self._usage(meters, api_requests=0, mail=False, scheduled=True)
        # The schedule may have invoked the functions, too.
        share = self.times * len(ours) / sum(ours.values())
        usage.reads = {table: units * share for table, units in usage.reads.items()}
        for function in usage.functions.values():
            function.invocations = 1
        return usage

    def _usage(self, meters: list[Json], api_requests: int, *, mail: bool, scheduled: bool = False) -> OrderUsage:
        def counts(function: str) -> bool:
            return function in SCHEDULED if scheduled else function not in SCHEDULED and (function == MAIL) == mail

        return order_usage(
            [line for line in meters if counts(line["function"])],
            orders=self.times,
            api_requests=api_requests,
            memory_mb=self.shop.memory_mb,
            silent=silent_functions(template()),
            more_meters=[line for line in self.busy if counts(line["function"])],
        )


def _order(shop: MeteredShop, outcome: str) -> str:
    order_id = shop.place("pm_card_declined" if outcome == "declined" else "pm_card_visa")
    if outcome == "cancelled":
        shop.cancel(order_id)
    decided = shop.settle(order_id)
    if decided != OUTCOMES[outcome]:
        raise LocalCloudError(
            f"An order that should be {outcome} ended with {decided}, so its cost cannot be measured."
        )
    return order_id


def saga_functions(content: Mapping[str, Any], machine: str = "FulfilOrder") -> set[str]:
    """Return the functions that a state machine calls."""
    substitutions = content["Resources"][f"{machine}StateMachine"]["Properties"]["DefinitionSubstitutions"]
    return {
        value["Ref"].removesuffix(".Alias") for name, value in substitutions.items() if name.endswith("FunctionArn")
    }


def silent_functions(content: Mapping[str, Any]) -> set[str]:
    """Return the functions for which Lambda writes no START, END and REPORT lines."""
    return {
        name
        for name, resource in content["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
        and resource["Properties"].get("LoggingConfig", {}).get("SystemLogLevel") == "WARN"
    }
