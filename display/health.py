"""How this device is: its sound and its boards, told to the server when it changes and only then."""

import secrets

from display.output import State
from display.post import Post

WORST_FIRST: tuple[State, ...] = ("error", "ok", "off")


class Health:
    """`parts` is as the server has it: the worst of all outputs of a part."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._states: dict[tuple[str, str], tuple[State, str]] = {}  # (part, output) -> state, note
        self._told: dict[str, State] = {}

    @property
    def parts(self) -> dict[str, State]:
        found: dict[str, State] = {}
        for part in sorted({part for part, _ in self._states}):
            states = [state for (of, _), (state, _) in self._states.items() if of == part]
            found[part] = next(state for state in WORST_FIRST if state in states)
        return found

    @property
    def troubles(self) -> list[str]:
        """What is wrong, for people."""
        return [f"{output}: {note}" for (_, output), (state, note) in self._states.items() if state == "error"]

    def set(self, part: str, output: str, state: State, note: str = "") -> None:
        self._states[part, output] = state, note
        if self.parts != self._told:
            self.tell()

    def tell(self) -> None:
        self._told = self.parts
        note = "; ".join(self.troubles)[:200]
        self._post.put("device-reports", {"parts": self._told, "note": note}, secrets.token_hex(16), newest=True)

    def say_goodbye(self) -> None:
        self._post.put("device-reports", {"offline": True}, secrets.token_hex(16), newest=True)
