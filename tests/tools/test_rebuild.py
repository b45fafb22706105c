"""What `make rebuild` says."""

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
    """Answers with one state after the other."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self.states = list(states)

    def start_rebuild(self) -> dict[str, Any]:
        return self.states[0]

    def rebuild(self, rebuild_id: str) -> dict[str, Any]:
        assert rebuild_id == "r-1"
        return self.states.pop(0)


def test_it_waits_for_the_end_and_tells_how_many_events_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rebuild, "LOOK_AGAIN_SECONDS", 0)
    running = STATE | {"status": "RUNNING", "ended_at": None, "objects": {"total": 0, "done": 0, "failed": 0}}

    assert rebuild.rebuild(Console(width=200), Shop(running, running, STATE)) is True  # type: ignore[arg-type]

    told = capsys.readouterr().out
    assert "SUCCEEDED after 10.0 s" in told
    assert "1000 applied, 0 unreadable: 100 events/s" in told


def test_a_failed_one_says_what_failed_and_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert rebuild.rebuild(Console(width=200), Shop(FAILED)) is False  # type: ignore[arg-type]

    told = capsys.readouterr().out
    assert "4 replayed, 1 failed, of 5" in told
    assert "3 unreadable" in told
    assert FAILED["result_file"] in told
    assert "make logs F=ReplayObjectFunction" in told
