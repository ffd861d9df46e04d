"""How long a sign-in waits after wrong passwords: the first few cost nothing, then each doubles the wait."""

FREE_TRIES = 5  # a person who mistypes is not punished
FIRST_S = 30.0
LONGEST_S = 3600.0


def wait_after(failures: int) -> float:
    """Seconds until the next try may be made, after so many wrong ones in a row.

    A guesser who never gives up gets 24 tries a day, about nine thousand a year, at passwords that are not in
    any list. It never locks for good: else anybody could shut out a branch's manager by typing nonsense.
    """
    over = failures - FREE_TRIES
    if over < 0:
        return 0.0
    return min(FIRST_S * 2.0 ** min(over, 30), LONGEST_S)
