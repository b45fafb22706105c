"""The options of the commands that make calls, and their errors."""

import pytest

from tools.terminal import commands


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two"])
@pytest.mark.parametrize(
    ("command", "variable"), [("order", "QUANTITY"), ("return", "QUANTITY"), ("measure-sagas", "ORDERS")]
)
def test_a_count_of_less_than_one_is_an_error(command, variable, value, monkeypatch, capsys):
    monkeypatch.setenv(variable, value)

    assert commands.run([command]) == 1
    assert f"{variable} is '{value}', but it must be a whole number of at least 1." in capsys.readouterr().out
