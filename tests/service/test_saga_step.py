"""The Lambda handler of an entry point with several saga steps."""

import pytest

from kernel.saga_step import Command, Outcome, ProviderUnavailable, UnknownStep, saga_steps
from tests.support.saga_run import lambda_context
from tests.support.shop_on_moto import set_environment
from tests.support.telemetry import telemetry_of, values_of


class WrapGift(Command):
    colour: str


class UnwrapGift(Command):
    pass


class PaperUnavailable(ProviderUnavailable):
    reason = "PAPER_UNAVAILABLE"


def wrap_gift(command: WrapGift) -> Outcome:
    if command.colour == "gold":
        raise PaperUnavailable("no paper")
    if command.colour == "black":
        raise RuntimeError("scissors are lost")
    return Outcome(outcome="WRAPPED", reason=command.colour)


def unwrap_gift(command: UnwrapGift) -> Outcome:
    return Outcome(outcome="UNDONE")


handler = saga_steps(wrap_gift, unwrap_gift)


def run(**payload: object) -> dict[str, object]:
    return handler({"order_id": "7d0c", **payload}, lambda_context())


def test_the_payload_names_the_step() -> None:
    assert run(step="WrapGift", colour="red") == {"outcome": "WRAPPED", "reason": "red"}
    assert run(step="UnwrapGift") == {"outcome": "UNDONE"}


@pytest.mark.parametrize("payload", [{}, {"step": "PaintGift"}, {"step": "wrap_gift"}])
def test_an_unknown_step_is_an_error_that_lists_the_known_ones(payload: dict[str, object]) -> None:
    with pytest.raises(UnknownStep, match="this function runs: WrapGift, UnwrapGift"):
        run(**payload)


def test_a_provider_that_does_not_answer_is_an_outcome() -> None:
    assert run(step="WrapGift", colour="gold") == {"outcome": "UNAVAILABLE", "reason": "PAPER_UNAVAILABLE"}


def test_logs_and_metrics_tell_the_steps_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_environment(monkeypatch.setenv)
    telemetry = telemetry_of(monkeypatch, capsys)

    run(step="UnwrapGift")
    with pytest.raises(RuntimeError, match="scissors"):
        run(step="WrapGift", colour="black")

    assert [(line["step"], line["level"]) for line in telemetry.lines()] == [
        ("UnwrapGift", "INFO"),
        ("WrapGift", "ERROR"),
    ]
    (fault,) = telemetry.metrics()
    assert values_of([fault], "StepFaults") == [1]
    assert (fault["step"], fault["correlation_id"]) == ("WrapGift", "7d0c")
