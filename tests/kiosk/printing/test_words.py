"""A paper says the same in every language, and says nothing that nobody prints."""

from pathlib import Path

import pytest

from kiosk.printing import words as spoken
from kiosk.printing.words import said, wait, words
from tests.house.test_words import differences, read

FILES = sorted(spoken.FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_language_says_the_same_things(path: Path) -> None:
    assert {"en", "zh"} <= {file.stem for file in FILES}
    assert differences(read(spoken.FOLDER / "en.json"), read(path)) == []


def test_every_sentence_is_printed_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in spoken.FOLDER.parent.glob("*.py"))
    assert [key for key in words("en") if f'"{key}"' not in code] == []


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        ((8, 15), "about 8–15 min", "约 8–15 分钟"),
        ((15, 8), "about 8–15 min", "约 8–15 分钟"),
        ((10, 10), "about 10 min", "约 10 分钟"),
        ((0, 5), "up to 5 min", "5 分钟以内"),
        ((0, 0), "about a minute", "约 1 分钟"),
        ((0, 1), "about a minute", "约 1 分钟"),
    ],
)
def test_a_wait_is_said_as_people_say_it(minutes: tuple[int, int], english: str, chinese: str) -> None:
    assert (wait("en", minutes), wait("zh", minutes)) == (english, chinese)


def test_a_name_is_said_in_the_language_asked_or_in_any_there_is() -> None:
    assert said({"zh": "现金", "en": "Cash"}, "zh") == "现金"
    assert said({"zh": "现金", "en": "Cash"}, "fr") == "Cash"
    assert said({"zh": "现金"}, "en") == "现金"
    assert said({}, "en") == ""
