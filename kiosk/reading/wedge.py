"""A reader that pretends to be a keyboard: tells its burst of keys from a person typing."""

ENDS = {"\r", "\n", "\t", "Enter", "Tab"}
# Readers send a key every 1 to 20 ms; nobody types six keys and Enter with less than 50 ms between any two.
LONGEST_GAP = 0.05
SHORTEST = 6
LONGEST = 256


class Wedge:
    """Fed with each key and its time in seconds; gives back what a reader typed when its Enter comes."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._last = float("-inf")

    def typed(self, key: str, at: float) -> str | None:
        """A character, or a key by its name. Names other than Enter and Tab (as Shift) pass without effect."""
        if not 0 <= at - self._last <= LONGEST_GAP:
            self._keys = []
        self._last = at
        if key in ENDS:
            keys, self._keys = self._keys, []
            return "".join(keys) if SHORTEST <= len(keys) <= LONGEST else None
        if len(key) == 1 and len(self._keys) <= LONGEST:
            self._keys.append(key)
        return None
