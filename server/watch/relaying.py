"""How far the screens' side of the server is behind the log, and whether anything wakes it."""

import logging
import time

from server.watch.histogram import Histogram
from server.watch.hops import place_in_log
from server.watch.traces import Traces

log = logging.getLogger(__name__)


class RelayWatch:
    """Only the event loop counts. Times of day as UTC seconds are the server's clock, which may run faster."""

    def __init__(self) -> None:
        self.lag = Histogram()  # from an event's time to its delivery, in real seconds
        self.polled_at = time.monotonic()
        self.traces: Traces | None = None

    def polled(self) -> None:
        """The log was asked how far it is."""
        self.polled_at = time.monotonic()

    def delivered(self, branch_id: str, first: int, last: int, late_s: float, listeners: int) -> None:
        """The events first..last went out to those who listen, `late_s` after the first of them happened."""
        self.lag.observe(max(0.0, late_s))
        if self.traces:
            self.traces.delivered(branch_id, first, last, listeners)
        if log.isEnabledFor(logging.INFO):
            for seq in range(first, last + 1):
                place = place_in_log(branch_id, seq)
                log.info("delivered", extra={"branch": branch_id, "log": place, "listeners": listeners})
