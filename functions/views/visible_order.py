"""What a caller may see of an order."""

import order_view
from kernel.identity import Caller
from kernel.order_id import ORDER_ID
from kernel.problems import Problem
from view_store import StoredOrderView, load_order

NOTHING = StoredOrderView({}, [])


def visible_order(order_id: str, caller: Caller) -> StoredOrderView:
    """Return the order's view.

    Raises:
        Problem: 404, there is no such order (yet), or it is somebody else's and the caller is no operator. The
            answer does not tell which, for ids of other people's orders are nobody's business.
    """
    view = load_order(order_id) if ORDER_ID.fullmatch(order_id) else NOTHING
    if not order_view.is_readable(order_id, view.groups):
        # Not projected yet, or damaged: the timeline tells what the summary should.
        view = view._replace(groups=order_view.fold(view.events))
    ordered = view.groups.get("ordered")
    if ordered is None or not (caller.is_operator or ordered["customer_id"] == caller.user_id):
        raise Problem(404, f"There is no order {order_id}. One placed a moment ago takes a moment to show up.")
    return view
