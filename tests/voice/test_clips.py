"""However many ask for a clip, it is made once; too many at once are refused; and a restart makes none anew."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from server.voice import clips as under_test
from server.voice.choice import choice_from
from server.voice.clips import CHIME_KEY, Busy, Clips, NoVoice
from server.voice.mouth import CannotSpeak, Mouth
from server.voice.sentences import CallOut, Sentence, call_sentence


class CountingMouth(Mouth):
    """Says nothing and counts, and waits at a gate if there is one."""

    said: list[str]
    gate: threading.Event

    def say(self, sentence: Sentence) -> bytes:
        self.said.append(sentence.said)
        assert self.gate.wait(20)
        return b"x" * (44 + 44_100)

    def chime(self) -> bytes:
        self.said.append("chime")
        return b"x" * 144


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(under_test, "Mouth", CountingMouth)
    CountingMouth.said, CountingMouth.gate = [], threading.Event()
    CountingMouth.gate.set()
    return CountingMouth.said


@pytest.fixture
async def clips(tmp_path: Path) -> AsyncIterator[Clips]:
    found = opened(tmp_path)
    yield found
    await found.close()


def opened(folder: Path, waiting: int = 64) -> Clips:
    return Clips(choice_from("", "", "zh=cmn en=en"), folder / "voice", 10_000_000, waiting)


def call(number: str, lang: str = "zh") -> Sentence:
    return call_sentence(lang, [CallOut(number, 3)])


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():  # noqa: ASYNC110 - the gate is in another thread
            await asyncio.sleep(0.01)


async def test_fifty_who_ask_at_once_get_one_clip_that_is_made_once(said: list[str], clips: Clips) -> None:
    sentences = [call("A012"), call("A012", "en"), call("A013")]
    found = await asyncio.gather(*(clips.of(sentence) for sentence in sentences for _ in range(50)))
    assert len(said) == len({clip.key for clip in found}) == 3
    assert {clip.seconds for clip in found} == {1.0}
    assert (await clips.of(call("A012"))).key == found[0].key
    assert len(said) == 3


async def test_a_restart_makes_nothing_anew(said: list[str], clips: Clips, tmp_path: Path) -> None:
    before = await clips.of(call("A012"))
    again = opened(tmp_path)
    assert await again.of(call("A012")) == before
    assert await again.file(before.key) is not None
    await again.close()
    assert len(said) == 1


async def test_a_clip_that_somebody_has_taken_away_is_made_again(said: list[str], clips: Clips) -> None:
    clip = await clips.of(call("A012"))
    file = await clips.file(clip.key)
    assert file is not None
    file.unlink()
    assert await clips.file(clip.key) is None
    assert await clips.of(call("A012")) == clip
    assert await clips.file(clip.key) is not None
    assert len(said) == 2


async def test_where_there_is_no_room_for_a_clip_it_is_said_and_the_next_is_made(
    said: list[str], clips: Clips, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = await clips.of(call("A012"))
    folder = tmp_path / "voice"
    shutil.rmtree(folder)
    folder.write_text("a file where the folder was")
    with pytest.raises(CannotSpeak):
        await clips.of(call("A013"))
    assert "cannot be kept" in caplog.text
    folder.unlink()
    assert (await clips.of(call("A013"))).key != first.key
    assert folder.is_dir()


async def test_too_many_different_clips_at_once_are_refused_and_the_rest_are_made(
    said: list[str], tmp_path: Path
) -> None:
    clips = opened(tmp_path, waiting=5)
    CountingMouth.gate.clear()
    asked = [asyncio.create_task(clips.of(call(f"A{serial:03}"))) for serial in range(1, 9)]
    found = asyncio.gather(*asked, return_exceptions=True)
    await until(lambda: sum(task.done() for task in asked) == 3)
    CountingMouth.gate.set()
    answers = await found
    await clips.close()
    assert [type(answer) for answer in answers].count(Busy) == 3
    assert len(said) == 5


async def test_who_goes_away_does_not_spoil_it_for_the_others(said: list[str], clips: Clips) -> None:
    CountingMouth.gate.clear()
    first, second = (asyncio.create_task(clips.of(call("A012"))) for _ in range(2))
    await until(lambda: bool(said))
    first.cancel()
    CountingMouth.gate.set()
    assert (await second).seconds == 1.0
    assert len(said) == 1


async def test_a_language_that_nobody_speaks_is_refused(said: list[str], clips: Clips) -> None:
    with pytest.raises(NoVoice):
        await clips.of(call("A012", "yue"))
    assert said == []


async def test_the_chime_has_a_key_of_its_own_and_is_made_once(said: list[str], clips: Clips) -> None:
    first, second = await clips.chime(), await clips.chime()
    assert first.key == second.key == CHIME_KEY
    assert said == ["chime"]


async def test_an_end_in_the_midst_of_a_sentence_is_quick(tmp_path: Path) -> None:
    clips = opened(tmp_path)
    asked = asyncio.create_task(clips.of(call("A012")))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await clips.close()
    assert asked.done() or asked.cancel()
