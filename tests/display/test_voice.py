"""The voice says each call in its turn and in time, whatever its player, its clips and the hall do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from display.announcements import Manner, Note
from display.api import Away, Refused
from display.clips import Clips, Speech
from display.output import Output, State
from display.picture import Picture
from display.place import CallOut
from display.players import PlayerTrouble
from display.voice import Voice
from tests.display.virtual_time import run_virtually

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHIME_S, CALL_S = 1.5, 3.3  # as the server's clips last: one call in one language
LANGS = ("zh", "en")


class Hall(Picture):
    """Everybody who is called is still expected, but for those who have come."""

    def __init__(self) -> None:
        super().__init__()
        self.came: set[str] = set()

    def why_not(self, call: CallOut) -> str:
        return "serving" if call.number in self.came else ""


class QuickClips(Clips):
    """As long as the real ones, and there at once, unless the server is away."""

    def __init__(self) -> None:
        self._langs = list(LANGS)
        self.away = False
        self.unspeakable = ""

    async def ready(self, calls: Sequence[CallOut], langs: Sequence[str]) -> dict[str, object]:
        return {}

    async def speech(
        self, calls: Sequence[CallOut], volume: float, langs: Sequence[str], *, chime: bool = True
    ) -> Speech:
        if self.away:
            raise Away("the server does not answer")
        numbers = " ".join(call.number for call in calls)
        if self.unspeakable and self.unspeakable in numbers:
            raise Refused(422, "no_such_number", "There is no such number.")
        seconds = CHIME_S * chime + CALL_S * len(calls) * len(langs)
        return Speech(
            Path("x.wav"), seconds, ("chime",) * chime, tuple(f"{lang} {numbers}" for lang in langs), volume
        )


@dataclass
class Ear:
    """The player, and whoever listens to the output."""

    heard: list[tuple[float, Speech]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    health: list[tuple[State, str]] = field(default_factory=list)
    broken: bool = False

    async def play(self, speech: Speech) -> None:
        if self.broken:
            raise PlayerTrouble("aplay ended with 1: no such device")
        self.heard.append((now(), speech))
        await asyncio.sleep(speech.seconds)

    def note(self, output: Output, note: Note) -> None:
        self.notes.append(note)

    def state(self, output: Output, state: State, why: str) -> None:
        self.health.append((state, why))

    @property
    def words(self) -> list[str]:
        return [speech.words[0] for _, speech in self.heard]


def now() -> float:
    return asyncio.get_running_loop().time()


def call_out(seq: int, age_s: float = 0.0) -> CallOut:
    return CallOut(seq, f"A{seq:03d}", seq, "cash", NINE, repeat=False, age_s=age_s)


Scene = Callable[[Voice, Ear, QuickClips, Hall], Awaitable[None]]


def play(scene: Scene, manner: Manner | None = None, volume: float = 1.0) -> Ear:
    """Lets the scene happen, and the voice speak until it has nothing more to say."""

    async def all_of_it() -> Ear:
        ear, clips, hall = Ear(), QuickClips(), Hall()
        voice = Voice(clips, ear, hall, lambda: volume, (ear.note, ear.state), manner or Manner(times=1))
        running = asyncio.create_task(voice.run())
        await scene(voice, ear, clips, hall)
        await asyncio.sleep(300)
        voice.stop()
        await running
        return ear

    return run_virtually(all_of_it())


@pytest.mark.parametrize(("calls", "limit_s"), [(1, 30), (2, 30), (5, 30), (10, 30), (30, 90)])
def test_a_burst_in_five_seconds_is_spoken_once_in_order_and_within_the_limit(calls: int, limit_s: float) -> None:
    """At the pace of real clips."""
    called: dict[str, float] = {}

    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        for seq in range(1, calls + 1):
            called[f"A{seq:03d}"] = now()
            voice.announce(call_out(seq))
            await asyncio.sleep(5 / calls)

    ear = play(scene, Manner(times=1, limit_s=limit_s))
    said = [number for words in ear.words for number in words.split()[1:]]
    assert said == list(called)
    begun = {number: at for at, speech in ear.heard for number in speech.words[0].split()[1:]}
    assert all(begun[number] - called[number] <= limit_s for number in called)
    assert all(note.outcome == "made" for note in ear.notes)


def test_a_hall_that_is_not_crowded_hears_every_language_and_the_chime() -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        for seq in range(1, 6):
            voice.announce(call_out(seq))
            await asyncio.sleep(12)

    ear = play(scene)
    assert [len(speech.words) for _, speech in ear.heard] == [2] * 5
    assert all(speech.keys == ("chime",) for _, speech in ear.heard)


def test_forty_calls_at_once_are_spoken_or_dropped_with_a_note_and_none_is_late() -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        scene.began = now()  # type: ignore[attr-defined]
        for seq in range(1, 41):
            voice.announce(call_out(seq))

    ear = play(scene)
    said = [number for words in ear.words for number in words.split()[1:]]
    assert said == sorted(said)
    assert all(at - scene.began <= 90 for at, _ in ear.heard)  # type: ignore[attr-defined]
    outcomes = {note.call.number: (note.outcome, note.why) for note in ear.notes}
    assert len(outcomes) == 40
    assert 20 < len(said) < 40
    assert {number for number, told in outcomes.items() if told == ("made", "")} == set(said)
    assert {told for number, told in outcomes.items() if number not in said} == {("dropped", "late")}


def test_it_is_said_twice_and_no_more_once_the_customer_has_come() -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        voice.announce(call_out(1))
        await asyncio.sleep(60)
        voice.announce(call_out(2))
        await asyncio.sleep(1)
        hall.came.add("A002")

    assert play(scene, Manner(times=2)).words == ["zh A001", "zh A001", "zh A002"]


def test_in_quiet_hours_nothing_is_played_and_nothing_is_kept_for_later() -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        voice.announce(call_out(1))

    ear = play(scene, volume=0.0)
    assert ear.heard == []
    assert [(note.outcome, note.why) for note in ear.notes] == [("dropped", "quiet_hours")]


def test_a_player_that_fails_is_told_and_the_next_call_is_tried_again() -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        ear.broken = True
        voice.announce(call_out(1))
        await asyncio.sleep(5)
        ear.broken = False
        voice.announce(call_out(2))

    ear = play(scene)
    why = "aplay ended with 1: no such device"
    assert [(note.outcome, note.why) for note in ear.notes] == [("failed", why), ("made", "")]
    assert ear.health == [("error", why), ("ok", "")]
    assert ear.words == ["zh A002"]


@pytest.mark.parametrize(("away_s", "said"), [(10, ["zh A001"]), (100, [])])
def test_clips_that_cannot_be_had_are_asked_for_again_until_the_limit(away_s: float, said: list[str]) -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        clips.away = True
        voice.announce(call_out(1))
        await asyncio.sleep(away_s)
        clips.away = False

    ear = play(scene)
    assert ear.words == said
    assert [note.outcome for note in ear.notes] == (["made"] if said else ["failed"])


def test_one_number_that_cannot_be_said_does_not_silence_those_it_was_to_be_said_with() -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        clips.unspeakable = "A003"
        for seq in range(1, 6):
            voice.announce(call_out(seq))

    ear = play(scene, Manner(times=1, limit_s=90))
    assert [number for words in ear.words for number in words.split()[1:]] == ["A001", "A002", "A004", "A005"]
    outcomes = {note.call.number: note.outcome for note in ear.notes}
    assert outcomes == {"A001": "made", "A002": "made", "A003": "failed", "A004": "made", "A005": "made"}


def test_a_call_learnt_of_too_late_is_dropped_with_a_note() -> None:
    async def scene(voice: Voice, ear: Ear, clips: QuickClips, hall: Hall) -> None:
        voice.announce(call_out(1, age_s=91))
        voice.announce(call_out(2, age_s=20))

    ear = play(scene)
    assert ear.words == ["zh A002"]
    assert [(note.call.number, note.outcome, note.why) for note in ear.notes] == [
        ("A001", "dropped", "late"),
        ("A002", "made", ""),
    ]


def test_asked_to_stop_it_ends_its_sentence_and_begins_no_other() -> None:
    async def all_of_it() -> Ear:
        ear = Ear()
        voice = Voice(QuickClips(), ear, Hall(), lambda: 1.0, (ear.note, ear.state), Manner())
        running = asyncio.create_task(voice.run())
        voice.announce(call_out(1))
        voice.announce(call_out(2))
        await asyncio.sleep(1)
        voice.stop()
        await running
        return ear

    ear = run_virtually(all_of_it())
    assert ear.words == ["zh A001"]
    assert [note.call.number for note in ear.notes] == ["A001"]
