"""Show what is going on: a spinner with the time for the running step, a line for each one done."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Step:
    """A running step. Set `done` to tell more than the plan when it is over."""

    def __init__(self, bar: Progress, doing: str, done: str) -> None:
        self._bar = bar
        self._doing = doing
        self._task = bar.add_task(doing, total=None)
        self.done = done

    def note(self, detail: str) -> None:
        """Show how far the step is."""
        self._bar.update(self._task, description=f"{self._doing} [dim]{detail}[/dim]")


class Steps:
    """Reports steps to a console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[Step]:
        """Show `doing` with a spinner while the block runs, and `done` with its seconds afterwards."""
        started = time.monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        bar = Progress(*columns, console=self.console, transient=True, disable=not self.console.is_terminal)
        try:
            with bar:
                step = Step(bar, doing, done)
                yield step
        except BaseException:
            self.console.print(f"[red]✘[/red] {doing} [dim]{_seconds(started)}[/dim]")
            raise
        self.console.print(f"[green]✔[/green] {step.done} [dim]{_seconds(started)}[/dim]")


def _seconds(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"
