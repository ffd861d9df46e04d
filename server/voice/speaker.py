"""The child that makes sound of sentences: a synthesiser is C for one thread, and may fall without the server."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from server.voice.chime import chime
from server.voice.packs import PAUSE_S, MissingPart, Pack
from server.voice.sound import NotSound, as_wav, faded, joined, levelled, read_wav, shaped, trimmed

if TYPE_CHECKING:
    from server.voice.sound import Samples


class NobodySpeaks(Exception):
    """Every source was asked, and none could say it."""


class Speaker:
    """Asks each source in turn. What a source could not do goes to `notes`, each once."""

    def __init__(self, packs: Sequence[Pack], piper: Mapping[str, str], espeak: Mapping[str, str]) -> None:
        self.notes: list[str] = []
        self._noted: set[str] = set()
        self._packs = packs
        self._models = {"piper": piper, "espeak": espeak}
        self._engines: dict[str, Any] = {}

    def say(self, lang: str, said: str, parts: Sequence[str]) -> bytes:
        """A WAV; NobodySpeaks."""
        for source in self._sources(lang):
            try:
                samples = (
                    self._from_pack(source, parts) if isinstance(source, Pack) else self._made(source, lang, said)
                )
                return as_wav(shaped(samples))
            except Exception as error:  # whatever goes wrong in one, the next may do
                name = f"the recordings {source.name!r}" if isinstance(source, Pack) else source
                lack = "no part" if isinstance(error, MissingPart) else type(error).__name__
                self._note(f"{name} cannot speak ({lang}): {lack} {error}")
        raise NobodySpeaks(lang)

    def _sources(self, lang: str) -> Iterator[Pack | str]:
        yield from (pack for pack in self._packs if pack.lang == lang)
        yield from (name for name, models in self._models.items() if lang in models)

    def _from_pack(self, pack: Pack, parts: Sequence[str]) -> "Samples":
        """Each is levelled by itself, for they were recorded on different days, and faded, or it would click."""
        pieces = [faded(levelled(trimmed(read_wav(file)))) for file in pack.files(parts)]
        return joined(pieces, [PAUSE_S] * len(pieces))

    def _made(self, name: str, lang: str, said: str) -> "Samples":
        if name not in self._engines:
            self._engines[name] = _engine(name, self._models[name])
        samples: Samples = self._engines[name].say(lang, said)
        if not samples.size:
            raise NotSound("no sound at all")
        return samples

    def _note(self, note: str) -> None:
        if note not in self._noted and len(self._noted) < 1000:
            self._noted.add(note)
            self.notes.append(note)


def _engine(name: str, models: Mapping[str, str]) -> Any:
    """Loaded when it is first needed: a branch with recordings needs none."""
    if name == "piper":
        from server.voice.piper import Piper

        return Piper(models)
    from server.voice.espeak import Espeak

    return Espeak(models)


def answer(speaker: Speaker, job: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What is told of the job in one line, and the WAV that follows it."""
    try:
        made = as_wav(chime()) if "chime" in job else speaker.say(job["lang"], job["said"], job["parts"])
        told: dict[str, Any] = {"size": len(made)}
    except NobodySpeaks as error:
        made, told = b"", {"size": 0, "failed": f"nobody speaks {error}"}
    told["notes"], speaker.notes = speaker.notes, []
    return told, made


def main() -> None:
    """The first line says which voices there are; then a job a line, until the server goes away."""
    jobs, answers = sys.stdin.buffer, _private_output()
    first = jobs.readline()
    if not first:
        return
    with suppress(OSError):  # a service may be forbidden to ask for less
        os.nice(5)  # presses and call-outs come first
    chosen = json.loads(first)
    packs = [
        Pack(name, lang, {part: Path(file) for part, file in parts.items()}, "")
        for name, lang, parts in chosen["packs"]
    ]
    speaker = Speaker(packs, chosen["piper"], chosen["espeak"])
    for line in jobs:
        told, made = answer(speaker, json.loads(line))
        answers.write(json.dumps(told).encode() + b"\n" + made)
        answers.flush()


def _private_output() -> IO[bytes]:
    """The answers' own line. What a library prints goes with the complaints, or it would be taken for sound."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


if __name__ == "__main__":
    main()
