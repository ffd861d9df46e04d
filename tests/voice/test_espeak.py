"""What eSpeak NG makes of our sentences, asked of the library itself: syllables, and no letter taken for a word."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.voice.sentences import CallOut, call_sentence

# In a process of its own, for the library's sake. It tells the phonemes of each text, clause by clause.
PHONEMES = """
import ctypes, json, sys
from server.voice.espeak import Espeak
voices = {"zh": "cmn", "yue": "yue", "en": "en"}
library = Espeak(voices)._library
library.espeak_TextToPhonemes.restype = ctypes.c_char_p
told = {}
for lang, text in json.loads(sys.argv[1]).items():
    assert library.espeak_SetVoiceByName(voices[lang].encode()) == 0
    data = ctypes.create_string_buffer(text.encode())
    rest, clauses = ctypes.c_void_p(ctypes.addressof(data)), []
    while rest.value:
        clauses.append(library.espeak_TextToPhonemes(ctypes.byref(rest), 1, 2).decode())
    told[lang] = clauses
print(json.dumps(told))
"""
# What the unit in deploy/systemd asks for as MemoryDenyWriteExecute; an older kernel does not know it.
NO_NEW_CODE = """
import ctypes
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)
from server.voice.espeak import Espeak
print(len(Espeak({"en": "en"}).say("en", "counter three")))
"""
SPEAKS_AND_DIES = """
import os
from server.voice.choice import choice_from, find_voices
from server.voice.mouth import Mouth
mouth = Mouth(find_voices(choice_from("", "", "en=en")))
mouth.chime()
print(mouth.child_id, flush=True)
os._exit(9)
"""


def run(script: str, *given: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", script, *given]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def phonemes() -> dict[str, list[str]]:
    said = {lang: call_sentence(lang, [CallOut("A012", 3)]).said for lang in ("zh", "yue", "en")}
    return dict(json.loads(run(PHONEMES, json.dumps(said))))


@pytest.mark.parametrize("lang", ["zh", "yue"])
def test_chinese_is_read_a_syllable_for_a_sign(phonemes: dict[str, list[str]], lang: str) -> None:
    """A dictionary that is not whole reads 号 as "hao four": one more word for each sign."""
    number, counter = phonemes[lang]
    assert len(number.split()) == len("请A零一二号"), number
    assert len(counter.split()) <= 5, counter
    assert "(en)" in number, "the letter is read as an English one"


def test_english_reads_the_letter_and_each_digit(phonemes: dict[str, list[str]]) -> None:
    number, digits, place = phonemes["en"]
    assert number.split()[-1].strip("ˈ") == "eɪ", "not the article"
    assert [word.strip("ˈ")[0] for word in digits.split()] == ["z", "w", "t"]
    assert place.split()[-1].startswith("θ")


def test_it_speaks_where_a_service_may_make_no_new_code() -> None:
    assert int(run(NO_NEW_CODE)) > 10_000


def is_running(process: Path) -> bool:
    """Not if it is gone, nor if it only waits for somebody to ask what became of it."""
    try:
        return "State:\tZ" not in (process / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_server_that_is_killed_leaves_no_child_behind() -> None:
    child_id = run(SPEAKS_AND_DIES).strip()
    assert child_id.isdigit(), child_id
    child = Path("/proc") / child_id
    deadline = time.monotonic() + 10
    while is_running(child):
        assert time.monotonic() < deadline, "the child goes on without its server"
        time.sleep(0.05)
