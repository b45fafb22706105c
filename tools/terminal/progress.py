"""Show progress: a spinner with the elapsed time for the running step, and one line for each finished step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Step:
    """A running step.

    Attributes:
        done: The line to print when the step has finished. The step may replace it.
    """

    def __init__(self, bar: Progress, doing: str, done: str) -> None:
        self._bar = bar
        self._doing = doing
        self._task = bar.add_task(doing, total=None)
        self.done = done

    def note(self, detail: str) -> None:
        """Show the progress of the step."""
        self._bar.update(self._task, description=f"{self._doing} [dim]{detail}[/dim]")


class Steps:
    """Reports steps to a console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[Step]:
        """Show `doing` with a spinner while the block runs. Print `done` with the duration afterwards."""
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
