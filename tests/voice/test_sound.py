"""Whatever goes in comes out at one loudness, without clicks, and never distorted."""

import wave
from pathlib import Path

import numpy as np
import pytest

from server.voice.chime import chime
from server.voice.sound import RATE, NotSound, as_wav, from_pcm, joined, levelled, read_wav, shaped
from tests.voice.listening import Samples, heard, tone


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE))


@pytest.mark.parametrize("strength", [0.002, 0.05, 0.9])
def test_quiet_and_loud_recordings_become_equally_loud(strength: float) -> None:
    clip = heard(as_wav(shaped(tone(300, 1.0, strength))))
    assert clip.loudness_db == pytest.approx(-18, abs=0.5)
    assert clip.peak < 0.96


def test_a_peak_is_bent_and_never_cut_off() -> None:
    spiky = tone(300, 1.0, 0.05)
    spiky[1000:1020] = 0.9
    clip = levelled(spiky)
    assert 0.7 < np.abs(clip).max() < 0.95


def test_silence_around_is_trimmed_and_silence_within_is_kept() -> None:
    clip = heard(as_wav(shaped(np.concatenate([silence(1), tone(300), silence(0.4), tone(400), silence(2)]))))
    assert clip.seconds == pytest.approx(1.06, abs=0.05)
    assert clip.edges == 0
    assert np.abs(np.diff(clip.samples)).max() < 0.2, "a click"


@pytest.mark.parametrize("samples", [silence(1), silence(0), np.full(3, 0.5), np.full(RATE, 1e-6)])
def test_where_there_is_nothing_to_hear_it_is_said(samples: Samples) -> None:
    with pytest.raises(NotSound):
        shaped(samples)


def test_pieces_are_joined_with_a_short_silence_between_them() -> None:
    row = joined([tone(300), tone(400)], [0.06, 0.06])
    assert len(row) == int(0.3 * RATE) * 2 + int(0.06 * RATE)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_recording_at_another_rate_keeps_its_pitch_and_length(rate: int) -> None:
    moments = np.arange(rate) / rate
    data = (0.3 * np.sin(2 * np.pi * 440 * moments) * 32767).astype("<i2").tobytes()
    samples = from_pcm(data, rate)
    assert len(samples) == pytest.approx(RATE, abs=2)
    assert int(np.abs(np.fft.rfft(samples)).argmax()) == 440


def test_two_channels_are_mixed_to_one(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "two.wav"), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.array([[8000, 4000]] * 1000, "<i2").tobytes())
    samples = read_wav(tmp_path / "two.wav")
    assert samples == pytest.approx(np.full(1000, 6000 / 32768))


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound", as_wav(tone(300))[:20]])
def test_what_is_no_recording_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.wav").write_bytes(content)
    with pytest.raises(NotSound):
        read_wav(tmp_path / "x.wav")


def test_the_chime_is_two_soft_notes_without_a_click() -> None:
    clip = heard(as_wav(chime()))
    assert clip.form == (1, 2, RATE)
    assert clip.seconds == pytest.approx(1.5, abs=0.01)
    assert 0.3 < clip.peak < 0.6
    assert (clip.samples[0], clip.samples[-1]) == pytest.approx((0, 0), abs=1e-3)
    assert np.abs(np.diff(clip.samples)).max() < 0.2, "a click"
    first, second = (np.abs(np.fft.rfft(half, RATE)) for half in np.split(clip.samples[: int(1.2 * RATE)], 2))
    assert (first.argmax(), second.argmax()) == pytest.approx((659, 523), abs=3)
