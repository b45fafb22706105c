"""`make scan`: its output for the tools' reports, and for a database that does not respond."""

import json
import subprocess
from typing import Any

import pytest

from tools.toolchain import vulnerabilities
from tools.toolchain.vulnerabilities import ROOT

FINDING = {"name": "left-pad", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
CLEAN = {"name": "pydantic", "version": "2.0", "vulns": []}


def tool(monkeypatch: pytest.MonkeyPatch, stdout: object, stderr: str = "") -> None:
    """Replace every tool by one with this output."""
    text = stdout if isinstance(stdout, str) else json.dumps(stdout)

    def run(command: Any, **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, text, stderr)

    monkeypatch.setattr(subprocess, "run", run)


def test_a_known_vulnerability_is_named_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vulnerabilities, "NPM_LOCKS", [])
    tool(monkeypatch, {"dependencies": [FINDING, CLEAN]})

    assert vulnerabilities.scan() == 1

    assert "left-pad 1.0: PYSEC-1" in capsys.readouterr().out


def test_every_lock_file_is_scanned() -> None:
    python = [*ROOT.glob("requirements/*.in"), *ROOT.glob("layers/*/requirements.in")]
    npm = [*ROOT.glob("*/package-lock.json"), *ROOT.glob("tools/*/package-lock.json")]

    assert {ROOT / lock for lock in vulnerabilities.PYTHON_LOCKS} == {path.with_suffix(".txt") for path in python}
    assert {ROOT / lock for lock in vulnerabilities.NPM_LOCKS} == set(npm)


def test_an_unreachable_database_is_reported_and_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vulnerabilities, "NPM_LOCKS", [])
    tool(monkeypatch, "", "Traceback\nConnectionError: no name")

    assert vulnerabilities.scan() == 0

    printed = capsys.readouterr().out
    assert all(f"{lock}: NOT AUDITED" in printed for lock in vulnerabilities.PYTHON_LOCKS)
    assert "ConnectionError: no name" in printed


def test_only_high_and_critical_vulnerabilities_of_npm_count(monkeypatch: pytest.MonkeyPatch) -> None:
    tool(monkeypatch, {"vulnerabilities": {"a": {"severity": "critical"}, "b": {"severity": "low"}}})

    assert vulnerabilities.npm_vulnerabilities("frontend/package-lock.json") == ["a: critical"]


def test_an_unreachable_npm_database_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    tool(monkeypatch, {"message": "request failed"})

    with pytest.raises(vulnerabilities.Unreachable, match="request failed"):
        vulnerabilities.npm_vulnerabilities("frontend/package-lock.json")
