"""The outcome of a saga step that decides an order."""

from kernel.saga_step import Outcome
from order import Order
from order_events import Decision


class DecisionOutcome(Outcome):
    """`outcome` is the decision of the order, from this step or from another run."""

    outcome: Decision

    @classmethod
    def of(cls, order: Order) -> "DecisionOutcome":
        """Return the decision of `order`.

        Raises:
            ValueError: The order is undecided.
        """
        return cls.model_validate({"outcome": order.decision})
