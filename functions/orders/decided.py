"""The outcome of a step that takes the order's decision."""

from kernel.saga_step import Outcome

from order import Decision, Order


class Decided(Outcome):
    """`outcome` is the decision that stands, whoever took it."""

    outcome: Decision

    @classmethod
    def of(cls, order: Order) -> "Decided":
        """Return the decision of `order`. Raises: ValueError: it is undecided."""
        return cls.model_validate({"outcome": order.decision})
