"""Measure how long `make up` takes: the first time, without a change, and after one changed line."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
from rich.console import Console

from tools.bench.environment import wait_until
from tools.bench.sample import Group, Sample
from tools.deployment import build, build_web
from tools.local_cloud import up
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.stack import Stack
from tools.terminal.console import SafeConsole
from tools.terminal.progress import Step, Steps

CHANGED_FILE = "functions/views/list_products.py"
# A line whose change is visible in the API's response.
CHANGED_LINE = re.compile(r"max-age=\d+")
SAM_BUILD = "Building the functions and layers (sam build)"


class TimedSteps(Steps):
    """Steps that record the duration of each step, in seconds."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[Step]:
        started = time.perf_counter()
        with super().step(doing, done) as step:
            yield step
        self.seconds[doing] = time.perf_counter() - started


def bring_up_cold(cloud: LocalCloud, console: Console) -> tuple[Stack, Group]:
    """Start the cloud with nothing built and nothing running. Downloaded packages are cached.

    Before that, build the web page alone, because `make up` builds it in parallel with the other steps.
    """
    shutil.rmtree(cloud.state_dir, ignore_errors=True)
    build_web.mark_not_built()
    started = time.perf_counter()
    build_web.build_web()
    page_alone = Sample("the web page alone (Vite)", "s", (time.perf_counter() - started,))
    build_web.mark_not_built()
    stack, group = _bring_up(cloud, console, "make up, nothing built")
    return stack, replace(group, samples=(*group.samples, page_alone))


def bring_up_warm(cloud: LocalCloud, console: Console) -> Group:
    """Run `make up` on a running cloud, with nothing to change."""
    return _bring_up(cloud, console, "make up, nothing changed")[1]


def change_a_line(cloud: LocalCloud, console: Console, rounds: int) -> Group:
    """Change a line of a function in a copy of the sources, deploy it, and wait until a response shows the change."""
    totals: list[float] = []
    parts: dict[str, list[float]] = {}
    sources = build.copy_sources(cloud.state_dir / "changed")
    changed = replace(cloud, root=sources)
    # A developer's checkout is already built, so the copy's first build does not count.
    up.bring_up(changed, Steps(SafeConsole(quiet=True)))
    for number in range(rounds):
        file = sources / CHANGED_FILE
        file.write_text(CHANGED_LINE.sub(f"max-age={100 + number}", file.read_text()))
        started = time.perf_counter()
        steps = TimedSteps(console)
        stack = up.bring_up(changed, steps)
        _wait_for_response(stack, f"max-age={100 + number}")
        totals.append(time.perf_counter() - started)
        for doing, seconds in steps.seconds.items():
            parts.setdefault(doing, []).append(seconds)
    samples = [Sample("from a changed line to the first changed response", "s", tuple(totals), SAM_BUILD)]
    samples += [Sample(doing, "s", tuple(values)) for doing, values in parts.items()]
    return Group("one changed line", tuple(samples))


def _bring_up(cloud: LocalCloud, console: Console, name: str) -> tuple[Stack, Group]:
    started = time.perf_counter()
    steps = TimedSteps(console)
    stack = up.bring_up(cloud, steps)
    total = time.perf_counter() - started
    # If nothing was built, there is no floor.
    floor = SAM_BUILD if steps.seconds[SAM_BUILD] > 1 else None
    samples = [Sample("total, without the first order", "s", (total,), floor)]
    samples += [Sample(doing, "s", (seconds,)) for doing, seconds in steps.seconds.items()]
    return stack, Group(name, tuple(samples))


def _wait_for_response(stack: Stack, text: str) -> None:
    with httpx.Client(timeout=120, trust_env=False) as http:
        wait_until(
            lambda: text in http.get(f"{stack.api_url}/products").headers.get("Cache-Control", ""),
            "a response with the changed line",
        )
