"""Forget a person: `POST /customers/{customer_id}/erasure`. For operators.

Events name a customer by the user pool's `sub` only. So it is enough to take the address out of each of their orders,
and to delete the user. What is left, where and for how long: docs/runbooks/erase-a-person.md.
"""

import re

from kernel.http_application import HttpApplication, ResponseBody, answer
from kernel.identity import require_operator
from kernel.observability import count, logger
from kernel.problems import Problem

from aws_lambda_powertools.event_handler import Response

import customer_account
import order_store
from customer_orders import order_ids_of

# What Cognito makes; it becomes part of a filter.
CUSTOMER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMED_AT_MOST = 10


class ErasedCustomer(ResponseBody):
    """How many orders hold no address any more, and whether there was a user, who is deleted."""

    customer_id: str
    orders: int
    user_deleted: bool


app = HttpApplication()
handler = app.lambda_handler()


@app.post("/customers/<customer_id>/erasure")
def erase_customer(customer_id: str) -> Response[str]:
    """Answer 200 with how many orders hold no address any more, and whether there was a user, who is deleted.

    409 where orders are not settled: their addresses are still needed, and the user stays. What is settled is erased
    nevertheless; the call may be repeated as often as you like.
    """
    require_operator(app.caller())
    if not CUSTOMER_ID.fullmatch(customer_id):
        raise Problem(404, f"{customer_id} is no customer's id. It is the `sub` of a user in the user pool.")

    order_ids = order_ids_of(customer_id)
    under_way = [order_id for order_id in order_ids if not order_store.erase_address(order_id)]
    if under_way:
        raise Problem(
            409,
            f"{len(under_way)} orders are not settled, and still need their addresses: "
            f"{', '.join(under_way[:NAMED_AT_MOST])}. Cancel or decide them, and call again.",
            kind="orders-under-way",
        )
    had_account = customer_account.delete(customer_id)
    logger.info("erased a customer", extra={"customer_id": customer_id, "orders": len(order_ids)})
    count("CustomersErased")
    return answer(200, ErasedCustomer(customer_id=customer_id, orders=len(order_ids), user_deleted=had_account))
