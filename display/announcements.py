"""The announcements of one output, in a queue: none overwrites another, none comes late, none is dropped unsaid."""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from display.place import CallOut

Outcome = Literal["made", "dropped", "failed"]
WhyNot = Callable[[CallOut], str]

LATE, CROWDED = "late", "too_many_waiting"
NOTES_KEPT = 2000  # notes nobody takes must not fill the memory


@dataclass(frozen=True, slots=True)
class Manner:
    """How a branch wants its calls announced. Seconds are real ones."""

    limit_s: float = 90.0  # after the call; nothing is begun later. Thirty calls of a rush hour fit in, each once
    times: int = 2  # how often each is announced, if nobody else waits for it
    repeat_after_s: float = 2.0
    merge_from: int = 3  # so many that wait are said in one sentence
    most_in_one: int = 5  # at most 8: the server makes no longer sentence
    most_waiting: int = 200


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be announced now, in one go."""

    calls: tuple[CallOut, ...]
    again: bool = False  # a repetition

    @property
    def text(self) -> str:
        """For logs: "A012 to 3, A013 to 5"."""
        return ", ".join(f"{call.number} to {call.counter_number}" for call in self.calls)


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a call: each call that was added gets exactly one."""

    call: CallOut
    outcome: Outcome
    why: str = ""


@dataclass(slots=True)
class _Turn:
    call: CallOut
    called_at: float
    left: int  # announcements still to make
    not_before: float
    trouble: str = ""
    alone: bool = False


class Announcements:
    """Pure: `now` is an argument, in seconds of any clock that runs evenly.

    The caller takes a sentence with `next`, announces it, and says `done`, or `put_back` where it could not be
    announced just now. Recalls come before ordinary calls, and both in the order of the log. Repetitions wait
    until nobody waits for their first time.
    """

    def __init__(self, manner: Manner | None = None) -> None:
        self.manner = manner or Manner()
        self._recalls: deque[_Turn] = deque()
        self._calls: deque[_Turn] = deque()
        self._repeats: deque[_Turn] = deque()
        self._in_hand: dict[int, _Turn] = {}
        self._notes: deque[Note] = deque(maxlen=NOTES_KEPT)

    def __len__(self) -> int:
        """Calls that wait for their first time."""
        return len(self._recalls) + len(self._calls)

    def add(self, call: CallOut, now: float) -> None:
        turn = _Turn(call, now - call.age_s, self.manner.times, now)
        (self._recalls if call.repeat else self._calls).append(turn)
        if len(self) > self.manner.most_waiting:
            oldest = (self._calls or self._recalls).popleft()
            self._note(oldest, "dropped", CROWDED)

    def next(self, now: float, why_not: WhyNot) -> Sentence | None:
        """What to announce now, if anything. `why_not` says why a call no longer stands; empty if it does."""
        if self._in_hand:
            return None  # one sentence at a time: nobody can listen to two
        self._weed(now, why_not)
        first = [*self._recalls, *self._calls]
        chosen = self._first_of(first or [turn for turn in self._repeats if turn.not_before <= now])
        if not chosen:
            return None
        self._in_hand = {id(turn): turn for turn in chosen}
        for place in (self._recalls, self._calls, self._repeats):
            self._keep(place, lambda turn: id(turn) not in self._in_hand)
        return Sentence(tuple(turn.call for turn in chosen), again=not first)

    def coming(self) -> tuple[CallOut, ...]:
        """What is announced next as it looks now, to get it ready meanwhile."""
        return tuple(turn.call for turn in self._first_of([*self._recalls, *self._calls]))

    def crowded(self, now: float, each_s: float) -> bool:
        """Whether not all that are in hand or wait could be begun in time, if each takes so long."""
        turns = [*self._in_hand.values(), *self._recalls, *self._calls]
        return any(self._over(turn, now + place * each_s) for place, turn in enumerate(turns))

    def stands(self, now: float, why_not: WhyNot) -> bool:
        """Whether all that was taken may still be begun: getting it ready took time."""
        return not any(self._over(turn, now) or why_not(turn.call) for turn in self._in_hand.values())

    def done(self, sentence: Sentence, now: float, failed: str = "") -> None:
        """It was announced, or it cannot be, for this reason."""
        for turn in self._take_hand():
            if not sentence.again:
                self._note(turn, "failed" if failed else "made", failed)
            turn.left -= 1
            turn.not_before = now + self.manner.repeat_after_s
            if turn.left > 0 and not failed:
                self._repeats.append(turn)

    def put_back(self, sentence: Sentence, trouble: str = "", *, apart: bool = False) -> None:
        """It could not be announced just now: it keeps its place, and its limit. `apart`: not together."""
        for turn in reversed(self._take_hand()):
            turn.alone = turn.alone or apart
            turn.trouble = trouble or turn.trouble
            if sentence.again:
                self._repeats.appendleft(turn)
            else:
                (self._recalls if turn.call.repeat else self._calls).appendleft(turn)

    def drop_all(self, why: str) -> None:
        """Nothing that waits is announced: in quiet hours, say."""
        for turn in [*self._recalls, *self._calls]:
            self._note(turn, "dropped", why)
        self._recalls.clear()
        self._calls.clear()
        self._repeats.clear()

    def wait_s(self, now: float) -> float | None:
        """Until something may be due; None: not before the next call."""
        if len(self):
            return 0.0
        times = [turn.not_before for turn in self._repeats]
        return max(0.0, min(times) - now) if times else None

    def take_notes(self) -> list[Note]:
        """What became of calls since the last time that was asked."""
        notes = list(self._notes)
        self._notes.clear()
        return notes

    def _weed(self, now: float, why_not: WhyNot) -> None:
        for place in (self._recalls, self._calls):
            self._keep(place, lambda turn: not self._dropped(turn, now, why_not))
        self._keep(self._repeats, lambda turn: not self._over(turn, now) and not why_not(turn.call))

    def _dropped(self, turn: _Turn, now: float, why_not: WhyNot) -> bool:
        if why := why_not(turn.call):
            self._note(turn, "dropped", why)
        elif self._over(turn, now):
            self._note(turn, "failed" if turn.trouble else "dropped", turn.trouble or LATE)
        else:
            return False
        return True

    def _over(self, turn: _Turn, now: float) -> bool:
        return now - turn.called_at > self.manner.limit_s

    def _first_of(self, turns: list[_Turn]) -> list[_Turn]:
        if len(turns) < self.manner.merge_from or turns[0].alone:
            return turns[:1]
        together = itertools.takewhile(lambda turn: not turn.alone, turns)
        return list(itertools.islice(together, self.manner.most_in_one))

    def _take_hand(self) -> list[_Turn]:
        turns = list(self._in_hand.values())
        self._in_hand = {}
        return turns

    def _note(self, turn: _Turn, outcome: Outcome, why: str = "") -> None:
        self._notes.append(Note(turn.call, outcome, why))

    @staticmethod
    def _keep(place: deque[_Turn], wanted: Callable[[_Turn], bool]) -> None:
        kept = [turn for turn in place if wanted(turn)]
        place.clear()
        place.extend(kept)
