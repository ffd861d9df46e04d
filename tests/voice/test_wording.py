"""The branch's own sentence of a call: as it is read, as it is said, and where ours is kept."""

import pytest

from server.voice.clip_store import key_of
from server.voice.sentences import CallOut, call_sentence
from tests.set_up_anew import WORDING

A012 = CallOut("A012", 3)
AT_MACHINE = CallOut("S107", 10, is_machine=True)

# language, wording, call -> as it is written, as it is said
SENTENCES = [
    (
        "en",
        WORDING["en"],
        A012,
        "Number A012, please go to counter 3, thank you",
        "Number A, zero one two, please go to counter three, thank you",
    ),
    ("zh", WORDING["zh"], A012, "请A012号顾客到3号窗口办理业务", "请A零一二号顾客到三号窗口办理业务"),
    ("zh", WORDING["zh"], AT_MACHINE, "请S107号顾客到10号自助设备办理业务", "请S一零七号顾客到十号自助设备办理业务"),
    ("en", "Window {counter}: {number}", A012, "Window 3: A012", "Window three: A, zero one two"),
    ("en", "{place} {counter}, {number}", AT_MACHINE, "Machine 10, S107", "machine ten, S, one zero seven"),
]


@pytest.mark.parametrize(("lang", "wording", "call", "written", "said"), SENTENCES)
def test_a_call_is_worded_as_the_branch_has_it(
    lang: str, wording: str, call: CallOut, written: str, said: str
) -> None:
    sentence = call_sentence(lang, [call], {lang: wording})
    assert (sentence.text, sentence.said) == (written, said)


def test_several_calls_are_said_as_ever() -> None:
    assert call_sentence("en", [A012, AT_MACHINE], WORDING) == call_sentence("en", [A012, AT_MACHINE])


def test_a_language_without_a_wording_keeps_ours_and_cantonese_reads_the_chinese_one() -> None:
    assert call_sentence("en", [A012], {"zh": WORDING["zh"]}) == call_sentence("en", [A012])
    assert call_sentence("yue", [A012], WORDING).text == "请A012号顾客到3号窗口办理业务"
    own = {**WORDING, "yue": "{number}號，{counter}號窗口"}
    assert call_sentence("yue", [A012], own).text == "A012號，3號窗口"


def test_another_wording_is_another_clip() -> None:
    texts = {call_sentence("zh", [A012], wording).said for wording in (None, WORDING, {"zh": "{number}到{counter}"})}
    assert len({key_of("zh", said, "voice") for said in texts}) == 3


def test_parts_that_were_recorded_are_still_asked_for_by_name() -> None:
    names = [part.name for part in call_sentence("zh", [A012], WORDING).parts]
    assert names == ["", "letter.A", "digit.0", "digit.1", "digit.2", "", "value.3", "", "", ""]
