"""`make audit`: what it says to an IN_FLIGHT that is none."""

import pytest

from local import audit


@pytest.mark.parametrize("text", ["soon", "", "-5", "nan", "inf", "1e300"])
def test_in_flight_is_a_number_of_seconds(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["audit", text])

    assert audit.main() == 2

    assert "make audit IN_FLIGHT=90" in capsys.readouterr().out
