"""Say what is still missing of a lab: `python -m local.check_lab 1`. The labs are in docs/labs."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from local.cloud import LocalCloud, LocalCloudError
from local.shop import Json, Shop
from local.sign_in import id_token
from local.stack import Stack

CUSTOMERS = ("alice", "bob")


@dataclass(frozen=True)
class Step:
    """A step of a lab, whether it is done, and what to do if it is not."""

    text: str
    done: bool
    hint: str


def first_order(orders: Iterable[Json]) -> list[Step]:
    """Check docs/labs/1-first-order.md by the views of all orders that its reader may have placed."""
    stories = [_story(order) for order in orders]

    def one_tells(**wanted: str) -> bool:
        return any(wanted.items() <= story.items() for story in stories)

    return [
        Step(
            "An order went all the way",
            one_tells(status="CONFIRMED", stock="RESERVED", payment="CAPTURED", shipment="BOOKED"),
            "make order",
        ),
        Step(
            "A declined card: the order is rejected, and its stock is back",
            one_tells(status="REJECTED", payment="DECLINED", payment_reason="CARD_DECLINED", stock="RELEASED"),
            "make order PAYMENT=pm_card_declined",
        ),
        Step(
            "A refused address: the money is back too",
            one_tells(status="REJECTED", shipment="REFUSED", payment="VOIDED", stock="RELEASED"),
            "make order POSTAL_CODE=00000",
        ),
        Step(
            "The exercise: an expired card is declined with the reason CARD_EXPIRED",
            one_tells(status="REJECTED", payment="DECLINED", payment_reason="CARD_EXPIRED", stock="RELEASED"),
            "change functions/payments/gateway.py, then: make up, make order PAYMENT=pm_card_expired",
        ),
    ]


LABS: dict[str, Callable[[Iterable[Json]], list[Step]]] = {"1": first_order}


def orders_of_customers(stack: Stack) -> list[Json]:
    """Every order of the seeded customers, as the API shows it."""
    found: list[Json] = []
    for name in CUSTOMERS:
        with Shop(stack.api_url, id_token(stack, stack.users[name])) as shop:
            views = (shop.order(order["order_id"]) for order in shop.orders())
            found += [view for view in views if view]
    return found


def main(number: str, stack_file: Path) -> int:
    """Print the lab's steps, done or not.

    Returns: 0 when all are done, else 1.
    """
    console = Console(highlight=False, soft_wrap=True)
    if number not in LABS:
        console.print(f"Which lab? There is {', '.join(f'make check-lab N={lab}' for lab in LABS)}")
        return 1
    try:
        steps = LABS[number](orders_of_customers(Stack.read(stack_file)))
    except FileNotFoundError:
        console.print("Nothing is deployed yet. `make up` does it.")
        return 1
    except LocalCloudError as error:
        console.print(str(error), markup=False)
        return 1
    for step in steps:
        console.print(f"[green]✔[/green] {step.text}" if step.done else f"[red]✘[/red] {step.text}\n    {step.hint}")
    missing = sum(not step.done for step in steps)
    console.print("\nAll done." if not missing else f"\n{missing} of {len(steps)} steps to go.")
    return 1 if missing else 0


def _story(order: Json) -> dict[str, str]:
    """What the checks look at, on one level."""
    parts = {name: order.get(name) or {} for name in ("stock", "payment", "shipment")}
    story = {name: part.get("status", "") for name, part in parts.items()}
    return story | {"status": order["status"], "payment_reason": parts["payment"].get("reason", "")}


if __name__ == "__main__":
    # make hands an empty argument on where N is not given.
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    sys.exit(main(wanted, LocalCloud.of_developer().stack_file))
