"""Authorization of reads: return an order only to its customer or an operator."""

import order_view
from kernel.identity import Caller
from kernel.order_id import ORDER_ID
from kernel.problems import Problem
from view_store import StoredOrderView, load_order

EMPTY = StoredOrderView({}, [])


def visible_order(order_id: str, caller: Caller) -> StoredOrderView:
    """Return the order's view.

    Raises:
        Problem: 404 if the order does not exist, is not projected yet, or belongs to another customer and the caller
            is not an operator. The response is the same in each case, because it must not reveal which order ids
            exist.
    """
    view = load_order(order_id) if ORDER_ID.fullmatch(order_id) else EMPTY
    if not order_view.is_readable(order_id, view.groups):
        # The summary is not projected yet or is damaged, so its groups are computed from the timeline.
        view = view._replace(groups=order_view.fold(view.events))
    ordered = view.groups.get("ordered")
    if ordered is None or not (caller.is_operator or ordered["customer_id"] == caller.user_id):
        raise Problem(404, f"There is no order {order_id}. A new order appears after a few seconds.")
    return view
