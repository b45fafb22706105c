"""Plan faults of the sandbox providers for one order, to watch its saga while a provider fails.

`PUT /sandbox/faults` plans them for an order that is placed next with the same Idempotency-Key.
`/sandbox/orders/{order_id}/faults` shows and replaces the plan of an existing order.
"""

from typing import Annotated, Literal, Self

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, model_validator

import sandbox_records
from kernel.http_application import RequestBody, ResponseBody, Routes, json_response
from kernel.idempotency_key import idempotency_key
from kernel.observability import correlate
from kernel.order_id import order_id_of
from order_access import require_access

Operation = Literal["authorize", "book", "capture", "void", "refund"]
Times = Annotated[
    int | None,
    Field(
        ge=1, le=10, description="How many calls have the effect `fail` or `crash`. All calls, if it is absent or null."
    ),
]


class Fault(RequestBody):
    """The provider does not answer (`fail`), or the process of the function ends after the answer (`crash`)."""

    effect: Literal["fail", "crash"]
    times: Times = None


class FaultOrRefusal(RequestBody):
    """A fault, or the provider refuses (`refuse`)."""

    effect: Literal["fail", "crash", "refuse"]
    times: Times = None

    @model_validator(mode="after")
    def _check_times(self) -> Self:
        if self.times is not None and self.effect not in ("fail", "crash"):
            raise ValueError("only the effects fail and crash have times")
        return self


class AuthorizationFault(FaultOrRefusal):
    """A fault, the card is declined (`refuse`), or the bank asks the customer to confirm the payment (`confirm`)."""

    effect: Literal["fail", "crash", "refuse", "confirm"]  # type: ignore[assignment] # One more than the base class.


class FaultPlan(RequestBody):
    """The faults of the providers' operations for one order. An operation without a fault works."""

    authorize: AuthorizationFault | None = None
    book: FaultOrRefusal | None = None
    capture: Fault | None = None
    void: Fault | None = None
    refund: Fault | None = None


class PlannedFault(ResponseBody):
    """A fault that has not happened yet. `times` is absent if it concerns all calls."""

    effect: Literal["fail", "crash", "refuse", "confirm"]
    times: int | None = None


class PlannedFaults(ResponseBody):
    """An order, and its faults that have not happened yet."""

    order_id: str
    faults: dict[Operation, PlannedFault]


routes = Routes()


@routes.put("/sandbox/faults")
def plan_faults_of_next_order() -> Response[str]:
    """Replace the plan of the order that the caller places with the same Idempotency-Key.

    Returns:
        200 and the plan.
    """
    return _plan(order_id_of(routes.caller().user_id, idempotency_key(routes)))


@routes.put("/sandbox/orders/<order_id>/faults")
def plan_faults(order_id: str) -> Response[str]:
    """Replace the plan of an order.

    Returns:
        200 and the plan.

    Raises:
        Problem: 404, the caller has no such order.
    """
    require_access(routes.caller(), order_id)
    return _plan(order_id)


@routes.get("/sandbox/orders/<order_id>/faults")
def get_faults(order_id: str) -> Response[str]:
    """Return the faults of an order that have not happened yet.

    Raises:
        Problem: 404, the caller has no such order.
    """
    require_access(routes.caller(), order_id)
    return _planned(order_id, sandbox_records.planned_faults(order_id))


def _plan(order_id: str) -> Response[str]:
    correlate(order_id)
    faults = routes.body(FaultPlan).model_dump(exclude_none=True)
    sandbox_records.plan_faults(order_id, faults)
    return _planned(order_id, faults)


def _planned(order_id: str, faults: sandbox_records.Faults) -> Response[str]:
    return json_response(200, PlannedFaults.model_validate({"order_id": order_id, "faults": faults}))
