"""What is said in three languages: the text people read, and the same with every number written out."""

from datetime import time

import pytest

from server.domain.words import LANGUAGES
from server.voice.clip_store import key_of
from server.voice.sentences import PHRASES, CallOut, Part, call_sentence, cardinal, word_sentence

A012 = CallOut("A012", 3)
AT_MACHINE = CallOut("S107", 10, is_machine=True)

# language, calls -> as it is written, as it is said
SENTENCES = [
    ("zh", [A012], "请A012号到3号窗口", "请A零一二号，到三号窗口"),
    ("yue", [A012], "請A012號到3號窗口", "請A零一二號，到三號窗口"),
    ("en", [A012], "Number A012, please go to counter 3", "Number A, zero one two, please go to counter three"),
    ("zh", [AT_MACHINE], "请S107号到10号自助设备", "请S一零七号，到十号自助设备"),
    ("yue", [AT_MACHINE], "請S107號到10號自助設備", "請S一零七號，到十號自助設備"),
    (
        "en",
        [AT_MACHINE],
        "Number S107, please go to machine 10",
        "Number S, one zero seven, please go to machine ten",
    ),
    ("zh", [A012, AT_MACHINE], "请A012到3号窗口，S107到10号自助设备", None),
    ("yue", [A012, AT_MACHINE], "請A012到3號窗口，S107到10號自助設備", None),
    (
        "en",
        [A012, CallOut("A013", 5)],
        "A012 to counter 3, A013 to 5",
        "A, zero one two, to counter three; A, zero one three, to five",
    ),
    ("zh", [A012, CallOut("A013", 5)], "请A012到3号窗口，A013到5号", "请A零一二到三号窗口，A零一三到五号"),
    ("yue", [A012, CallOut("A013", 5)], "請A012到3號窗口，A013到5號", None),
    ("en", [A012, AT_MACHINE, A012], "A012 to counter 3, S107 to machine 10, A012 to counter 3", None),
]


@pytest.mark.parametrize(("lang", "calls", "written", "said"), SENTENCES)
def test_a_call_is_written_and_said(lang: str, calls: list[CallOut], written: str, said: str | None) -> None:
    sentence = call_sentence(lang, calls)
    assert sentence.text == written
    if said is not None:
        assert sentence.said == said


@pytest.mark.parametrize("lang", sorted(PHRASES))
def test_no_digit_is_left_to_the_synthesiser(lang: str) -> None:
    for counter in (1, 10, 12, 20, 21, 99, 100, 305):
        said = call_sentence(lang, [CallOut("A012", counter), CallOut("优1000", counter)]).said
        assert not [sign for sign in said if sign.isascii() and sign.isdigit()], said


@pytest.mark.parametrize("lang", sorted(PHRASES))
def test_each_digit_of_a_number_is_a_part_of_its_own(lang: str) -> None:
    names = [part.name for part in call_sentence(lang, [A012]).parts]
    start = names.index("letter.A")
    assert names[start : start + 4] == ["letter.A", "digit.0", "digit.1", "digit.2"]


def test_the_letter_is_no_article() -> None:
    """Without the comma, "A zero one two" is read as "a zero": found by asking eSpeak NG for its phonemes."""
    assert Part("letter.A", "A", "A, ") in call_sentence("en", [A012]).parts


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (0, "zero", "零"),
        (2, "two", "二"),
        (10, "ten", "十"),
        (12, "twelve", "十二"),
        (20, "twenty", "二十"),
        (21, "twenty-one", "二十一"),
        (99, "ninety-nine", "九十九"),
        (305, "three zero five", "三零五"),
    ],
)
def test_a_count_is_said_in_words(value: int, en: str, zh: str) -> None:
    assert (cardinal("en", value), cardinal("zh", value), cardinal("yue", value)) == (en, zh, zh)


def test_the_words_of_the_kiosk_are_said_with_their_gaps_filled() -> None:
    told: dict[str, int | str | time] = {"opens": time(8, 30), "closes": time(17), "low": 5, "high": 10}
    hours = word_sentence("zh", "kiosk.closed_hours", "取号时间 {opens}–{closes}", told)
    assert (hours.text, hours.said) == ("取号时间 08:30–17:00", "取号时间 八点三十分到十七点")
    wait = word_sentence("en", "shared.wait_range", "about {low}–{high} min", told)
    assert (wait.text, wait.said) == ("about 5–10 min", "about five to ten minutes")
    wait = word_sentence("zh", "shared.wait_range", "约 {low}–{high} 分钟", told)
    assert wait.said == "约 五到十 分钟", "without the word between them, five and ten are heard as fifty"
    kept = word_sentence("zh", "kiosk.returned", "{number} 号已退", {"number": "A012"})
    assert kept.said == "A零一二 号已退"


def test_a_gap_that_is_not_filled_is_an_error_and_no_brace_is_spoken() -> None:
    with pytest.raises(KeyError):
        word_sentence("en", "kiosk.returned", "{number} has been given back", {})


def test_every_language_has_all_that_the_first_has() -> None:
    assert {lang: sorted(phrases) for lang, phrases in PHRASES.items()} == dict.fromkeys(
        PHRASES, sorted(PHRASES["en"])
    )
    assert {phrases["words"] for phrases in PHRASES.values()} <= LANGUAGES.keys()
    assert PHRASES.keys() == {"en", "zh", "yue"}


def test_a_key_is_the_same_every_time_and_on_every_machine() -> None:
    """Written down here: if it changes, every clip of every branch is made anew, which VERSION is there to say."""
    said = call_sentence("zh", [A012]).said
    assert key_of("zh", said, "v") == "a894fba64b33aa0d54498724307df3382292029ebb4fd98c25dacb6e1f4f92fd"


def test_a_key_differs_by_text_language_and_voice() -> None:
    keys = {key_of(lang, said, voice) for lang in ("zh", "yue") for said in ("一", "二") for voice in ("a", "b")}
    assert len(keys) == 8
