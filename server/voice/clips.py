"""Clips for whoever asks: found if they have been made, else made once, however many ask at the same time."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from server.voice.choice import Choice, Voices, find_voices
from server.voice.clip_store import ClipStore, key_of, seconds_of
from server.voice.mouth import CannotSpeak, Mouth
from server.voice.sentences import Sentence

log = logging.getLogger(__name__)

WAITING = 64  # clips that may wait to be made: some ten seconds of work
REMEMBERED = 20_000  # clips whose length is known without looking
CHIME_KEY = key_of("", "chime", "")


class Busy(Exception):
    """Too many clips wait to be made."""


class NoVoice(Exception):
    """Nothing here speaks the language."""


@dataclass(frozen=True, slots=True)
class Clip:
    key: str
    seconds: float


class Clips:
    """Nothing is opened before the first clip is asked for: a start need not wait for it."""

    def __init__(self, choice: Choice, folder: Path, limit_bytes: int, waiting: int = WAITING) -> None:
        self._choice = choice
        self._folder = folder
        self._limit = limit_bytes
        self._waiting = waiting
        self._thread = ThreadPoolExecutor(1, "voice")
        self._opening: asyncio.Task[tuple[Voices, ClipStore]] | None = None
        self._mouth: Mouth | None = None
        self._coming: dict[str, asyncio.Task[Clip]] = {}
        self._known: dict[str, Clip] = {}

    async def of(self, sentence: Sentence) -> Clip:
        """NoVoice, Busy, or CannotSpeak where the synthesisers fail."""
        key = await self.key(sentence)
        return await self._clip(key, lambda mouth: mouth.say(sentence))

    async def chime(self) -> Clip:
        return await self._clip(CHIME_KEY, lambda mouth: mouth.chime())

    async def key(self, sentence: Sentence) -> str:
        voices, _ = await self._opened()
        if sentence.lang not in voices.fingerprints:
            raise NoVoice(sentence.lang)
        return key_of(sentence.lang, sentence.said, voices.fingerprints[sentence.lang])

    async def file(self, key: str) -> Path | None:
        """The clip's WAV, if there is one."""
        _, store = await self._opened()
        found = await asyncio.to_thread(store.find, key)
        if found is None:
            self._known.pop(key, None)  # somebody has tidied up
        return found

    async def close(self) -> None:
        """Whoever still waits for a clip is given up."""
        for task in self._coming.values():
            task.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._mouth is not None:
            self._mouth.interrupt()
            await asyncio.to_thread(self._thread.shutdown)
            self._mouth.close()

    async def _opened(self) -> tuple[Voices, ClipStore]:
        if self._opening is None:
            self._opening = asyncio.create_task(asyncio.to_thread(self._open))
        return await asyncio.shield(self._opening)

    def _open(self) -> tuple[Voices, ClipStore]:
        voices = find_voices(self._choice)
        self._mouth = Mouth(voices)
        return voices, ClipStore(self._folder, self._limit)

    async def _clip(self, key: str, make: Callable[[Mouth], bytes]) -> Clip:
        known = self._known.get(key)
        if known is not None:
            return known
        task = self._coming.get(key)
        if task is None:
            if len(self._coming) >= self._waiting:
                raise Busy
            task = self._coming[key] = asyncio.create_task(self._found_or_made(key, make))
            task.add_done_callback(lambda _: self._coming.pop(key, None))
        return await asyncio.shield(task)

    async def _found_or_made(self, key: str, make: Callable[[Mouth], bytes]) -> Clip:
        _, store = await self._opened()
        seconds = await asyncio.to_thread(store.seconds, key)
        if seconds is None:
            seconds = await asyncio.get_running_loop().run_in_executor(self._thread, self._make, store, key, make)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        clip = self._known[key] = Clip(key, seconds)
        return clip

    def _make(self, store: ClipStore, key: str, make: Callable[[Mouth], bytes]) -> float:
        assert self._mouth is not None
        made = make(self._mouth)
        try:
            store.keep(key, made)
        except OSError as error:
            log.warning("a clip cannot be kept: %s", error)
            raise CannotSpeak("there is no room for it") from error
        return seconds_of(len(made))
