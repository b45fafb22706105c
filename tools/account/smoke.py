"""The smoke test of a deployed stack: one order, from placement to capture."""

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.order_tracking import DEADLINE_SECONDS, draft_order, follow_order
from tools.terminal.shop import Shop

GOOD_CARD = "pm_card_visa"


def confirm_order(shop: Shop, deadline_seconds: float = DEADLINE_SECONDS) -> str:
    """Order one item, and wait until the order is confirmed and all its events have arrived.

    This tests the API, the tables, the relay, the saga and the views together. The order is not deleted.

    Returns:
        The order's id.

    Raises:
        LocalCloudError: Everything is sold out, the order is not confirmed, or its saga has not finished at the
            deadline.
    """
    order = draft_order(shop.products(), GOOD_CARD, quantity=1)
    order_id = str(shop.place_order(order)["order_id"])
    *_, last = follow_order(shop, order_id, deadline_seconds)
    if last.status != "CONFIRMED":
        why = f" ({last.reason})" if last.reason else ""
        raise LocalCloudError(f"Order {order_id} should be CONFIRMED, but it is {last.status}{why}.")
    return order_id
