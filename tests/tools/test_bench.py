"""The benchmark's statistics, tables, chart and results file."""

import json
from collections.abc import Collection
from pathlib import Path

import pytest
from rich.console import Console

from tools.bench import event_lag, order_budget, order_throughput, results_file
from tools.bench.results_document import with_results
from tools.bench.results_plot import bars, specification
from tools.bench.results_table import figures, quantity, table
from tools.bench.sample import Group, Sample, percentile
from tools.local_cloud.cloud import ROOT

FLOOR = Sample("floor", "s", (0.01, 0.02, 0.03))
ORDER = Sample("an order", "s", (0.05, 0.04, 0.03), "floor")
LATENCY = Group("latency", (FLOOR, ORDER))


def test_a_ratio_compares_medians() -> None:
    assert LATENCY.ratio(ORDER) == pytest.approx(2)
    assert LATENCY.ratio(FLOOR) is None


def test_a_floor_of_another_group_is_an_error() -> None:
    with pytest.raises(KeyError):
        Group("alone", (ORDER,)).ratio(ORDER)


def test_percentiles_are_interpolated() -> None:
    hundred = [float(number) for number in range(101)]

    assert percentile(hundred, 95) == 95
    assert percentile([3, 1, 2], 50) == 2
    assert percentile([7], 95) == 7
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 50)


def test_the_spread_is_the_first_and_third_quartile() -> None:
    assert Sample("", "s", (1, 2, 3, 4, 5)).spread == (2, 4)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.0234, "s", "23 ms"), (1.25, "s", "1.2 s"), (7.06, "1/s", "7.1 /s"), (28.4, "kB", "28 kB")],
)
def test_quantities_are_written_with_their_units(value: float, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


def test_the_table_shows_the_ratio_to_the_floor() -> None:
    assert figures(LATENCY, ORDER) == ("40 ms", "35 ms to 45 ms", "49 ms", "2.00")
    assert figures(LATENCY, FLOOR)[-1] == ""


def test_the_table_of_a_large_group_omits_the_middle() -> None:
    starts = tuple(Sample(f"function {number:02}", "s", (number / 100,), "floor") for number in range(1, 43))
    console = Console(width=120)

    with console.capture() as shown:
        console.print(table(Group("cold starts", (FLOOR, *starts))))

    assert "function 42" in shown.get()
    assert "function 01" in shown.get()
    assert "function 20" not in shown.get()
    assert "32 in between" in shown.get()


def test_the_file_keeps_every_value_and_groups_not_measured_again(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results_file.write([LATENCY, Group("reads", (FLOOR,))], saga_type="STANDARD", path=file)
    again = Group("reads", (Sample("floor", "s", (0.5,)),))

    results_file.write([again], saga_type="EXPRESS", path=file)

    assert results_file.read(file) == [LATENCY, again]
    groups = json.loads(file.read_text())["groups"]
    assert groups[0]["samples"][1]["ratio"] == 2
    assert [group["saga_type"] for group in groups] == ["STANDARD", "EXPRESS"]


def test_the_chart_has_a_bar_for_each_sample_with_a_floor() -> None:
    (bar,) = bars([LATENCY, Group("sizes", (Sample("a layer", "kB", (5,)),))])

    assert bar["name"] == "an order"
    assert (bar["ratio"], bar["low"], bar["high"]) == pytest.approx((2, 1.75, 2.25))
    assert specification([LATENCY])["data"]["values"] == [bar]


def test_the_chart_shows_the_slowest_median_and_fastest_cold_start() -> None:
    starts = tuple(Sample(f"f{number}", "s", (number / 100,), "floor") for number in range(1, 8))

    assert [bar["name"] for bar in bars([Group("cold starts", (FLOOR, *starts))])] == ["f7", "f4", "f1"]


def test_lags_are_read_from_the_embedded_metrics() -> None:
    lines = ['{"_aws": {}, "ArchiveLag": [0.2, 0.3]}', '{"_aws": {}, "ArchiveLag": 0.1}', "START RequestId: 1", "{}"]

    assert event_lag.lags(lines, "ArchiveLag") == [0.2, 0.3, 0.1]


def test_the_number_in_flight_is_limited_and_failures_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_throughput, "POLL_SECONDS", 0)
    started: list[str] = []
    most = 0

    def start() -> str:
        if len(started) == 3:
            started.append("rejected")
            raise ConnectionError
        started.append(str(len(started)))
        return started[-1]

    def ended(going: Collection[str]) -> dict[str, bool]:
        nonlocal most
        most = max(most, len(going))
        return {name: name != "5" for name in going}

    rate, failed = order_throughput.rate(8, 2, start, ended)

    assert most <= 2
    assert failed == 2
    assert rate > 0


def test_lines_of_lambda_tell_the_calls_and_are_no_log_lines() -> None:
    messages = ["START RequestId: 1 Version: $LATEST", '{"level": "INFO"}', "END RequestId: 1", "REPORT RequestId: 1"]

    assert order_budget.counted(messages * 2) == {"calls": 2, "log lines": 2}


def test_the_budget_compares_an_order_with_the_empty_saga() -> None:
    floor = {"calls": 5.0, "log lines": 5.0, "CPU time of functions": 0.02, "CPU time of the emulator": 0.01}
    single = {name: 4 * value for name, value in floor.items()}
    together = {name: 2 * value for name, value in floor.items()}

    group = Group("budget", tuple(order_budget.samples(floor, single, together, 16)))

    ratios = {sample.name: group.ratio(sample) for sample in group.samples if sample.floor}
    assert ratios == {
        "an order, calls, one at a time": 4,
        "an order, calls, with 16 in flight": 2,
        "an order, CPU time of functions, with 16 in flight": 2,
        "an order, CPU time of the emulator, with 16 in flight": 2,
    }
    assert group.samples[-1] == Sample("an order, log lines, one at a time", "lines", (20,))


def test_the_document_gets_a_table_between_its_markers() -> None:
    document = "before\n<!-- bench: latency -->\nold\n<!-- end -->\nafter"

    written = with_results(document, [LATENCY])

    assert written.startswith("before\n<!-- bench: latency -->\n| measured | median |")
    assert "| an order | 40 ms | 35 ms to 45 ms | 49 ms | 2.00 |" in written
    assert "old" not in written
    assert written.endswith("<!-- end -->\nafter")
    assert with_results(written, [LATENCY]) == written


def test_the_document_shows_the_figures_of_the_results_file() -> None:
    document = (ROOT / "docs" / "performance.md").read_text()

    assert with_results(document, results_file.read()) == document
