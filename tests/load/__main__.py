"""`make load`: send an increasing number of visitors to a deployed shop, and report where it breaks.

It sends requests only to the API of a deployed stack: the one of `make up`, or a stack in your account.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from tests.load import load_report
from tools.account import environments
from tools.account.commands import SignedIn, sign_in
from tools.local_cloud.cloud import ROOT, LocalCloudError
from tools.terminal.console import SafeConsole, reports_errors
from tools.terminal.progress import Steps

LOCUST = ROOT / ".venv-load" / "bin" / "locust"
VISITS = Path(__file__).with_name("visits.py")
RESULTS = ROOT / ".local" / "load"
# Limits of one machine, and of the cost of a mistake: 200 visitors per second for 30 minutes place 100,000 orders.
MAX_VISITORS, MAX_MINUTES = 200, 30
SHARES = (0.25, 0.5, 0.75, 1.0)
TREND_POINTS = 12
POLL_SECONDS = 0.5
ALICE = "alice@example.com"


@reports_errors
def run(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Run the load test.

    Returns:
        The exit status: 0 also if the shop breaks, because finding that rate is the purpose of the test.
    """
    console = SafeConsole(highlight=False, soft_wrap=True)
    options = _options(arguments)
    try:
        target = sign_in(options.env, options.stack, options.user)
    except (BotoCoreError, ClientError) as error:
        console.print(f"[red]An AWS call failed: {escape(str(error))}[/red]")
        return 1
    rates = [options.rate * share for share in SHARES]
    step_seconds = options.minutes * 60 / len(rates)
    console.print(
        f"Visitors to {target.api_url}: {', '.join(f'{rate:g}' for rate in rates)} per second, {step_seconds:g} s each."
    )
    requests_file = _visit(console, target, rates, step_seconds)
    requests = [json.loads(line) for line in requests_file.read_text().splitlines()]
    steps = load_report.steps_of(requests, rates, step_seconds / TREND_POINTS)
    load_report.show(console, steps, step_seconds)
    console.print(f"[dim]All requests: {requests_file.relative_to(ROOT)}[/dim]")
    return 0


def _visit(console: Console, target: SignedIn, rates: Sequence[float], step_seconds: float) -> Path:
    """Run Locust, and return the file with one line per request.

    Raises:
        LocalCloudError: Locust failed.
    """
    RESULTS.mkdir(parents=True, exist_ok=True)
    requests_file, log_file = RESULTS / "requests.jsonl", RESULTS / "locust.log"
    requests_file.write_text("")
    plan = {
        "base_url": target.api_url,
        "id_token": target.id_token,
        "steps": rates,
        "step_seconds": step_seconds,
        "requests_file": str(requests_file),
    }
    command = [LOCUST, "--headless", "--users", "1", "--only-summary", "--loglevel", "WARNING", "-f", VISITS]
    # Passed in the environment, because all users of the machine can read command lines.
    environment = os.environ | {"LOAD_PLAN": json.dumps(plan)}
    with Steps(console).step("Sending visitors", "Sent visitors") as step, log_file.open("w") as log:
        started = time.monotonic()
        with subprocess.Popen(command, env=environment, stdout=log, stderr=log) as locust:
            while locust.poll() is None:
                number = min(int((time.monotonic() - started) / step_seconds), len(rates) - 1)
                responses = len(requests_file.read_bytes().splitlines())
                step.note(f"{rates[number]:g} per second, {responses} responses so far")
                time.sleep(POLL_SECONDS)
        if locust.returncode:
            raise LocalCloudError(f"Locust failed. See its log: {log_file.relative_to(ROOT)}")
    return requests_file


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--rate", type=float, default=20, help="visitors per second in the last of four steps")
    parser.add_argument("--minutes", type=float, default=4, help="duration of all steps together")
    parser.add_argument(
        "--env", default=environments.LOCAL, help="environment of samconfig.toml (default: %(default)s)"
    )
    parser.add_argument("--stack", help="the stack's name, if it is not the one in samconfig.toml")
    parser.add_argument("--user", default=ALICE, help="the customer who visits (default: %(default)s)")
    options = parser.parse_args(arguments)
    if not 0 < options.rate <= MAX_VISITORS or not 0 < options.minutes <= MAX_MINUTES:
        parser.error(
            f"the limits are {MAX_VISITORS} visitors per second and {MAX_MINUTES} minutes: make load RATE=20 MINUTES=4"
        )
    return options


if __name__ == "__main__":
    sys.exit(run())
