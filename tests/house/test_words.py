"""A language is one file, and every language says everything: no screen may fall back to a key."""

import json
from pathlib import Path
from string import Formatter

import pytest

from tests.house.source import ROOT

WORDS = ROOT / "server" / "domain" / "words"
FIRST = "en"

Words = dict[str, str]


def read(path: Path) -> Words:
    """The sentences of one file, also of a nested one, each under its full key."""
    return dict(flat("", json.loads(path.read_text(encoding="utf-8"))))


def flat(prefix: str, node: object) -> list[tuple[str, str]]:
    if isinstance(node, dict):
        return [pair for key, value in node.items() for pair in flat(f"{prefix}.{key}".lstrip("."), value)]
    assert isinstance(node, str), f"{prefix} is no sentence: {node!r}"
    return [(prefix, node)]


def gaps(sentence: str) -> list[str]:
    """The names of what is filled in."""
    return sorted({name for _, name, _, _ in Formatter().parse(sentence) if name is not None})


def differences(first: Words, other: Words) -> list[str]:
    """What one language says and the other does not."""
    missing = [f"{key}: in one language only" for key in sorted(first.keys() ^ other.keys())]
    unlike = [
        f"{key}: {gaps(first[key])} is not {gaps(other[key])}"
        for key in sorted(first.keys() & other.keys())
        if gaps(first[key]) != gaps(other[key])
    ]
    empty = [f"{key}: says nothing" for words in (first, other) for key in words if not words[key].strip()]
    return missing + unlike + empty


def languages() -> list[str]:
    return sorted(path.stem for path in WORDS.glob("*.json"))


def test_chinese_and_english_are_there_from_the_first_day() -> None:
    assert {"en", "zh"} <= set(languages())


@pytest.mark.parametrize("language", [name for name in languages() if name != FIRST])
def test_every_language_says_the_same_things(language: str) -> None:
    assert differences(read(WORDS / f"{FIRST}.json"), read(WORDS / f"{language}.json")) == []


@pytest.mark.parametrize("language", languages())
def test_no_sentence_is_written_twice(language: str) -> None:
    def refuse_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), sorted({key for key in keys if keys.count(key) > 1})
        return dict(pairs)

    json.loads((WORDS / f"{language}.json").read_text("utf-8"), object_pairs_hook=refuse_twins)


def test_a_missing_sentence_a_missing_gap_and_an_empty_sentence_are_found() -> None:
    first = {"a": "{number} waits", "b": "yes", "c": "closed"}
    other = {"a": "{nummer} 等候", "b": "", "d": "开"}
    assert [row.split(":")[0] for row in differences(first, other)] == ["c", "d", "a", "b"]
