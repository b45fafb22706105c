"""The output of `make rebuild`."""

from typing import Any

import pytest
from rich.console import Console

from tools.terminal import rebuild

STATE: dict[str, Any] = {
    "rebuild_id": "r-1",
    "status": "SUCCEEDED",
    "started_at": "2026-11-20T15:38:00.000000Z",
    "ended_at": "2026-11-20T15:38:10.000000Z",
    "objects": {"total": 5, "done": 5, "failed": 0},
    "events": {"applied": 1000, "unreadable": 0},
}
FAILED = STATE | {
    "status": "FAILED",
    "objects": {"total": 5, "done": 4, "failed": 1},
    "events": {"applied": 1000, "unreadable": 3},
    "result_file": "rebuilds/r-1/unreadable.jsonl",
}


class Shop:
    """A fake API that returns one state after the other."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self.states = list(states)

    def start_rebuild(self) -> dict[str, Any]:
        return self.states[0]

    def rebuild(self, rebuild_id: str) -> dict[str, Any]:
        assert rebuild_id == "r-1"
        return self.states.pop(0)


def test_it_waits_until_the_rebuild_has_finished_and_prints_the_event_rate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rebuild, "POLL_SECONDS", 0)
    running = STATE | {"status": "RUNNING", "ended_at": None, "objects": {"total": 0, "done": 0, "failed": 0}}

    assert rebuild.rebuild(Console(width=200), Shop(running, running, STATE)) is True  # type: ignore[arg-type]

    output = capsys.readouterr().out
    assert "SUCCEEDED after 10.0 s" in output
    assert "1000 applied, 0 unreadable: 100 events/s" in output


def test_the_summary_of_a_failed_rebuild_says_what_failed_and_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert rebuild.rebuild(Console(width=200), Shop(FAILED)) is False  # type: ignore[arg-type]

    output = capsys.readouterr().out
    assert "4 replayed, 1 failed, of 5" in output
    assert "3 unreadable" in output
    assert FAILED["result_file"] in output
    assert "The views are no worse than before" in output
    assert "make logs F=ReplayObjectFunction" in output
    assert "make logs F=EndRebuildFunction" in output
