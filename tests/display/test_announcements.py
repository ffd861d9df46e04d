"""Whatever comes whenever: each call is announced once or dropped with a note, in order, and never late."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from display.announcements import Announcements, Manner, Note, Sentence
from display.place import CallOut

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MANNERS = st.builds(
    Manner,
    limit_s=st.sampled_from([5.0, 30.0]),
    times=st.integers(1, 3),
    merge_from=st.integers(2, 5),
    most_in_one=st.integers(1, 5),
    most_waiting=st.integers(3, 40),
)
# Seconds since the call before, recall or not, how old it was when it was learnt of, seconds to say it,
# and what becomes of it: said, the player fails, or it cannot be said just now.
ARRIVALS = st.lists(
    st.tuples(
        st.floats(0, 8),
        st.booleans(),
        st.sampled_from([0.0, 0.0, 0.0, 4.0, 40.0]),
        st.floats(0.1, 9),
        st.sampled_from(["said", "said", "said", "fails", "not now"]),
    ),
    max_size=40,
)
LEFT = st.dictionaries(st.integers(1, 40), st.floats(0, 200), max_size=10)  # seq -> when its ticket was started


def call_out(seq: int, *, repeat: bool = False, age_s: float = 0.0) -> CallOut:
    return CallOut(seq, f"A{seq:03d}", seq % 7 + 1, "cash", NINE, repeat, age_s=age_s)


def stands(call: CallOut) -> str:
    return ""


@dataclass
class Hall:
    """Hears every sentence, at the time it began."""

    queue: Announcements
    left: dict[int, float]
    now: float = 0.0
    heard: list[tuple[float, Sentence]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def why_not(self, call: CallOut) -> str:
        return "serving" if self.now >= self.left.get(call.seq, 1e9) else ""

    def listen(self, until: float, seconds: float, fate: str) -> None:
        """Lets the queue speak until then; the last sentence may last longer."""
        while self.now < until:
            sentence = self.queue.next(self.now, self.why_not)
            if sentence is None:
                wait = self.queue.wait_s(self.now)
                self.now = min(until, self.now + (wait if wait else 0.5))
            elif fate == "not now":
                self.now += 0.4
                self.queue.put_back(sentence, "no clips")
            else:
                self.heard.append((self.now, sentence))
                self.now += seconds
                self.queue.done(sentence, self.now, failed="no player" if fate == "fails" else "")
            self.notes += self.queue.take_notes()


@given(MANNERS, ARRIVALS, LEFT)
def test_every_call_is_announced_once_or_dropped_with_a_note_in_order_and_in_time(
    manner: Manner, arrivals: list[tuple[float, bool, float, float, str]], left: dict[int, float]
) -> None:
    hall = Hall(Announcements(manner), left)
    called_at: dict[int, float] = {}
    at = 0.0
    for seq, (after, repeat, age_s, seconds, fate) in enumerate(arrivals, 1):
        at += after
        hall.listen(at, seconds, fate)
        called_at[seq] = hall.now - age_s
        hall.queue.add(call_out(seq, repeat=repeat, age_s=age_s), hall.now)
    hall.listen(hall.now + 200, 1.0, "said")

    firsts = [call.seq for _, sentence in hall.heard if not sentence.again for call in sentence.calls]
    told = Counter(note.call.seq for note in hall.notes)
    assert told == Counter(called_at.keys())  # exactly one note each
    assert len(firsts) == len(set(firsts))
    dropped = {note.call.seq for note in hall.notes if note.outcome == "dropped"}
    assert dropped.isdisjoint(firsts)
    assert all(note.why for note in hall.notes if note.outcome != "made")
    for at, sentence in hall.heard:
        assert len(sentence.calls) <= manner.most_in_one
        assert all(at - called_at[call.seq] <= manner.limit_s for call in sentence.calls)
    for kind in (True, False):
        in_turn = [seq for seq in firsts if arrivals[seq - 1][1] is kind]
        assert in_turn == sorted(in_turn)
    spoken = Counter(call.seq for _, sentence in hall.heard for call in sentence.calls)
    assert max(spoken.values(), default=0) <= manner.times
    assert len(hall.queue) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_a_recall_that_waits_is_never_behind_an_ordinary_call(kinds: list[bool]) -> None:
    queue = Announcements(Manner(most_in_one=1))
    for seq, repeat in enumerate(kinds, 1):
        queue.add(call_out(seq, repeat=repeat), 0.0)
    said = []
    while sentence := queue.next(0.0, stands):
        said += [call.repeat for call in sentence.calls]
        queue.done(sentence, 0.0)
        if len(said) == len(kinds):
            break
    assert said == sorted(said, reverse=True)


def test_when_the_queue_grows_long_calls_are_said_together() -> None:
    queue = Announcements(Manner(merge_from=3, most_in_one=4))
    for seq in range(1, 7):
        queue.add(call_out(seq), 0.0)
    sentence = queue.next(0.0, stands)
    assert sentence is not None
    assert sentence.text == "A001 to 2, A002 to 3, A003 to 4, A004 to 5"
    queue.done(sentence, 9.0)
    sentence = queue.next(9.0, stands)
    assert sentence is not None
    assert sentence.text == "A005 to 6"  # two do not make a long queue
    assert not sentence.again


def test_a_repetition_gives_way_to_who_waits_for_the_first_time() -> None:
    queue = Announcements(Manner(times=2, repeat_after_s=1.0))
    queue.add(call_out(1), 0.0)
    for now, added, expected in [(0.0, None, "A001 to 2"), (5.0, 2, "A002 to 3"), (10.0, None, "A001 to 2")]:
        if added:
            queue.add(call_out(added), now)
        sentence = queue.next(now, stands)
        assert sentence is not None
        assert sentence.text == expected
        queue.done(sentence, now + 4)
    assert [(note.call.seq, note.outcome) for note in queue.take_notes()] == [(1, "made"), (2, "made")]


def test_who_came_meanwhile_is_not_called_again() -> None:
    queue = Announcements(Manner(times=3, repeat_after_s=1.0))
    queue.add(call_out(1), 0.0)
    sentence = queue.next(0.0, stands)
    assert sentence is not None
    queue.done(sentence, 4.0)
    assert queue.next(6.0, lambda call: "serving") is None
    assert queue.wait_s(6.0) is None
    assert [note.outcome for note in queue.take_notes()] == ["made"]


def test_what_cannot_be_said_now_keeps_its_place_and_its_limit() -> None:
    queue = Announcements()
    queue.add(call_out(1), 0.0)
    queue.add(call_out(2), 0.0)
    first = queue.next(0.0, stands)
    assert first is not None
    queue.put_back(first, "no clips: the server does not answer")
    again = queue.next(89.0, stands)
    assert again == first
    queue.put_back(first, "no clips: the server does not answer")
    assert queue.next(91.0, stands) is None
    assert [(note.call.seq, note.outcome, note.why) for note in queue.take_notes()] == [
        (1, "failed", "no clips: the server does not answer"),
        (2, "dropped", "late"),
    ]


def test_one_sentence_at_a_time_is_in_hand() -> None:
    queue = Announcements()
    queue.add(call_out(1), 0.0)
    queue.add(call_out(2), 0.0)
    assert queue.next(0.0, stands) is not None
    assert queue.next(0.0, stands) is None


def test_in_quiet_hours_all_that_waits_is_dropped_with_a_note() -> None:
    queue = Announcements()
    for seq in (1, 2):
        queue.add(call_out(seq, repeat=seq == 2), 0.0)
    queue.drop_all("quiet_hours")
    assert {(note.call.seq, note.outcome, note.why) for note in queue.take_notes()} == {
        (1, "dropped", "quiet_hours"),
        (2, "dropped", "quiet_hours"),
    }
    assert queue.next(0.0, stands) is None


def test_the_queue_does_not_grow_without_end_and_the_oldest_goes_first() -> None:
    queue = Announcements(Manner(most_waiting=10))
    for seq in range(1, 1001):
        queue.add(call_out(seq), 0.0)
    assert len(queue) == 10
    assert [note.call.seq for note in queue.take_notes()] == list(range(1, 991))
