"""`make measure-sagas`: what it makes of times and transitions, side by side."""

from io import StringIO

import pytest
from rich.console import Console

from tools.terminal import saga_times
from tools.terminal.saga_times import Times

STANDARD = Times(confirmed=(0.2, 0.3, 4.0), paid=(0.3, 0.4, 5.0), transitions=(13, 13, 16))
EXPRESS = Times(confirmed=(0.2,), paid=(0.31,), transitions=())


def printed(measured):
    console = Console(file=StringIO(), width=160)
    saga_times.show(console, measured)
    return console.file.getvalue()


def test_standard_is_priced_by_its_transitions_and_express_by_begun_tenths_of_a_second():
    assert STANDARD.usd_for_a_million("STANDARD") == pytest.approx(14 * 25)
    assert EXPRESS.usd_for_a_million("EXPRESS") == pytest.approx(1 + 0.4 * 64 / 1024 * 16.67)


def test_the_share_is_the_time_within_which_so_many_are_done():
    assert saga_times.share((4.0, 0.2, 0.3), 0.5) == 0.3
    assert saga_times.share((4.0, 0.2, 0.3), 0.9) == 4.0


def test_what_is_missing_is_asked_for():
    assert "make up SAGA_TYPE=EXPRESS" in printed({"STANDARD": STANDARD})
    assert "make up" not in printed({"STANDARD": STANDARD, "EXPRESS": EXPRESS})


def test_nobody_tells_the_transitions_of_an_express_run():
    (line,) = [
        line for line in printed({"STANDARD": STANDARD, "EXPRESS": EXPRESS}).splitlines() if "transitions" in line
    ]

    assert line.split()[-2:] == ["14.0", "-"]


def test_what_was_measured_is_kept(tmp_path):
    file = tmp_path / "saga-times.json"
    assert saga_times.read(file) == {}

    saga_times.write(file, {"STANDARD": STANDARD})

    assert saga_times.read(file) == {"STANDARD": STANDARD}
