"""What a load test's requests come to."""

from typing import Any

import pytest

from tests.load.load_report import ORDER, breaking_point, percentiles, sparkline, steps_of


def request(step: int = 0, ms: float = 20, name: str = "POST /orders", **changes: Any) -> dict[str, Any]:
    return {"step": step, "name": name, "ms": ms, "ok": True, "status": 202, "second": 1.0} | changes


def test_percentiles_are_by_nearest_rank() -> None:
    assert percentiles(range(1, 101)) == (100, 50, 95, 99)
    assert percentiles([7]) == (1, 7, 7, 7)
    assert percentiles([]) == (0, 0, 0, 0)


def test_a_shop_that_answers_keeps_up() -> None:
    steps = steps_of([request(step) for step in (0, 1) for _ in range(50)], [5, 10], trend_seconds=1)

    assert breaking_point(steps) is None
    assert [step.placing.count for step in steps] == [50, 50]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"ok": False, "status": 429}, "429"),
        ({"ms": 9000}, "9.0 s"),
        ({"name": ORDER, "ms": 20_000}, "20.0 s"),
        ({"name": ORDER, "ok": False, "status": None}, ORDER),
        ({"name": "turned away", "ok": False, "status": None}, "turned away"),
        ({"ok": False, "status": 0}, "no answer"),
    ],
    ids=["refusals", "slow answers", "slow decisions", "undecided orders", "a full house", "silence"],
)
def test_it_breaks_where_one_of_twenty_has_a_reason_to_complain(bad: dict[str, Any], why: str) -> None:
    good = [request(step) for step in (0, 1) for _ in range(50)]

    step = breaking_point(steps_of([*good, *(request(1, **bad) for _ in range(6))], [5, 10], trend_seconds=1))

    assert step is not None
    assert step.rate == 10
    assert why in str(step.breaks_by)


def test_the_trend_is_a_row_of_bars() -> None:
    assert sparkline([0, 50, 100], most=100) == "▁▅█"
