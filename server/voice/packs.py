"""Recorded clips: a folder with a manifest that says which file is which part of a sentence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"
PAUSE_S = 0.06
LARGEST_MANIFEST = 1_000_000


class BrokenPack(Exception):
    """The folder is no pack, or its manifest names what is not there."""


class MissingPart(Exception):
    """The pack cannot say the sentence; the argument is the part that it lacks."""


@dataclass(frozen=True, slots=True)
class Pack:
    """`parts`: name -> file. A name may be several of a sentence's parts at once, `to+value.3+counter`, which sounds
    better than the three; a whole sentence of the word files has its key, `kiosk.take`."""

    name: str
    lang: str
    parts: Mapping[str, Path]
    fingerprint: str

    def files(self, wanted: Sequence[str]) -> list[Path]:
        """The recordings of these parts in their order, each as long a piece as there is. MissingPart."""
        found: list[Path] = []
        place = 0
        while place < len(wanted):
            for end in range(len(wanted), place, -1):
                file = self._file("+".join(wanted[place:end]))
                if file is not None:
                    found.append(file)
                    place = end
                    break
            else:
                raise MissingPart(wanted[place])
        return found

    def _file(self, name: str) -> Path | None:
        """A counter up to 9 may be said with the digit of a number."""
        kind, _, value = name.partition(".")
        same = f"digit.{value}" if kind == "value" and len(value) == 1 else name
        return self.parts.get(name) or self.parts.get(same)


def read_pack(folder: Path) -> Pack:
    """The pack in the folder: `{"name": "Lin", "lang": "zh", "parts": {"please": "please.wav", ...}}`. BrokenPack if
    anything about it is wrong: better a voice that is whole than half a sentence."""
    try:
        manifest = (folder / MANIFEST).read_bytes()
        if len(manifest) > LARGEST_MANIFEST:
            raise BrokenPack(f"{folder}: the manifest is too large")
        told = json.loads(manifest)
        name, lang = str(told["name"]), str(told["lang"])
        parts = {str(part): _inside(folder, file) for part, file in told["parts"].items()}
        prints = hashlib.sha256(manifest)
        for file in sorted(set(parts.values())):  # by what is in them, so that every server comes to the same keys
            prints.update(hashlib.sha256(file.read_bytes()).digest())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenPack(f"{folder}: {type(error).__name__} {error}") from error
    if not parts:
        raise BrokenPack(f"{folder}: no parts")
    return Pack(name, lang, parts, prints.hexdigest()[:16])


def _inside(folder: Path, file: object) -> Path:
    """A pack names its own files, and nobody else's."""
    path = (folder / str(file)).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BrokenPack(f"{folder}: {file} is not in it")
    return path
