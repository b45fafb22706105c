"""The event catalogue (`contracts/events.json`) and the saga's steps (`statemachines/fulfil_order.asl.json`)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tools.local_cloud.cloud import ROOT

State = Mapping[str, Any]

CATALOGUE: Mapping[str, Mapping[str, Any]] = json.loads((ROOT / "contracts/events.json").read_text())
SAGA: Mapping[str, Any] = json.loads((ROOT / "statemachines/fulfil_order.asl.json").read_text())
PIVOT = "ConfirmOrder"


def meaning_of(event_type: str) -> str:
    """Return the event's meaning as a sentence, or an empty text if the catalogue does not have the event."""
    return str(CATALOGUE.get(event_type, {}).get("meaning", ""))


def compensations() -> dict[str, str]:
    """Return the compensating event of each event that has one, by the name of the compensated event."""
    return {entry["compensates"]: name for name, entry in CATALOGUE.items() if "compensates" in entry}


def events_of_every_confirmed_order() -> frozenset[str]:
    """Return the event types that every confirmed order has when its saga is done.

    These are OrderPlaced, the events of each step that is on every path to the pivot, and the events of the steps after
    the pivot. The definition lists the steps in order, and `RejectOrder` follows the last forward step.
    """
    steps = list(SAGA["States"])
    forward = steps[: steps.index("RejectOrder")]
    after_the_pivot = set(forward[forward.index(PIVOT) :])
    mandatory = {step for step in forward if step in after_the_pivot or not _reaches_pivot_without(step)}
    done = {name for name, entry in CATALOGUE.items() if entry.get("step") in mandatory and "refusal" not in entry}
    return frozenset(done | {"OrderPlaced"})


def _reaches_pivot_without(step: str) -> bool:
    seen, queue = {step}, [SAGA["StartAt"]]
    while queue:
        if (name := queue.pop()) not in seen:
            seen.add(name)
            queue += _successors(SAGA["States"][name])
    return PIVOT in seen


def _successors(state: State) -> Iterator[str]:
    yield from (state[name] for name in ("Next", "Default") if name in state)
    yield from (branch["Next"] for branch in (*state.get("Choices", ()), *state.get("Catch", ())))
