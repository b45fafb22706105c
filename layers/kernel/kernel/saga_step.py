"""A step of the saga: a Lambda function that Step Functions calls with a command and that answers an outcome.

An outcome is data, and a Choice state decides on it. An exception is a fault of our own functions or of AWS: Step
Functions retries it, and then ends the run undecided, to be run again. A provider that does not answer is not our
fault, so it is an outcome too: UNAVAILABLE.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast, get_type_hints

from kernel.cloud_event import Cause
from kernel.observability import cause, correlate, logger, tracer

from pydantic import BaseModel, ConfigDict


class Command(BaseModel):
    """What the saga asks for. `causation_id` is the id of the event that started the run."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    order_id: str
    causation_id: str | None = None

    def cause(self) -> Cause:
        """Return the cause of the events that this command leads to."""
        return cause(self.causation_id)


class ProviderUnavailable(Exception):
    """A provider did not answer. The call may have taken effect: it is repeated with the same idempotency key.

    Attributes:
        reason: The reason of the outcome UNAVAILABLE, such as PAYMENT_UNAVAILABLE.
    """

    reason: ClassVar[str]


class Outcome(BaseModel):
    """A step's answer. `outcome` is the word that the Choice states know; `reason` says why, where it was refused."""

    model_config = ConfigDict(frozen=True)

    outcome: str
    reason: str | None = None


SomeCommand = TypeVar("SomeCommand", bound=Command)
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


def saga_step(step: Callable[[SomeCommand], Outcome]) -> LambdaHandler:
    """Make a Lambda handler of `step`: parse its command, trace it, and return its outcome as JSON.

    Returns:
        The handler. It answers UNAVAILABLE where the step raises ProviderUnavailable.

    Raises:
        pydantic.ValidationError: the payload is not the command that `step` names in its signature.
    """
    command_type: type[SomeCommand] = get_type_hints(step)["command"]

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        command = command_type.model_validate(event)
        correlate(command.order_id)
        try:
            outcome = step(command)
        except ProviderUnavailable as unavailable:
            logger.warning("%s", unavailable)
            outcome = Outcome(outcome="UNAVAILABLE", reason=unavailable.reason)
        logger.info("%s answered %s", command_type.__name__, outcome.outcome, extra={"reason": outcome.reason})
        return outcome.model_dump(mode="json", exclude_none=True)

    return cast(LambdaHandler, handler)
