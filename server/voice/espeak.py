"""eSpeak NG by its library: it speaks the three languages, needs no network, and comes in a wheel."""

import ctypes
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import espeakng_loader

from server.voice.sound import from_pcm

if TYPE_CHECKING:
    from server.voice.sound import Samples

# From the library's public header, speak_lib.h.
RETRIEVE_SYNCHRONOUSLY = 2
DO_NOT_EXIT = 0x8000
UTF8 = 1
BY_CHARACTER = 1
RATE_PARAMETER = 1
GO_ON = 0

WORDS_PER_MIN = 160  # it speaks 175 by itself: too quick across a hall

Told = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakFailed(Exception):
    """The library does not do what it is asked."""


class Espeak:
    """Only one in a process, and only for one thread: the library keeps its state to itself."""

    def __init__(self, voices: Mapping[str, str]) -> None:
        """`voices`: language -> the library's name of a voice."""
        self._voices = voices
        data = Path(espeakng_loader.get_data_path())
        self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        # It keeps the path of its data in 160 bytes and is lost where an installation lies deeper: a short one it is.
        # This process is the speaker's own, so nobody else minds where it stands.
        os.chdir(data.parent)
        self._rate = self._library.espeak_Initialize(RETRIEVE_SYNCHRONOUSLY, 0, data.name.encode(), DO_NOT_EXIT)
        if self._rate <= 0:
            raise EspeakFailed("eSpeak NG does not start")
        self._heard = bytearray()
        self._told = Told(self._hear)  # kept: the library holds no reference that Python knows of
        self._library.espeak_SetSynthCallback(self._told)

    def _hear(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return GO_ON

    def say(self, lang: str, text: str) -> "Samples":
        """EspeakFailed if it has no such voice or cannot say it."""
        voice = self._voices[lang]
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise EspeakFailed(f"eSpeak NG has no voice {voice!r}")
        self._library.espeak_SetParameter(RATE_PARAMETER, WORDS_PER_MIN, 0)
        self._heard.clear()
        data = text.encode() + b"\0"
        made = self._library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, BY_CHARACTER, 0, UTF8, None, None)
        if made != 0 or self._library.espeak_Synchronize() != 0:
            raise EspeakFailed(f"eSpeak NG cannot say it in {voice!r}")
        return from_pcm(bytes(self._heard), self._rate)
