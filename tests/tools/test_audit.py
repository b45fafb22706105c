"""`make audit`: what it says to an IN_FLIGHT that is none, and of an emulator that is slow or absent."""

import pytest
from botocore.exceptions import ReadTimeoutError

from tools.event_store import audit
from tools.local_cloud import reachability
from tools.local_cloud.reachability import Reach


@pytest.mark.parametrize("text", ["soon", "", "-5", "nan", "inf", "1e300"])
def test_in_flight_is_a_number_of_seconds(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["audit", text])

    assert audit.main() == 2

    assert "make audit IN_FLIGHT=90" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "told", "not_told"),
    [
        (Reach.BUSY, "is running, but it is busy", "make up"),
        (Reach.NOT_RUNNING, "Start it: make up", "busy"),
    ],
)
def test_a_busy_emulator_is_not_reported_as_not_running(
    found: Reach, told: str, not_told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reachability, "reach", lambda *_: found)
    monkeypatch.setattr("sys.argv", ["audit"])

    assert audit.main() == 2

    said = capsys.readouterr().out
    assert told in said
    assert not_told not in said


def test_an_emulator_that_slows_down_meanwhile_is_not_to_be_started_afresh(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def time_out(*_: object) -> None:
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1:4566/")

    monkeypatch.setattr(audit, "running_stack", lambda: None)
    monkeypatch.setattr(audit, "audit", time_out)
    monkeypatch.setattr("sys.argv", ["audit"])

    assert audit.main() == 2

    said = capsys.readouterr().out
    assert "Run the command again." in said
    assert "make down" not in said
