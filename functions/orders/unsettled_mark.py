"""The mark of an order that is not settled: since when it is quiet, and how often the sweeper has run it again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kernel.timestamps import Timestamp, timestamp

RUNS = 3


@dataclass(frozen=True)
class UnsettledMark:
    """What the sweeper knows of an order.

    Attributes:
        since: there is no need to look at the order before it has been quiet for some time from then on.
        sweeps: how often the sweeper has run it again.
        in_vain: how many of these runs have brought no event, up to the last one.
        swept_at: how many events the order had when it was run again last.
    """

    since: Timestamp
    sweeps: int = 0
    in_vain: int = 0
    swept_at: int = 0

    def quiet_since(self, moment: Timestamp) -> "UnsettledMark":
        """Return the mark of an order that somebody has looked at, or that has moved, at `moment`."""
        return replace(self, since=moment)

    def is_given_up(self, events: int) -> bool:
        """Whether an order that has so many events has been run again often enough, to no avail."""
        return self._in_vain(events) >= RUNS

    def run_again(self, events: int, moment: datetime, quiet: timedelta) -> "UnsettledMark":
        """Return the mark of an order that the sweeper runs again.

        The pause doubles with each run that brings no event: a machine that is too slow gets no more work.

        Args:
            events: How many events the order has.
            moment: The time of the run.
            quiet: How long an order is quiet before the sweeper runs it again.
        """
        in_vain = self._in_vain(events)
        return UnsettledMark(timestamp(moment + quiet * (2**in_vain - 1)), self.sweeps + 1, in_vain + 1, events)

    def _in_vain(self, events: int) -> int:
        return self.in_vain if events == self.swept_at else 0
