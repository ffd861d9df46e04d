"""Piper's voices, where an operator has put one: the better sound, at the price of a library that is large."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from server.voice.sound import from_pcm

if TYPE_CHECKING:
    from server.voice.sound import Samples


class Piper:
    def __init__(self, models: Mapping[str, str]) -> None:
        """`models`: language -> the voice's .onnx, with its .onnx.json beside it."""
        self._models = models
        self._loaded: dict[str, Any] = {}

    def say(self, lang: str, text: str) -> "Samples":
        """Whatever the library finds wrong is raised as it comes: it has no error of its own."""
        if lang not in self._loaded:
            from piper import PiperVoice  # an optional extra

            self._loaded[lang] = PiperVoice.load(self._models[lang])
        chunks = list(self._loaded[lang].synthesize(text))
        return np.concatenate([from_pcm(chunk.audio_int16_bytes, chunk.sample_rate) for chunk in chunks])
