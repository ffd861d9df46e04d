"""The child that speaks, with the real eSpeak NG in it: three languages, real sound, and no server dies of it."""

import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from server.voice.choice import choice_from, find_voices
from server.voice.mouth import CannotSpeak, Mouth
from server.voice.sentences import CallOut, call_sentence, word_sentence
from tests.voice.listening import heard, record, tones_in
from tests.voice.test_packs import TONES

ESPEAK = "zh=cmn yue=yue en=en"
CALL = [CallOut("A012", 3)]
STUB = """
import time
class PiperVoice:
    @staticmethod
    def load(path):
        open(path, "rb").close()
        return PiperVoice()
    def synthesize(self, text):
        {does}
"""


def print_of(wav: bytes) -> str:
    """Two clips that differ would be laid side by side by pytest, byte by byte, for minutes."""
    return hashlib.sha256(wav).hexdigest()


def mouth_for(packs: str = "", piper: str = "", espeak: str = ESPEAK, longest_s: float = 30.0) -> Mouth:
    return Mouth(find_voices(choice_from(packs, piper, espeak)), longest_s)


@pytest.fixture(scope="module")
def speaking() -> Iterator[Mouth]:
    with closing(mouth_for()) as found:
        yield found


@pytest.fixture
def mouth() -> Iterator[Callable[..., Mouth]]:
    """One made to measure, and closed however the test ends."""
    with ExitStack() as stack:
        yield lambda **chosen: stack.enter_context(closing(mouth_for(**chosen)))


@pytest.mark.parametrize("lang", ["zh", "en", "yue"])
def test_a_call_is_spoken_in_each_language(speaking: Mouth, lang: str) -> None:
    clip = heard(speaking.say(call_sentence(lang, CALL)))
    assert clip.form == (1, 2, 22_050)
    assert 2 < clip.seconds < 5
    assert clip.loudness_db == pytest.approx(-18, abs=1.5)
    assert clip.peak < 0.96, "clipped"
    assert clip.edges < 0.01
    assert clip.share_in_voice_band > 0.8


def test_a_longer_number_takes_longer_and_each_language_sounds_different(speaking: Mouth) -> None:
    short, long = (speaking.say(call_sentence("en", [CallOut(number, 3)])) for number in ("A012", "A012012"))
    assert heard(long).seconds > heard(short).seconds + 0.6, "the digits are said one by one"
    same = word_sentence("zh", "kiosk.done", "完成", {}), word_sentence("yue", "kiosk.done", "完成", {})
    assert print_of(speaking.say(same[0])) != print_of(speaking.say(same[1]))


def test_a_sentence_is_the_same_whatever_was_said_before(speaking: Mouth) -> None:
    """But for a hundredth of a second: eSpeak NG never says quite the same twice."""
    sentence = call_sentence("zh", CALL)
    first = heard(speaking.say(sentence))
    speaking.say(call_sentence("en", [CallOut("B999", 12)]))
    again = heard(speaking.say(sentence))
    assert again.seconds == pytest.approx(first.seconds, abs=0.03)
    assert again.loudness_db == pytest.approx(first.loudness_db, abs=0.3)


def test_recordings_come_first_and_what_they_lack_is_synthesised_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mouth: Callable[..., Mouth]
) -> None:
    speaking = mouth(packs=str(record(tmp_path / "zh", TONES)))
    recorded = tones_in(speaking.say(call_sentence("zh", CALL)))
    for counter in (12, 13, 12):
        made = speaking.say(call_sentence("zh", [CallOut("A012", counter)]))
        assert tones_in(made) != recorded
        assert heard(made).share_in_voice_band > 0.8
    assert recorded == [300, 400, 500, 600, 700, 900, 1000, 800, 1100]
    notes = [entry.getMessage() for entry in caplog.records]
    assert [note for note in notes if "value.12" in note] == notes[:1]
    assert len(notes) == 2


def test_a_recording_that_cannot_be_read_falls_through(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mouth: Callable[..., Mouth]
) -> None:
    folder = record(tmp_path / "zh", TONES)
    (folder / "4.wav").write_bytes(b"RIFF, and then nothing")
    speaking = mouth(packs=str(folder))
    assert heard(speaking.say(call_sentence("zh", CALL))).share_in_voice_band > 0.8
    assert "4.wav" in caplog.text


def test_nobody_who_speaks_is_an_error_and_the_child_goes_on(
    caplog: pytest.LogCaptureFixture, mouth: Callable[..., Mouth]
) -> None:
    speaking = mouth(espeak="zh=of-nobody en=en")
    with pytest.raises(CannotSpeak):
        speaking.say(call_sentence("zh", CALL))
    assert "of-nobody" in caplog.text
    assert heard(speaking.say(call_sentence("en", CALL))).seconds > 2


def test_a_child_that_is_killed_is_started_again(
    caplog: pytest.LogCaptureFixture, mouth: Callable[..., Mouth]
) -> None:
    speaking = mouth()
    first = print_of(speaking.say(call_sentence("zh", CALL)))
    assert speaking.child_id is not None
    os.kill(speaking.child_id, signal.SIGKILL)
    assert print_of(speaking.say(call_sentence("zh", CALL))) == first
    assert "has died" in caplog.text
    speaking.close()
    with pytest.raises(CannotSpeak):
        speaking.say(call_sentence("zh", CALL))


@pytest.fixture
def piper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for Piper's package: the real one is an optional extra, and large."""
    monkeypatch.setattr("server.voice.choice._installed", lambda package: "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for name in ("voice.onnx", "voice.onnx.json"):
        (tmp_path / name).write_bytes(b"{}")
    return tmp_path


CHUNK = (
    "from types import SimpleNamespace as S; yield S(audio_int16_bytes=b'\\0\\x20\\0\\xe0' * 8000, sample_rate=16000)"
)


def test_a_voice_of_piper_comes_before_espeak(piper: Path, mouth: Callable[..., Mouth]) -> None:
    (piper / "piper.py").write_text(STUB.format(does=CHUNK))
    speaking = mouth(piper=f"en={piper}/voice.onnx")
    made = heard(speaking.say(call_sentence("en", CALL)))
    assert made.seconds == pytest.approx(1.06, abs=0.02)
    assert heard(speaking.say(call_sentence("zh", CALL))).seconds > 2


def test_a_piper_that_fails_falls_through(
    piper: Path, caplog: pytest.LogCaptureFixture, mouth: Callable[..., Mouth]
) -> None:
    (piper / "piper.py").write_text(STUB.format(does="raise RuntimeError('no such model')"))
    speaking = mouth(piper=f"en={piper}/voice.onnx")
    assert heard(speaking.say(call_sentence("en", CALL))).seconds > 2
    assert "no such model" in caplog.text


def test_a_synthesiser_that_hangs_is_ended_and_what_it_prints_is_not_taken_for_sound(
    piper: Path, mouth: Callable[..., Mouth]
) -> None:
    does = "print('chatter'); time.sleep(60 if 'A' in text else 0); " + CHUNK
    (piper / "piper.py").write_text(STUB.format(does=does))
    speaking = mouth(piper=f"en={piper}/voice.onnx", longest_s=1.5)
    began = time.monotonic()
    with pytest.raises(CannotSpeak):
        speaking.say(call_sentence("en", CALL))
    assert time.monotonic() - began < 15
    assert heard(speaking.say(word_sentence("en", "kiosk.done", "done", {}))).seconds > 0.5
