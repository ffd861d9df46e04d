"""The clips that calls are spoken with: asked of the server, kept on disk by their key while there is room."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from display.api import Json, Refused, ServerApi
from display.place import CallOut
from display.sound import NotASound, joined, read

log = logging.getLogger(__name__)

KEY = re.compile(r"[0-9a-z]{4,128}")
NOW = "now.wav"  # the sentence that is being played; too short for a key
UNSPOKEN = "language_not_spoken"
MANIFESTS_KEPT = 300
MOST_BYTES = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Speech:
    """One sentence, ready to be played."""

    wav: Path
    seconds: float
    keys: tuple[str, ...]  # of its clips, in order
    words: tuple[str, ...]  # what is said, a sentence for each language
    volume: float = 1.0


class Clips:
    """Safe for one task at a time, and one more that prepares what comes next."""

    def __init__(self, api: ServerApi, folder: Path, langs: Sequence[str], most_bytes: int = MOST_BYTES) -> None:
        self._api, self._folder, self._langs, self._most_bytes = api, folder, langs, most_bytes
        self._manifests: OrderedDict[str, Json] = OrderedDict()
        self._wording = ""
        self._lock = asyncio.Lock()  # the same clip is not fetched twice at a time
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def langs(self) -> Sequence[str]:
        """Those that it is asked for, without those that the server has turned out not to speak."""
        return self._langs

    def adopt(self, langs: Sequence[str], wording: str) -> None:
        """The branch has been set up anew: other languages, or another `wording` of its calls, by any mark of it."""
        self._langs, self._wording = langs, wording

    async def ready(self, calls: Sequence[CallOut], langs: Sequence[str]) -> Json:
        """The manifest of a sentence, all its clips on disk. Raises Away, Refused, NotASound."""
        async with self._lock:
            manifest = await self._manifest(calls, langs)
            for clip in clips_of(manifest):
                await self._on_disk(clip)
            return manifest

    async def speech(
        self, calls: Sequence[CallOut], volume: float, langs: Sequence[str], *, chime: bool = True
    ) -> Speech:
        """Raises Away, Refused, NotASound, OSError (a full disk)."""
        manifest = await self.ready(calls, langs)
        keys = [clip["key"] for clip in clips_of(manifest)][0 if chime else 1 :]
        wav = self._folder / NOW
        seconds = await asyncio.to_thread(self._join, keys, volume, wav)
        words = tuple(str(part["text"]) for part in manifest["parts"])
        return Speech(wav, seconds, tuple(keys), words, volume)

    def _join(self, keys: Sequence[str], volume: float, wav: Path) -> float:
        sound, seconds = joined([self._file(key).read_bytes() for key in keys], volume)
        wav.write_bytes(sound)
        return seconds

    async def _manifest(self, calls: Sequence[CallOut], langs: Sequence[str]) -> Json:
        asked = ",".join(f"{call.number}:{call.counter_number}" for call in calls)
        name = f"{asked} {','.join(langs)} {self._wording}"
        if name in self._manifests:
            self._manifests.move_to_end(name)
            return self._manifests[name]
        query = {"calls": asked}
        if len(calls) == 1:
            query = {"number": calls[0].number, "counter": str(calls[0].counter_number)}
        manifest = await self._asked(query, langs)
        check(manifest)
        self._manifests[name] = manifest
        while len(self._manifests) > MANIFESTS_KEPT:
            self._manifests.popitem(last=False)
        return manifest

    async def _asked(self, query: dict[str, str], langs: Sequence[str]) -> Json:
        """In every language that the server speaks: one that it does not must not silence the others."""
        while True:
            try:
                return await self._api.get(self._api.of_branch("voice/call"), **query, langs=",".join(langs))
            except Refused as refused:
                unspoken = refused.params.get("tongue")
                others = [lang for lang in langs if lang != unspoken]
                if refused.code != UNSPOKEN or not others or len(others) == len(langs):
                    raise
                log.warning("%s It is left out until this display is started again.", refused)
                langs, self._langs = others, [lang for lang in self._langs if lang != unspoken]

    async def _on_disk(self, clip: Json) -> None:
        file = self._file(clip["key"])
        if await asyncio.to_thread(is_sound, file):
            return
        sound = await self._api.get_bytes(clip["url"])
        read(sound)  # a clip that is no sound is not kept: it would be silence for good
        await asyncio.to_thread(self._keep, file, sound)

    def _keep(self, file: Path, sound: bytes) -> None:
        """Whole or not at all, and the oldest make room."""
        part = file.with_suffix(".part")
        part.write_bytes(sound)
        part.replace(file)
        kept = [(found.stat(), found) for found in self._folder.glob("????*.wav")]
        kept.sort(key=lambda row: row[0].st_mtime)
        spare = sum(stat.st_size for stat, _ in kept) - self._most_bytes
        for stat, found in kept:
            if spare <= 0:
                return
            if found != file:
                found.unlink(missing_ok=True)
                spare -= stat.st_size

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.wav"


def is_sound(file: Path) -> bool:
    """Whether the file is there, and whole: the power may have gone while it was written."""
    try:
        read(file.read_bytes())
        file.touch()  # lately used: it is thrown away last
    except (OSError, NotASound):
        return False
    return True


def clips_of(manifest: Json) -> list[Json]:
    """The chime, then the sentence in each language."""
    return [manifest["chime"], *(part["clip"] for part in manifest["parts"])]


def check(manifest: Json) -> None:
    """Raises NotASound for an answer that names no clips, or keys that are no file's name."""
    try:
        fine = bool(manifest["parts"]) and all(
            KEY.fullmatch(clip["key"]) and str(clip["url"]).startswith("/") for clip in clips_of(manifest)
        )
        [str(part["text"]) for part in manifest["parts"]]
    except (KeyError, TypeError) as error:
        raise NotASound(f"the server's answer names no clips: {error!r}") from error
    if not fine:
        raise NotASound("the server's answer names clips that cannot be kept")
