"""Show one order in the terminal: as it is, or as it stood at some moment."""

from rich.console import Console
from rich.highlighter import JSONHighlighter

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.readable_json import readable_json
from tools.terminal.shop import Json, Shop


def show(console: Console, shop: Shop, order_id: str | None, as_of: str | None) -> None:
    """Print the view of an order.

    Args:
        order_id: the newest order of who calls, where it is None.
        as_of: a time, or the type of an event of the order, such as PaymentAuthorized: as it stood then.

    Raises:
        LocalCloudError: there is no such order, or it stood nowhere then.
    """
    order = find(shop, order_id)
    call = f"GET /orders/{order['order_id']}"
    if as_of:
        moment = moment_of(order, as_of)
        call += f"?as_of={moment}"
        order = shop.order_as_of(order["order_id"], moment)
    console.print(f"[bold]{call}[/bold]")
    console.print(JSONHighlighter()(readable_json(order)), soft_wrap=True)


def find(shop: Shop, order_id: str | None) -> Json:
    """The order, or the newest one of who calls. Raises: LocalCloudError: there is none."""
    if order_id:
        if order := shop.order(order_id):
            return order
        raise LocalCloudError(f"There is no order {order_id}. Without ORDER= the newest of alice's is shown.")
    if newest := next(iter(shop.orders()), None):
        return shop.order(newest["order_id"]) or newest
    raise LocalCloudError("alice has no order yet: make order")


def moment_of(order: Json, as_of: str) -> str:
    """The time that `as_of` names: when the first event of that type happened, or `as_of` itself.

    Raises:
        LocalCloudError: it is neither the type of an event of the order nor a time.
    """
    happened = {entry["type"]: entry["time"] for entry in reversed(order["timeline"])}
    if as_of.isalpha() and as_of not in happened:
        known = ", ".join(dict.fromkeys(entry["type"] for entry in order["timeline"]))
        raise LocalCloudError(f"AS_OF is a time, or an event of the order: {known}")
    return str(happened.get(as_of, as_of))
