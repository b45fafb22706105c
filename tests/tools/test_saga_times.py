"""`make measure-sagas`: prices, percentiles and the table of both workflow types."""

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


def test_standard_is_billed_by_transition_and_express_by_started_tenths_of_a_second():
    assert STANDARD.usd_for_a_million("STANDARD") == pytest.approx(14 * 25)
    assert EXPRESS.usd_for_a_million("EXPRESS") == pytest.approx(1 + 0.4 * 64 / 1024 * 16.67)


def test_a_percentile_is_the_time_within_which_that_fraction_has_finished():
    assert saga_times.percentile((4.0, 0.2, 0.3), 0.5) == 0.3
    assert saga_times.percentile((4.0, 0.2, 0.3), 0.9) == 4.0


def test_the_output_says_how_to_measure_the_missing_type():
    assert "make up SAGA_TYPE=EXPRESS" in printed({"STANDARD": STANDARD})
    assert "make up" not in printed({"STANDARD": STANDARD, "EXPRESS": EXPRESS})


def test_an_express_workflow_has_no_transitions():
    (line,) = [
        line for line in printed({"STANDARD": STANDARD, "EXPRESS": EXPRESS}).splitlines() if "transitions" in line
    ]

    assert line.split()[-2:] == ["14.0", "-"]


def test_measurements_are_stored(tmp_path):
    file = tmp_path / "saga-times.json"
    assert saga_times.read(file) == {}

    saga_times.write(file, {"STANDARD": STANDARD})

    assert saga_times.read(file) == {"STANDARD": STANDARD}
