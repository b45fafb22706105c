"""The reconciliation of an unsettled order: when it is due, and how many runs of the saga it has started."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kernel.timestamps import Timestamp, timestamp

MAX_RUNS_WITHOUT_EVENT = 3


@dataclass(frozen=True)
class Reconciliation:
    """The sweeper's record of an unsettled order.

    Attributes:
        quiet_since: The sweeper processes the order QUIET_SECONDS after this time, unless an event arrives before.
        runs: The number of runs that the sweeper has started.
        runs_without_event: How many of the last runs, in a row, appended no event.
        events_at_last_run: The number of events of the order when the sweeper started the last run.
    """

    quiet_since: Timestamp
    runs: int = 0
    runs_without_event: int = 0
    events_at_last_run: int = 0

    def postponed(self, moment: Timestamp) -> "Reconciliation":
        """Return the reconciliation with its waiting time restarted at `moment`."""
        return replace(self, quiet_since=moment)

    def is_exhausted(self, events: int) -> bool:
        """Return whether MAX_RUNS_WITHOUT_EVENT consecutive runs appended no event.

        Args:
            events: The current number of events of the order.
        """
        return self._runs_without_event(events) >= MAX_RUNS_WITHOUT_EVENT

    def after_run(self, events: int, moment: datetime, quiet: timedelta) -> "Reconciliation":
        """Return the reconciliation after the sweeper started another run.

        The delay doubles after each run without an event, to avoid more load on an overloaded system.

        Args:
            events: The current number of events of the order.
            moment: The start of the run.
            quiet: The delay before the first run.
        """
        runs_without_event = self._runs_without_event(events)
        due = timestamp(moment + quiet * (2**runs_without_event - 1))
        return Reconciliation(due, self.runs + 1, runs_without_event + 1, events)

    def _runs_without_event(self, events: int) -> int:
        return self.runs_without_event if events == self.events_at_last_run else 0
