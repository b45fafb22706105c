"""Refund a parcel that the carrier lost, as an operator decided. Step of attend_order."""

from kernel.saga_step import Command, Outcome
from order_returns import Operator, OrderReturns
from purchase_view import find_purchase
from return_id import lost_parcel_id_of
from return_store import returns

NOTHING_TO_REFUND = "NOTHING_TO_REFUND"


class NotPaidYet(Exception):
    """The payment is not captured yet, as far as the views know."""


class RefundLostShipment(Command):
    operator_id: str | None = None
    comment: str | None = None


def refund_lost_shipment(command: RefundLostShipment) -> Outcome:
    """Add an accepted return without items, unless it exists. ReturnAccepted starts the refund.

    Its amount is what was paid and is in no other return of the order, except in refused ones.

    Returns:
        The status of the return; NOTHING_TO_REFUND if the other returns have the whole amount, or if the order was
        rejected or cancelled.

    Raises:
        ConcurrentChange: Other writers came first at every attempt. Step Functions retries the step.
        NotPaidYet: The payment is not captured yet. Step Functions retries the step.
        ReturnUnanswered: A return is requested. Step Functions retries the step.
    """
    operator, cause = Operator(command.operator_id, command.comment), command.cause()
    stored = returns().load(command.order_id) or _without_returns(command.order_id)
    if stored is None:
        return Outcome(outcome=NOTHING_TO_REFUND)
    state = returns().update(stored, lambda current: current.refund_lost_parcel(operator, cause))
    accepted = state.find(lost_parcel_id_of(command.order_id))
    return Outcome(outcome=accepted.status if accepted else NOTHING_TO_REFUND)


def _without_returns(order_id: str) -> OrderReturns | None:
    """Return the state of an order without returns. None if the order was rejected or cancelled.

    Raises:
        NotPaidYet: The payment is not captured yet, as far as the views know.
    """
    view = find_purchase(order_id)
    if view and view.decision in ("REJECTED", "CANCELLED"):
        return None
    if view is None or not view.is_paid:
        raise NotPaidYet(order_id)
    return OrderReturns(order_id=order_id, purchase=view.purchase)
