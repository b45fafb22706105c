"""The options of the commands that make calls, and their errors."""

from argparse import ArgumentParser

import pytest

from tools.terminal import commands
from tools.terminal.options import add_options


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two"])
@pytest.mark.parametrize(
    ("command", "variable"), [("order", "QUANTITY"), ("return", "QUANTITY"), ("measure-sagas", "ORDERS")]
)
def test_a_count_of_less_than_one_is_an_error(command, variable, value, monkeypatch, capsys):
    monkeypatch.setenv(variable, value)

    assert commands.run([command]) == 1
    assert f"{variable} is '{value}', but it must be a whole number of at least 1." in capsys.readouterr().err


@pytest.mark.parametrize("command", ["up", "order"])
@pytest.mark.parametrize(("value", "is_verbose"), [("1", True), ("0", False), ("", False)])
def test_the_output_is_verbose_only_on_request(command, value, is_verbose, monkeypatch):
    monkeypatch.setenv("VERBOSE", value)
    parser = ArgumentParser()
    add_options(parser, command)

    assert parser.parse_args([]).verbose is is_verbose


def interrupted(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ("up", "To continue: make up"),
        ("order", "Look before you repeat it: make show"),
        ("decide", "Look before you repeat it: make tasks"),
        ("tasks", "Interrupted."),
        ("rebuild", "Interrupted. The rebuild continues.\n"),
    ],
)
def test_an_interrupted_command_says_what_to_do_next(command, advice, monkeypatch, capsys):
    monkeypatch.setattr(commands, "running_stack", interrupted)
    monkeypatch.setattr(commands.up, "bring_up", interrupted)

    assert commands.run([command]) == commands.INTERRUPTED

    printed = capsys.readouterr().out
    assert advice in printed
    assert "Run the command again" not in printed


def test_every_command_with_advice_exists():
    for command in commands.INTERRUPT_ADVICE:
        with pytest.raises(SystemExit, match="0"):
            commands.run([command, "--help"])
