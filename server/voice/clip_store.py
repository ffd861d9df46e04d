"""Clips on disk: each made once, found by its key, and gone again when nobody has heard it for longest."""

import hashlib
import itertools
import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

VERSION = 1  # of how sound is made: raise it, and every clip is made anew
WAV_HEADER, BYTES_A_SECOND = 44, 2 * 22_050
KEY = re.compile(r"[0-9a-f]{64}")
USED_AGAIN_S = 3600.0  # a clip's last use is noted this often: a write for each hearing would wear out a card
LOOK_EVERY = 32  # clips made between two looks at the size of the folder
LEFT_OVER_S = 3600.0  # a half-written file this old belongs to a process that died


def key_of(lang: str, said: str, voice: str) -> str:
    """Of what is heard: the same on every server that has the same voices."""
    told = json.dumps([VERSION, lang, said, voice], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def seconds_of(size: int) -> float:
    """How long a clip of so many bytes plays."""
    return round((size - WAV_HEADER) / BYTES_A_SECOND, 2)


class ClipStore:
    """Blocking calls, and short ones. Several processes may share the folder."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder.resolve()
        self._is_ready = False
        self._limit = limit_bytes
        self._names = itertools.count()
        self._made = 0

    def find(self, key: str) -> Path | None:
        """The clip's file, which is now the one last used. None too for what is no key: it never becomes a path."""
        if not KEY.fullmatch(key):
            return None
        path = self._path(key)
        try:
            used = path.stat().st_mtime
            if time.time() - used > USED_AGAIN_S:
                os.utime(path)
        except OSError:
            return None
        return path

    def seconds(self, key: str) -> float | None:
        """How long the clip plays, by its size; None if there is none."""
        found = self.find(key)
        return None if found is None else seconds_of(found.stat().st_size)

    def keep(self, key: str, wav: bytes) -> None:
        """Whole or not at all: it is renamed into its place, and the last of two that make the same one stays.
        OSError where there is no room."""
        if not self._is_ready:
            self._folder, self._is_ready = _that_can_be_written(self._folder), True
        self._folder.mkdir(parents=True, exist_ok=True)  # somebody may have tidied up since
        half = self._folder / f"{os.getpid()}-{next(self._names)}.part"
        try:
            half.write_bytes(wav)
            half.replace(self._path(key))
        finally:
            half.unlink(missing_ok=True)
        self._made += 1
        if self._made % LOOK_EVERY == 1:
            self.make_room()

    def make_room(self) -> None:
        """Takes away the clips that were not used for longest, until a tenth of the limit is free."""
        clips = sorted(self._clips())
        size = sum(size for _, size, _ in clips)
        if size <= self._limit:
            return
        for _, freed, path in clips:
            path.unlink(missing_ok=True)
            size -= freed
            if size <= self._limit * 0.9:
                return

    def _clips(self) -> Iterator[tuple[float, int, Path]]:
        """(last used, bytes, file) of each; what another process takes away meanwhile is left out."""
        for entry in os.scandir(self._folder):
            try:
                found = entry.stat()
            except FileNotFoundError:
                continue
            if entry.name.endswith(".wav"):
                yield found.st_mtime, found.st_size, Path(entry.path)
            elif entry.name.endswith(".part") and time.time() - found.st_mtime > LEFT_OVER_S:
                Path(entry.path).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"


def _that_can_be_written(folder: Path) -> Path:
    """A container may be read-only but for its temporary folder; clips are made again, so that will do."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        other = Path(tempfile.mkdtemp(prefix="callboard-voice-"))
        log.warning("clips cannot be kept in %s (%s): until the next start they are in %s", folder, error, other)
        return other
