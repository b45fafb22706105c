"""The smoke test of a deployed stack: one order, all the way."""

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.journey import DEADLINE_SECONDS, draft_order, follow
from tools.terminal.shop import Shop

GOOD_CARD = "pm_card_visa"


def confirm_an_order(shop: Shop, deadline_seconds: float = DEADLINE_SECONDS) -> str:
    """Order one piece of what there is most of, and wait until the order is confirmed and all its events are seen.

    That takes the API, the tables, the relay, the saga and the views to work together. The order stays.

    Returns: the order's id.

    Raises:
        LocalCloudError: there is nothing to sell, the order ends otherwise, or it has not ended at the deadline.
    """
    order = draft_order(shop.products(), GOOD_CARD, quantity=1)
    order_id = str(shop.place_order(order)["order_id"])
    *_, last = follow(shop, order_id, deadline_seconds)
    if last.status != "CONFIRMED":
        why = f" ({last.reason})" if last.reason else ""
        raise LocalCloudError(f"Order {order_id} is {last.status}{why}, and was to be CONFIRMED.")
    return order_id
