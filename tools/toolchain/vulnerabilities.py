"""Look what we depend on up in the databases of known vulnerabilities: Python's by pip-audit, npm's by npm."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.terminal.console import SafeConsole

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = [
    "layers/dependencies/requirements.txt",
    *(f"requirements/{name}.txt" for name in ("tools", "scan", "docs", "load", "bench")),
]
NPM_LOCKS = ["frontend/package-lock.json", "tools/site/package-lock.json"]


class Unreachable(Exception):
    """The database did not answer, so nothing is known. The message holds the tool's last words."""


def scan() -> int:
    """Say what is known of each lock file's packages.

    Returns: the exit status: 1 where one has a known vulnerability; 0 too where no database could be asked.
    """
    console = SafeConsole(highlight=False, soft_wrap=True)
    databases = dict.fromkeys(PYTHON_LOCKS, python_vulnerabilities)
    if shutil.which("npm"):
        databases |= dict.fromkeys(NPM_LOCKS, npm_vulnerabilities)
    found = 0
    for lock, look_up in databases.items():
        try:
            vulnerabilities = look_up(lock)
        except Unreachable as error:
            console.print(f"{lock}: NOT AUDITED, its database does not answer ({error})")
            continue
        found += len(vulnerabilities)
        console.print(f"{lock}: {len(vulnerabilities)} known vulnerabilities")
        for each in vulnerabilities:
            console.print(f"  {each}")
    return 1 if found else 0


def python_vulnerabilities(lock: str) -> list[str]:
    """Return the known vulnerabilities of a requirements file's packages. Raises: Unreachable."""
    options = ["--vulnerability-service=osv", "--format=json", "--progress-spinner=off", "--disable-pip"]
    report = _json([".venv-scan/bin/pip-audit", *options, "--require-hashes", "--requirement", lock])
    return [
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        for package in report["dependencies"]
        for vulnerability in package.get("vulns", [])
    ]


def npm_vulnerabilities(lock: str) -> list[str]:
    """Return the packages of an npm lock that have known vulnerabilities, high or critical. Raises: Unreachable."""
    report = _json(["npm", "audit", "--json", "--package-lock-only", "--prefix", str(Path(lock).parent)])
    if "vulnerabilities" not in report:
        raise Unreachable(report.get("message") or "npm audit gave no report")
    return [
        f"{name}: {package['severity']}"
        for name, package in report["vulnerabilities"].items()
        if package["severity"] in ("high", "critical")
    ]


def _json(command: Sequence[str]) -> dict[str, Any]:
    """Return what a tool reports; both end with a status of 1 where they find something."""
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(ended.stdout)
    except ValueError:
        raise Unreachable((ended.stderr.strip().splitlines() or ["it said nothing"])[-1][:100]) from None
    return report


if __name__ == "__main__":
    sys.exit(scan())
