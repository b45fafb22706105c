"""Show one order in the terminal, now or at an earlier time."""

from rich.console import Console

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.readable_json import readable_json
from tools.terminal.shop import Json, Shop


def show(console: Console, shop: Shop, order_id: str | None, as_of: str | None) -> None:
    """Print the view of an order, by default of the caller's newest.

    `as_of` is the time of the view, or an event type such as PaymentAuthorized. The default is the current view.

    Raises:
        LocalCloudError: There is no such order, or it was not placed yet at that time.
    """
    order = find(shop, order_id)
    call = f"GET /orders/{order['order_id']}"
    if as_of:
        moment = moment_of(order, as_of)
        call += f"?as_of={moment}"
        order = shop.order_as_of(order["order_id"], moment)
    console.print(f"[bold]{call}[/bold]")
    console.print(readable_json(order), soft_wrap=True)


def find(shop: Shop, order_id: str | None, owner: str | None = None) -> Json:
    """Return the view of an order, by default of the caller's newest.

    Args:
        shop: The API.
        order_id: The id of the order.
        owner: The caller's name, if the caller sees only their own orders.

    Raises:
        LocalCloudError: There is no such order.
    """
    if order_id:
        if order := shop.order(order_id):
            return order
        missing = f"{owner} has no order {order_id}" if owner else f"There is no order {order_id}"
        raise LocalCloudError(f"{missing}. Omit ORDER= to use alice's newest order.")
    if newest := next(iter(shop.orders()), None):
        return shop.order(newest["order_id"]) or newest
    raise LocalCloudError("alice has not placed an order yet. Place one: make order")


def moment_of(order: Json, as_of: str) -> str:
    """Return the time that `as_of` stands for: the time of the first event of that type, or `as_of` itself.

    Raises:
        LocalCloudError: The order has no event of that type.
    """
    happened = {entry["type"]: entry["time"] for entry in reversed(order["timeline"])}
    if as_of.isalpha() and as_of not in happened:
        known = ", ".join(dict.fromkeys(entry["type"] for entry in order["timeline"]))
        raise LocalCloudError(f"AS_OF must be a time, or the type of one of the order's events: {known}")
    return str(happened.get(as_of, as_of))
