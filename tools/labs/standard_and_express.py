"""What lab 6 asks for: docs/labs/6-standard-and-express.md."""

from tools.labs.evidence import Evidence, types_of_events
from tools.labs.step import Step
from tools.terminal import saga_times

TRANSITIONS = 13


def standard_and_express(evidence: Evidence) -> list[Step]:
    """Both types of workflow were measured, and a confirmed order takes one state less than it did."""
    measured = saga_times.read(evidence.root / ".local" / saga_times.FILE)
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
            "A large order still asks for a person",
            any("OrderReviewRequested" in types_of_events(order) for order in evidence.orders),
            "make order SKU=GRINDER-1 QUANTITY=10",
        ),
    ]
