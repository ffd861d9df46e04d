"""What can be known of a clip without ears: how loud it is, where its sound lies, and how it begins and ends."""

import io
import json
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from server.voice.sound import RATE, as_wav

Samples = NDArray[np.float64]
VOICE_BAND_HZ = (150, 4000)


@dataclass(frozen=True, slots=True)
class Heard:
    samples: Samples
    form: tuple[int, int, int]  # channels, bytes a sample, samples a second

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    @property
    def peak(self) -> float:
        return float(np.abs(self.samples).max())

    @property
    def loudness_db(self) -> float:
        """Of what is not silence."""
        frames = self.samples[: len(self.samples) // 220 * 220].reshape(-1, 220)
        levels = np.sqrt((frames**2).mean(axis=1))
        heard = frames[levels > levels.max() / 100]
        return float(20 * np.log10(np.sqrt((heard**2).mean())))

    @property
    def share_in_voice_band(self) -> float:
        power = np.abs(np.fft.rfft(self.samples)) ** 2
        hertz = np.fft.rfftfreq(len(self.samples), 1 / RATE)
        low, high = VOICE_BAND_HZ
        return float(power[(hertz >= low) & (hertz <= high)].sum() / power.sum())

    @property
    def edges(self) -> float:
        """The loudest of the first and last hundredth of a second."""
        return float(max(np.abs(self.samples[:220]).max(), np.abs(self.samples[-220:]).max()))


def heard(wav: bytes) -> Heard:
    with wave.open(io.BytesIO(wav)) as file:
        form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        data = file.readframes(file.getnframes())
    return Heard(np.frombuffer(data, "<i2") / 32768, form)


def tone(hertz: float, seconds: float = 0.3, strength: float = 0.3) -> Samples:
    return strength * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def record(folder: Path, tones: Mapping[str, float], lang: str = "zh", **more: object) -> Path:
    """A pack whose every part is a tone of its own, so that a sentence shows which parts it was made of."""
    folder.mkdir(parents=True)
    for place, hertz in enumerate(tones.values()):
        (folder / f"{place}.wav").write_bytes(as_wav(tone(hertz)))
    parts = {name: f"{place}.wav" for place, name in enumerate(tones)}
    manifest = {"name": "tones", "lang": lang, "parts": parts, **more}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def tones_in(wav: bytes) -> list[int]:
    """The tones one after the other, to ten hertz."""
    samples = heard(wav).samples
    tops: list[int] = []
    for start in range(0, len(samples) - 1102, 551):
        frame = samples[start : start + 1102]
        if np.sqrt((frame**2).mean()) > 0.02:
            tops.append(round(int(np.abs(np.fft.rfft(frame * np.hanning(1102), 22_050)).argmax()), -1))
    runs = [(top, len(list(run))) for top, run in groupby(tops)]
    return [top for top, length in runs if length >= 5]
