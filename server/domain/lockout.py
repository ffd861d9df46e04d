"""How long a sign-in waits after wrong passwords: the first few cost nothing, then each doubles the wait."""

from datetime import datetime, timedelta

FREE_TRIES = 5  # a person who mistypes is not punished
FIRST_S = 30.0
LONGEST_S = 3600.0
MOST = 20_000  # names that are remembered; some four megabytes of them


def wait_after(failures: int) -> float:
    """Seconds until the next try may be made, after so many wrong ones in a row.

    A guesser who never gives up gets 24 tries a day, about nine thousand a year, at passwords that are not in
    any list. Whoever asks at each moment that is free takes it from all who stand in the same line: so a browser
    that is known to the person has one of its own.
    """
    over = failures - FREE_TRIES
    if over < 0:
        return 0.0
    return min(FIRST_S * 2.0 ** min(over, 30), LONGEST_S)


class Tries:
    """Wrong tries at what has no row in the database, in memory that does not grow with names: the oldest go."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._of: dict[str, tuple[int, datetime]] = {}  # failures in a row, and until when nobody may

    def __len__(self) -> int:
        return len(self._of)

    def begin(self, name: str, now: datetime) -> float:
        """Seconds that nobody may try for; 0: one may, and it counts as wrong until `forgive` or `spare`."""
        failures, until = self._of.pop(name, (0, now))
        wait_s = max(0.0, (until - now).total_seconds())
        if not wait_s:
            failures += 1
            until = now + timedelta(seconds=wait_after(failures))
        self._of[name] = failures, until
        while len(self._of) > self._most:
            del self._of[next(iter(self._of))]
        return wait_s

    def forgive(self, name: str) -> None:
        self._of.pop(name, None)

    def spare(self, name: str, now: datetime) -> None:
        """Takes back this try alone."""
        failures, _ = self._of.get(name, (0, now))
        if failures:
            self._of[name] = failures - 1, now
