"""Check lab 4: docs/labs/4-new-saga-step.md."""

import json

from tools.labs.lab_state import LabState, Step, types_of_events

GIFT = "CARAFE-1"


def new_saga_step(state: LabState) -> list[Step]:
    """Check that gift wrapping is a step of the saga, with a compensation."""
    states = json.loads((state.root / "statemachines/fulfil_order.asl.json").read_text())["States"]
    gifts = [order for order in state.orders if any(line["sku"] == GIFT for line in order["items"])]
    event_types = {order["order_id"]: types_of_events(order) for order in gifts}
    confirmed = [event_types[order["order_id"]] for order in gifts if order["status"] == "CONFIRMED"]
    rejected = [event_types[order["order_id"]] for order in gifts if order["status"] == "REJECTED"]
    return [
        Step(
            "The saga has the step WrapGift and its compensation UnwrapGift",
            {"WrapGift", "UnwrapGift"} <= states.keys(),
            "statemachines/fulfil_order.asl.json",
        ),
        Step(
            "A gift is wrapped once, before its shipment is booked",
            any(_is_in_order(types, "GiftWrapped", "ShipmentBooked") for types in confirmed),
            f"make up, then: make order SKU=BEANS-250,{GIFT}",
        ),
        Step(
            "A gift whose address is refused is unwrapped, after the decision",
            any(_is_in_order(types, "GiftWrapped", "OrderRejected", "GiftUnwrapped") for types in rejected),
            f"make order SKU=BEANS-250,{GIFT} POSTAL_CODE=00000",
        ),
        Step(
            "An order without a gift is neither wrapped nor unwrapped",
            any(
                order["status"] == "REJECTED" and not {"GiftWrapped", "GiftUnwrapped"} & set(types_of_events(order))
                for order in state.orders
                if order not in gifts
            ),
            "make order POSTAL_CODE=00000",
        ),
    ]


def _is_in_order(types: list[str], *wanted: str) -> bool:
    """Return whether each of `wanted` is in `types` exactly once, and in this order."""
    return all(types.count(kind) == 1 for kind in wanted) and [kind for kind in types if kind in wanted] == list(wanted)
