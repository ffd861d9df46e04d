"""Clips joined to one sound: a sentence is played in one go, as loud as it may be."""

import io
import sys
import wave
from array import array
from collections.abc import Sequence

GAP_S = 0.25

Format = tuple[int, int, int]  # channels, bytes of a sample, samples a second


class NotASound(Exception):
    """These bytes are no WAV of 16 bit, or they do not go together."""


def read(clip: bytes) -> tuple[Format, bytes]:
    """The samples of a WAV, and their form. Raises NotASound."""
    try:
        with wave.open(io.BytesIO(clip)) as sound:
            form = sound.getnchannels(), sound.getsampwidth(), sound.getframerate()
            samples = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError, OverflowError, ValueError) as error:
        raise NotASound(f"no WAV: {error}") from error
    if form[1] != 2 or not samples or len(samples) % (2 * form[0]):
        raise NotASound(f"a WAV of {len(samples)} bytes with {8 * form[1]} bits a sample")
    return form, samples


def joined(clips: Sequence[bytes], volume: float) -> tuple[bytes, float]:
    """All clips after one another as one WAV, and its seconds. Raises NotASound."""
    read_clips = [read(clip) for clip in clips]
    forms = {form for form, _ in read_clips}
    if len(forms) != 1:
        raise NotASound(f"the clips are of {len(forms)} forms")
    channels, width, rate = form = forms.pop()
    gap = bytes(int(rate * GAP_S) * width * channels)
    samples = quieter(gap.join(samples for _, samples in read_clips), volume)
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(samples)
    return made.getvalue(), len(samples) / (width * channels) / form[2]


def quieter(samples: bytes, volume: float) -> bytes:
    """16-bit samples at this volume, 0 to 1."""
    if volume >= 1:
        return samples
    heard = array("h", samples)
    if sys.byteorder == "big":  # a WAV's samples are little-endian
        heard.byteswap()
    softer = array("h", [int(sample * volume) for sample in heard])
    if sys.byteorder == "big":
        softer.byteswap()
    return softer.tobytes()
