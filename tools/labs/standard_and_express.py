"""Check lab 6: docs/labs/6-standard-and-express.md."""

from tools.labs.lab_state import LabState, Step, types_of_events
from tools.terminal import saga_times

# State transitions of a confirmed order after the exercise.
TRANSITIONS = 13


def standard_and_express(state: LabState) -> list[Step]:
    """Check that both workflow types were measured, and that a confirmed order takes one state fewer than before."""
    measured = saga_times.read(state.root / ".local" / saga_times.FILE)
    standard = measured.get("STANDARD")
    return [
        Step("A Standard workflow was measured", standard is not None, "make up, make measure-sagas"),
        Step(
            "An Express workflow was measured",
            "EXPRESS" in measured,
            "make up SAGA_TYPE=EXPRESS, make measure-sagas",
        ),
        Step(
            f"The exercise: a confirmed order takes {TRANSITIONS} state transitions",
            standard is not None and set(standard.transitions) == {TRANSITIONS},
            "change statemachines/fulfil_order.asl.json, then: make up, make measure-sagas",
        ),
        Step(
            "A large order is still reviewed by an operator",
            any("OrderReviewRequested" in types_of_events(order) for order in state.orders),
            "make order SKU=GRINDER-1 QUANTITY=10",
        ),
    ]
