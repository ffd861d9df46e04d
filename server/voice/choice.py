"""Which voices there are and in what order, as the operator has set it; and a fingerprint of them for clips' keys."""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from server.voice.packs import BrokenPack, Pack, read_pack

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """As set: nothing has been looked at yet."""

    packs: tuple[str, ...] = ()  # folders
    piper: Mapping[str, str] = field(default_factory=dict)  # language -> .onnx
    espeak: Mapping[str, str] = field(default_factory=dict)  # language -> its name of a voice


def choice_from(packs: str, piper: str, espeak: str) -> Choice:
    """From the settings: folders with the system's separator (`:`), and `zh=... en=...` with spaces."""
    folders = tuple(folder for folder in packs.split(os.pathsep) if folder)
    return Choice(folders, _by_language(piper), _by_language(espeak))


def _by_language(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split()]
    return {lang: value for lang, _, value in pairs if lang and value}


@dataclass(frozen=True, slots=True)
class Voices:
    """What was found of the choice: recordings first, then Piper, then eSpeak NG."""

    packs: tuple[Pack, ...]
    piper: Mapping[str, str]
    espeak: Mapping[str, str]
    fingerprints: Mapping[str, str]  # language -> of all that speaks it; a language that nobody speaks is not here


def find_voices(choice: Choice) -> Voices:
    """Looks at files and installed packages: not for the event loop. What is broken is left out, and said once."""
    packs = tuple(pack for folder in choice.packs if (pack := _pack(Path(folder))) is not None)
    piper_version, espeak_version = _installed("piper-tts"), _installed("espeakng-loader")
    piper = {lang: file for lang, file in choice.piper.items() if _has_model(lang, file, piper_version)}
    espeak = dict(choice.espeak) if espeak_version else {}
    if choice.espeak and not espeak:
        log.warning("espeakng-loader is not installed: no voice but those that were recorded")
    known: dict[str, list[object]] = {}
    for pack in packs:
        known.setdefault(pack.lang, []).append(["pack", pack.fingerprint])
    for lang, file in piper.items():
        known.setdefault(lang, []).append(["piper", piper_version, Path(file).name, Path(file).stat().st_size])
    for lang, voice in espeak.items():
        known.setdefault(lang, []).append(["espeak", espeak_version, voice])
    return Voices(packs, piper, espeak, {lang: json.dumps(found) for lang, found in known.items()})


def _pack(folder: Path) -> Pack | None:
    try:
        return read_pack(folder)
    except BrokenPack as error:
        log.warning("a pack of recordings is left out: %s", error)
        return None


def _has_model(lang: str, file: str, piper_version: str) -> bool:
    if not piper_version:
        log.warning("Piper is not installed (pip install 'callboard[piper]'): its voice for %s is left out", lang)
        return False
    if not Path(file).is_file() or not Path(f"{file}.json").is_file():
        log.warning("Piper's voice for %s is left out: no %s, or no .json beside it", lang, file)
        return False
    return True


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
