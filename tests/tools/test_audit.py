"""`make audit`: its messages for an invalid IN_FLIGHT, and for an emulator that is slow or absent."""

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

    assert "make audit IN_FLIGHT=90" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("found", "shown", "absent_text"),
    [
        (Reach.BUSY, "is running, but it is busy", "make up"),
        (Reach.NOT_RUNNING, "Start it: make up", "busy"),
    ],
)
def test_a_busy_emulator_is_not_reported_as_absent(
    found: Reach, shown: str, absent_text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reachability, "reach", lambda *_: found)
    monkeypatch.setattr("sys.argv", ["audit"])

    assert audit.main() == 2

    printed = capsys.readouterr().err
    assert shown in printed
    assert absent_text not in printed


def test_a_timeout_during_the_audit_does_not_suggest_a_restart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def time_out(*_: object) -> None:
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1:4566/")

    monkeypatch.setattr(audit, "running_stack", lambda _: None)
    monkeypatch.setattr(audit, "audit", time_out)
    monkeypatch.setattr("sys.argv", ["audit"])

    assert audit.main() == 2

    printed = capsys.readouterr().err
    assert "Run the command again." in printed
    assert "make down" not in printed
