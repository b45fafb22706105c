"""Scan the lock files for known vulnerabilities: Python packages with pip-audit, npm packages with npm audit."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.terminal.console import SafeConsole
from tools.toolchain.lock import LOCKS

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = [f"{name}.txt" for name in LOCKS]
NPM_LOCKS = ["frontend/package-lock.json", "tools/prose/package-lock.json", "tools/site/package-lock.json"]


class Unreachable(Exception):
    """The vulnerability database did not respond. The message is the tool's last line of output."""


def scan() -> int:
    """Print the known vulnerabilities of each lock file's packages.

    Returns:
        The exit status: 1 if a package has a known vulnerability, else 0. Unreachable databases do not count.
    """
    console = SafeConsole(highlight=False, soft_wrap=True)
    databases = dict.fromkeys(PYTHON_LOCKS, python_vulnerabilities)
    if shutil.which("npm"):
        databases |= dict.fromkeys(NPM_LOCKS, npm_vulnerabilities)
    count = 0
    for lock, look_up in databases.items():
        try:
            vulnerabilities = look_up(lock)
        except Unreachable as error:
            console.print(f"{lock}: NOT AUDITED, the vulnerability database does not respond ({error})")
            continue
        count += len(vulnerabilities)
        console.print(f"{lock}: {len(vulnerabilities)} known vulnerabilities")
        for each in vulnerabilities:
            console.print(f"  {each}")
    return 1 if count else 0


def python_vulnerabilities(lock: str) -> list[str]:
    """Return the known vulnerabilities of a requirements file's packages.

    Raises:
        Unreachable: The database did not respond.
    """
    options = ["--vulnerability-service=osv", "--format=json", "--progress-spinner=off", "--disable-pip"]
    report = _json([".venv-scan/bin/pip-audit", *options, "--require-hashes", "--requirement", lock])
    return [
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        for package in report["dependencies"]
        for vulnerability in package.get("vulns", [])
    ]


def npm_vulnerabilities(lock: str) -> list[str]:
    """Return the packages of an npm lock file with known vulnerabilities of severity high or critical.

    Raises:
        Unreachable: The database did not respond.
    """
    report = _json(["npm", "audit", "--json", "--package-lock-only", "--prefix", str(Path(lock).parent)])
    if "vulnerabilities" not in report:
        raise Unreachable(report.get("message") or "npm audit gave no report")
    return [
        f"{name}: {package['severity']}"
        for name, package in report["vulnerabilities"].items()
        if package["severity"] in ("high", "critical")
    ]


def _json(command: Sequence[str]) -> dict[str, Any]:
    """Return a tool's report. The exit status is ignored, because it is 1 for any finding."""
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise Unreachable((ended.stderr.strip().splitlines() or ["no output"])[-1][:100]) from None
    return report


if __name__ == "__main__":
    sys.exit(scan())
