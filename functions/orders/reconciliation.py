"""The reconciliation of an order that is not settled: when it is due, and how often it has run the order again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kernel.timestamps import Timestamp, timestamp

MAX_RUNS_WITHOUT_EVENT = 3


@dataclass(frozen=True)
class Reconciliation:
    """What the sweeper knows about an order.

    Attributes:
        quiet_since: The sweeper looks at the order when it has been quiet for some time from this moment on.
        runs: How often the sweeper has run the order again.
        runs_without_event: How many of the last of these runs brought no event.
        events_at_last_run: How many events the order had when the sweeper ran it last.
    """

    quiet_since: Timestamp
    runs: int = 0
    runs_without_event: int = 0
    events_at_last_run: int = 0

    def postponed(self, moment: Timestamp) -> "Reconciliation":
        """Return the reconciliation of an order that was looked at, or had an event, at `moment`."""
        return replace(self, quiet_since=moment)

    def is_exhausted(self, events: int) -> bool:
        """Whether running the order again has not helped often enough.

        Args:
            events: How many events the order has.
        """
        return self._runs_without_event(events) >= MAX_RUNS_WITHOUT_EVENT

    def run_again(self, events: int, moment: datetime, quiet: timedelta) -> "Reconciliation":
        """Return the reconciliation of an order that the sweeper runs again.

        The pause doubles with each run that brings no event, so an overloaded machine gets no more work.

        Args:
            events: How many events the order has.
            moment: The time of the run.
            quiet: How long an order is quiet before the sweeper runs it again.
        """
        runs_without_event = self._runs_without_event(events)
        due = timestamp(moment + quiet * (2**runs_without_event - 1))
        return Reconciliation(due, self.runs + 1, runs_without_event + 1, events)

    def _runs_without_event(self, events: int) -> int:
        return self.runs_without_event if events == self.events_at_last_run else 0
