"""Saga steps: functions that take a command and return an outcome, and the Lambda handler that Step Functions invokes.

An outcome is data, and a Choice state branches on it. An exception is a fault of our own functions or of AWS: Step
Functions retries the step, then ends the run, and another run of the order follows. A provider that does not
answer is not such a fault, so the step returns the outcome UNAVAILABLE.
"""

from collections.abc import Callable
from typing import Any, ClassVar, cast, get_type_hints

from pydantic import BaseModel, ConfigDict

from kernel.cloud_event import Cause
from kernel.observability import cause, correlate, count, logger, tracer


class Command(BaseModel):
    """The payload of a step, without the step's name.

    Attributes:
        order_id: The order that the step works on.
        causation_id: The id of the event that started the run.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    order_id: str
    causation_id: str | None = None

    def cause(self) -> Cause:
        """Return the cause of the events that this command leads to."""
        return cause(self.causation_id)


class ProviderUnavailable(Exception):
    """A provider did not answer. The call may have taken effect, so the retry uses the same idempotency key.

    Attributes:
        reason: The reason of the outcome UNAVAILABLE, such as PAYMENT_UNAVAILABLE.
    """

    reason: ClassVar[str]


class UnknownStep(Exception):
    """The payload names no step of this Lambda function."""


class Outcome(BaseModel):
    """What a step returns.

    Attributes:
        outcome: The value that the Choice states compare, such as AUTHORIZED.
        reason: The reason of a refusal, such as OUT_OF_STOCK.
    """

    model_config = ConfigDict(frozen=True)

    outcome: str
    reason: str | None = None


Step = Callable[[Any], Outcome]
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


def saga_steps(*steps: Step) -> LambdaHandler:
    """Return the Lambda handler of an entry point. It runs the step that the payload names.

    A state machine invokes it with {"step": "AuthorizePayment", "order_id": …, …} and gets {"outcome": "AUTHORIZED"}.
    The outcome is UNAVAILABLE if the step raises ProviderUnavailable. Logs, traces and StepFaults name the step.

    Args:
        steps: The use cases. Each takes one argument, `command`, and the payload names it by the class of the command.

    Returns:
        The handler. It raises UnknownStep, pydantic.ValidationError if the payload does not match the command, and
        every exception of the step except ProviderUnavailable.
    """
    commands: dict[str, tuple[Step, type[Command]]] = {}
    for step in steps:
        command_type = get_type_hints(step)["command"]
        commands[command_type.__name__] = step, command_type

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        name = event.get("step")
        if name not in commands:
            raise UnknownStep(f"unknown step {name!r}; this function runs: {', '.join(commands)}")
        step, command_type = commands[name]
        try:
            # During a canary, a newer version may have built the input of the state machine.
            command = command_type.model_validate(event, extra="ignore")
            correlate(command.order_id, step=name)
            outcome = _run(step, command)
        except Exception:
            # Lambda logs the exception too, but without the order id and the step.
            logger.exception("%s failed", name)
            count("StepFaults", step=name)
            raise
        logger.info("%s returned %s", name, outcome.outcome, extra={"reason": outcome.reason})
        return outcome.model_dump(mode="json", exclude_none=True)

    return cast(LambdaHandler, handler)


def _run(step: Step, command: Command) -> Outcome:
    try:
        return step(command)
    except ProviderUnavailable as unavailable:
        logger.warning("%s", unavailable)
        return Outcome(outcome="UNAVAILABLE", reason=unavailable.reason)
