"""What the terminal says, in each language: one file a language, all with the same keys."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path


@cache
def words_of(lang: str) -> dict[str, str]:
    """A spoken language without a file of its own is written as Chinese or English is."""
    file = Path(__file__).parent / f"{lang}.json"
    if not file.exists():
        file = file.with_name("zh.json" if lang in {"yue", "cmn"} else "en.json")
    return dict(json.loads(file.read_text("utf-8")))


def say(langs: Sequence[str], key: str, **gaps: object) -> str:
    """The sentence in each of the languages, each written once."""
    said = dict.fromkeys(words_of(lang)[key].format(**gaps) for lang in langs)
    return " · ".join(said)
