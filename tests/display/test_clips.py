"""Clips are fetched once, kept whole, and joined to one sound of the right loudness."""

import io
import math
import os
import stat
import wave
from array import array
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from display.api import Away, Json, Refused, ServerApi
from display.clips import Clips, Speech
from display.place import CallOut
from display.players import EmulatedPlayer, PlayerTrouble, ProgramPlayer
from display.sound import GAP_S, NotASound, joined, quieter, read

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
RATE = 22050


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> bytes:
    samples = array("h", [int(20000 * math.sin(i * hertz / rate * 6.283)) for i in range(int(seconds * rate))])
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples.tobytes())
    return made.getvalue()


def call_out(seq: int = 1) -> CallOut:
    return CallOut(seq, f"A{seq:03d}", seq, "cash", NINE, repeat=False)


class Mouth(ServerApi):
    """A server that speaks, and counts what it is asked."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "main", "x")
        self.asked: list[str] = []
        self.langs: list[str] = []
        self.sounds: dict[str, bytes] = {}
        self.unspoken = ""
        self.away = False

    async def get(self, path: str, **query: str) -> Json:
        if self.away:
            raise Away("the server does not answer")
        langs = query["langs"].split(",")
        self.langs.append(query["langs"])
        if self.unspoken in langs:
            raise Refused(422, "language_not_spoken", f"{self.unspoken} is not spoken.", {"tongue": self.unspoken})
        said = query.get("calls") or f"{query['number']}:{query['counter']}"
        name = said.replace(":", "x").replace(",", "y").lower()
        parts = [{"lang": lang, "text": f"{lang} {said}", "clip": self._clip(f"{lang}{name}")} for lang in langs]
        return {"chime": self._clip("chime"), "parts": parts}

    def _clip(self, key: str) -> Json:
        return {"key": key, "url": f"/api/v1/voice/{key}.wav", "seconds": 0.2}

    async def get_bytes(self, path: str) -> bytes:
        self.asked.append(path.rsplit("/", 1)[1])
        return self.sounds.get(path.rsplit("/", 1)[1], tone(0.2))


def kept_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_a_sentence_is_chime_and_every_language_in_one_sound(tmp_path: Path) -> None:
    speech = await Clips(Mouth(), tmp_path, ("zh", "en")).speech([call_out()], 1.0, ("zh", "en"))
    assert speech.keys == ("chime", "zha001x1", "ena001x1")
    assert speech.words == ("zh A001:1", "en A001:1")
    assert speech.seconds == pytest.approx(3 * 0.2 + 2 * GAP_S, abs=0.001)
    form, samples = read(speech.wav.read_bytes())
    assert form == (1, 2, RATE)
    assert max(array("h", samples)) > 19000


async def test_what_is_on_disk_is_not_asked_for_again_not_even_by_the_next_run(tmp_path: Path) -> None:
    mouth = Mouth()
    for _ in range(2):
        clips = Clips(mouth, tmp_path, ("en",))
        for _ in range(2):
            await clips.speech([call_out()], 1.0, ("en",))
    assert mouth.asked == ["chime.wav", "ena001x1.wav"]
    mouth.away = True
    assert (await clips.speech([call_out()], 1.0, ("en",))).words == ("en A001:1",)


async def test_a_file_that_was_cut_short_is_fetched_anew(tmp_path: Path) -> None:
    mouth = Mouth()
    (tmp_path / "chime.wav").write_bytes(tone(0.2)[:30])
    await Clips(mouth, tmp_path, ("en",)).speech([call_out()], 1.0, ("en",))
    assert mouth.asked == ["chime.wav", "ena001x1.wav"]


@pytest.mark.parametrize("sound", [b"", b"<html>", tone(0.2)[:30], tone(0.0)])
async def test_what_is_no_sound_is_neither_kept_nor_played(tmp_path: Path, sound: bytes) -> None:
    mouth = Mouth()
    mouth.sounds["chime.wav"] = sound
    with pytest.raises(NotASound):
        await Clips(mouth, tmp_path, ("en",)).speech([call_out()], 1.0, ("en",))
    assert kept_in(tmp_path) == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "A/B"])
async def test_a_key_that_is_no_name_of_a_file_is_refused(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mouth = Mouth()
    told: dict[str, Any] = {"key": key, "url": "/x.wav", "seconds": 1}
    monkeypatch.setattr(mouth, "_clip", lambda _: told)
    with pytest.raises(NotASound):
        await Clips(mouth, tmp_path, ("en",)).speech([call_out()], 1.0, ("en",))


async def test_a_language_that_the_server_does_not_speak_does_not_silence_the_others(tmp_path: Path) -> None:
    mouth = Mouth()
    mouth.unspoken = "yue"
    clips = Clips(mouth, tmp_path, ("zh", "yue", "en"))
    assert (await clips.speech([call_out()], 1.0, clips.langs)).words == ("zh A001:1", "en A001:1")
    assert list(clips.langs) == ["zh", "en"]
    clips = Clips(mouth, tmp_path, ("yue",))
    with pytest.raises(Refused):
        await clips.speech([call_out()], 1.0, clips.langs)


async def test_the_disk_is_never_filled_and_what_was_lately_heard_stays(tmp_path: Path) -> None:
    clips = Clips(Mouth(), tmp_path, ("en",), most_bytes=6 * len(tone(0.2)))
    for seq in range(1, 40):
        await clips.speech([call_out(seq)], 1.0, ("en",))
        for name in kept_in(tmp_path):
            if name.startswith("en"):
                os.utime(tmp_path / name, (1000 + seq, 1000 + seq))
    kept = kept_in(tmp_path)
    assert len(kept) <= 6 + 1
    assert {"chime.wav", "ena039x39.wav", "now.wav"} <= set(kept)


def test_half_the_volume_is_half_the_sample() -> None:
    assert array("h", quieter(array("h", [1000, -1000, 32767]).tobytes(), 0.5)).tolist() == [500, -500, 16383]
    with pytest.raises(NotASound, match="2 forms"):
        joined([tone(0.1), tone(0.1, rate=16000)], 1.0)


def program(folder: Path, script: str) -> ProgramPlayer:
    file = folder / "player"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return ProgramPlayer((str(file),))


def speech(folder: Path, seconds: float = 0.1) -> Speech:
    wav = folder / "x.wav"
    wav.write_bytes(tone(0.1))
    return Speech(wav, seconds, ("chime",), ("en",))


async def test_a_player_is_given_the_file_and_waited_for(tmp_path: Path) -> None:
    await program(tmp_path, f'cp "$1" {tmp_path}/heard.wav').play(speech(tmp_path))
    assert (tmp_path / "heard.wav").read_bytes() == tone(0.1)


async def test_a_player_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(PlayerTrouble, match="ended with 3: no such device"):
        await program(tmp_path, "echo no such device >&2; exit 3").play(speech(tmp_path))
    with pytest.raises(PlayerTrouble, match="cannot be started"):
        await ProgramPlayer((str(tmp_path / "nothing"),)).play(speech(tmp_path))


async def test_a_player_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("display.players.SPARE_S", 0.2)
    with pytest.raises(PlayerTrouble, match="does not come to an end"):
        await program(tmp_path, "sleep 60 & wait").play(speech(tmp_path))


async def test_the_emulated_player_writes_what_it_was_given_and_when(tmp_path: Path) -> None:
    await EmulatedPlayer(tmp_path / "log", speed=100).play(speech(tmp_path))
    began, ended = (tmp_path / "log").read_text().splitlines()
    assert '"keys": ["chime"]' in began
    assert '"ended"' in ended
