"""What the sandbox providers report: the customer's decision at the bank, and the movements of a parcel."""

import time
from collections.abc import Iterator

from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal import order_timeline
from tools.terminal.order_tracking import OrderSnapshot, follow_order, sort_events
from tools.terminal.shop import Json, Shop

# A webhook is delivered within seconds. After a failure, its queue retries it after 150 seconds.
DEADLINE_SECONDS = 300
POLL_SECONDS = 0.5
# The event of each movement, and the statuses of a shipment that it does not change.
MOVEMENTS = {
    "dispatched": ("ShipmentDispatched", ("DISPATCHED", "LOST", "DELIVERED")),
    "lost": ("ShipmentLost", ("LOST", "DELIVERED")),
    "delivered": ("ShipmentDelivered", ("DELIVERED",)),
}


def pay_and_show(console: Console, shop: Shop, order: Json, *, decline: bool) -> OrderSnapshot:
    """Approve or decline the payment at the sandbox bank, and follow the order until its saga has finished.

    Args:
        console: Where to print.
        shop: The API, called by the order's customer or an operator.
        order: The order's view.
        decline: Whether the customer declines the payment.

    Raises:
        LocalCloudError: The order does not wait for its payment, or its saga has not finished in time.
    """
    order_id = order["order_id"]
    if order["status"] != "AWAITING_PAYMENT":
        raise LocalCloudError(
            f"Order {order_id} is {order['status']}, so it does not wait for its payment.\n"
            "To place an order that waits: make order PAYMENT=pm_requires_action"
        )
    seen = len(OrderSnapshot(tuple(shop.events(order_id))).order_events)
    shop.decide_payment(order_id, "decline" if decline else "approve")
    console.print(
        f"\nThe customer {'declines' if decline else 'approves'} the payment of order {order_id} at the sandbox bank. "
        "The payment provider sends the webhook.\n",
        soft_wrap=True,
    )
    return order_timeline.show_timeline(console, follow_order(shop, order_id, after=seen))


def ship_and_show(console: Console, shop: Shop, order: Json, movement: str) -> bool:
    """Report a movement of the order's parcel, and wait until the order shows it.

    Args:
        console: Where to print.
        shop: The API, called by the order's customer or an operator.
        order: The order's view.
        movement: `dispatched`, `delivered` or `lost`.

    Returns:
        Whether an operator must now decide about a lost parcel.

    Raises:
        LocalCloudError: The order has no shipment, or the webhook has not arrived in time.
    """
    order_id, status = order["order_id"], (order.get("shipment") or {}).get("status")
    event, unchanged = MOVEMENTS[movement]
    if status not in ("BOOKED", *MOVEMENTS["dispatched"][1]):
        raise LocalCloudError(
            f"Order {order_id} is {order['status']} and has no shipment that can move.\n"
            f"To look at it: make show ORDER={order_id}"
        )
    moved = shop.move_shipment(order_id, movement)
    console.print(
        f"\nThe sandbox carrier sends the webhook: "
        f"the parcel {moved['tracking_number']} of order {order_id} is {movement}.\n",
        soft_wrap=True,
    )
    if status in unchanged:
        console.print(f"The shipment is {status} already, so the webhook changes nothing.")
        return False
    order_timeline.show_timeline(console, _follow_until(shop, order_id, event))
    return movement == "lost"


def movement_of(*, deliver: bool, lost: bool) -> str:
    """Return the movement that the variables of `make ship` choose.

    Raises:
        LocalCloudError: Both are set.
    """
    if deliver and lost:
        raise LocalCloudError("Set either DELIVER=1 or LOST=1. Without them, the parcel is dispatched.")
    return "delivered" if deliver else "lost" if lost else "dispatched"


def _follow_until(shop: Shop, order_id: str, event: str) -> Iterator[OrderSnapshot]:
    """Yield a snapshot for each new event, until an event of this type has arrived.

    Raises:
        LocalCloudError: The event did not arrive in time.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    snapshot = OrderSnapshot(())
    while event not in snapshot.types:
        current = OrderSnapshot(tuple(sort_events(shop.events(order_id))))
        if current != snapshot:
            snapshot = current
            yield snapshot
        elif time.monotonic() > deadline:
            raise LocalCloudError(
                f"Order {order_id} has no {event} after {DEADLINE_SECONDS} s.\n"
                "  make status         shows the queues that still hold messages\n"
                "  make dead-letters   shows webhooks that could not be delivered or processed"
            )
        else:
            time.sleep(POLL_SECONDS)
