"""The sentences of a paper; a new language is one file beside this module."""

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("words")
FIRST = "en"


@cache
def words(language: str) -> dict[str, str]:
    """All sentences of one language; of English for a language that has no file, so that a paper is never refused."""
    path = FOLDER / f"{language}.json"
    return dict(json.loads((path if path.is_file() else FOLDER / f"{FIRST}.json").read_text("utf-8")))


def said(name: dict[str, str], language: str) -> str:
    """A name in this language, or in any there is."""
    return name.get(language) or name.get(FIRST) or next(iter(name.values()), "")


def wait(language: str, minutes: tuple[int, int]) -> str:
    """A range of minutes in words."""
    least, most = min(minutes), max(minutes)
    if most <= 1:
        return words(language)["wait_short"]
    if least == 0:
        return words(language)["wait_within"].format(n=most)
    if least == most:
        return words(language)["wait_one"].format(n=most)
    return words(language)["wait"].format(least=least, most=most)
