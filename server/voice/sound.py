"""Samples as they must be for a hall: one loudness, nothing but sound between the ends, and no clicks."""

import io
import math
import wave
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float64]  # mono, -1 to 1

RATE = 22_050
LOUDNESS = 10 ** (-18 / 20)  # root mean square of what is not silence: loud enough for a hall, with room for peaks
KNEE, CEILING = 0.7, 0.95  # peaks above the knee are bent, and never reach the ceiling: a hard edge crackles
FRAME = RATE // 100
QUIET = 10 ** (-40 / 20)  # beside the loudest frame: what is below is silence
EDGE_S = 0.03
FADE_S = 0.012


class NotSound(Exception):
    """What should be a recording is none that we can read, or has nothing in it."""


def shaped(samples: "Samples") -> "Samples":
    """Trimmed, levelled, faded, and with a little silence at both ends: a player may swallow the first moment.
    NotSound if there is nothing to hear."""
    return np.pad(faded(levelled(trimmed(samples))), int(EDGE_S * RATE))


def trimmed(samples: "Samples") -> "Samples":
    loud = np.flatnonzero(_loud_frames(samples))
    if not loud.size:
        raise NotSound("nothing but silence")
    first, last = max(0, int(loud[0]) - 1) * FRAME, (int(loud[-1]) + 2) * FRAME
    return samples[first:last]


def levelled(samples: "Samples") -> "Samples":
    """Pauses do not count, or a slow sentence would be louder than a quick one."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    heard = frames[_loud_frames(samples)]
    loud = samples * (LOUDNESS / math.sqrt(float(np.mean(heard**2))))
    over = np.maximum(np.abs(loud) - KNEE, 0.0)
    room = CEILING - KNEE
    bent: Samples = np.sign(loud) * (np.minimum(np.abs(loud), KNEE) + room * np.tanh(over / room))
    return bent


def faded(samples: "Samples") -> "Samples":
    count = min(int(FADE_S * RATE), len(samples) // 2)
    slope = np.sin(np.linspace(0.0, math.pi / 2, count)) ** 2
    out = samples.copy()
    out[:count] *= slope
    out[len(out) - count :] *= slope[::-1]
    return out


def joined(pieces: "Sequence[Samples]", pauses_s: Sequence[float]) -> "Samples":
    """The pieces one after the other; `pauses_s[i]` is the silence after piece i, the last one is left out."""
    row: list[Samples] = []
    for piece, pause in zip(pieces, pauses_s, strict=True):
        row += [piece, np.zeros(int(pause * RATE))]
    return np.concatenate(row[:-1])


def _loud_frames(samples: "Samples") -> "NDArray[np.bool_]":
    """Of each whole frame of 10 ms, whether it is more than silence."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    levels = np.sqrt(np.mean(frames**2, axis=1)) if len(frames) else np.zeros(0)
    top = float(levels.max(initial=0.0))
    found: NDArray[np.bool_] = (levels > top * QUIET) & (levels > 1e-4)
    return found


def from_pcm(data: bytes, rate: int) -> "Samples":
    """16-bit little-endian mono at any rate, as samples at ours."""
    samples: Samples = np.frombuffer(data, dtype="<i2").astype(np.float64) / 32768.0
    if rate == RATE:
        return samples
    # By its spectrum, cut or filled up. scipy would do the same, but takes seconds to load.
    length = round(len(samples) * RATE / rate)
    resampled: Samples = np.fft.irfft(np.fft.rfft(samples), length) * (RATE / rate)
    return resampled


def read_wav(path: "Path") -> "Samples":
    """A 16-bit WAV at any rate; the channels are mixed to one. NotSound if it is something else."""
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data: Any = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise NotSound(f"{path.name}: {error}") from error
    if width != 2 or not 8000 <= rate <= 96_000:
        raise NotSound(f"{path.name}: {8 * width} bit at {rate} Hz, and not 16 bit at 8 to 96 kHz")
    whole = data[: len(data) // (2 * channels) * 2 * channels]
    if channels > 1:
        mixed = np.frombuffer(whole, dtype="<i2").reshape(-1, channels).mean(axis=1)
        whole = mixed.astype("<i2").tobytes()
    return from_pcm(whole, rate)


def as_wav(samples: "Samples") -> bytes:
    """WAV, mono, 16 bit, 22,050 Hz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return out.getvalue()
