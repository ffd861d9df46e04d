"""The two soft notes before a call, so that people look up before the number comes."""

import math
from typing import TYPE_CHECKING

import numpy as np

from server.voice.sound import RATE, faded

if TYPE_CHECKING:
    from server.voice.sound import Samples

NOTES = ((659.26, 0.0), (523.25, 0.42))  # Hz, and when it begins: a major third down, as doorbells have it
PARTIALS = ((1.0, 1.0), (2.0, 0.22))  # times the note, and how strong
LASTS_S = 1.5
ATTACK_S = 0.012  # a note that begins at once clicks
DECAY_S = 0.32
PEAK = 0.5


def chime() -> "Samples":
    moments = np.arange(int(LASTS_S * RATE)) / RATE
    out = np.zeros_like(moments)
    for hertz, begins in NOTES:
        age = np.maximum(moments - begins, 0.0)
        swell = np.sin(np.minimum(age / ATTACK_S, 1.0) * math.pi / 2) ** 2 * np.exp(-age / DECAY_S)
        for times, strength in PARTIALS:
            out += strength * swell * np.sin(2 * math.pi * hertz * times * age)
    ending = np.minimum((LASTS_S - moments) / 0.3, 1.0)
    return faded(out * ending * (PEAK / float(np.abs(out).max())))
