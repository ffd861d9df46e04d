"""The witness compares what a display saw with the log, and nothing wrong escapes it."""

import pytest

from display.client import CallOut
from server.replay.witness import Verdict, Witness
from tests.replay.log import NINE

LOG = {2: "A001", 5: "A002"}


def call(seq: int, number: str) -> CallOut:
    return CallOut(seq, number, 1, "cash", NINE, repeat=False)


def judged(*calls: CallOut, events: tuple[int, ...] = (1, 2, 3, 4, 5), from_seq: int = 0) -> Verdict:
    witness = Witness()
    witness.see({"type": "snapshot", "seq": from_seq})
    witness.see({"type": "events", "events": [{"seq": seq} for seq in events]})
    for one in calls:
        witness.hear(one)
    return witness.judge(LOG, range(1, 6))


def test_everything_seen_once_is_sound() -> None:
    assert judged(call(2, "A001"), call(5, "A002")).sound


def test_what_came_before_the_display_was_there_is_not_asked_of_it() -> None:
    assert judged(call(5, "A002"), events=(4, 5), from_seq=3).sound


@pytest.mark.parametrize(
    ("verdict", "fault", "seqs"),
    [
        (judged(call(2, "A001")), "calls_missing", [5]),
        (judged(call(2, "A001"), call(5, "A002"), call(5, "A002")), "calls_doubled", [5]),
        (judged(call(2, "A001"), call(5, "A009")), "calls_invented", [5]),
        (judged(call(2, "A001"), call(5, "A002"), events=(1, 2, 4, 5)), "events_missing", [3]),
        (judged(call(2, "A001"), call(5, "A002"), events=(1, 2, 2, 3, 4, 5)), "events_doubled", [2]),
    ],
)
def test_every_kind_of_fault_is_found(verdict: Verdict, fault: str, seqs: list[int]) -> None:
    assert getattr(verdict, fault) == seqs
    assert not verdict.sound
