"""What is said: calls and the kiosk's words as sentences in each language, made of parts that may be recorded."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from importlib.resources import files
from typing import Any

PHRASES: dict[str, dict[str, Any]] = {
    entry.name.removesuffix(".json"): json.loads(entry.read_text(encoding="utf-8"))
    for entry in sorted((files(__package__) / "phrases").iterdir(), key=lambda e: e.name)
    if entry.name.endswith(".json")
}
GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: its name in a recorded pack, how it is written, and how it is said."""

    name: str
    written: str
    said: str


@dataclass(frozen=True, slots=True)
class Sentence:
    lang: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """As people read it: 请A012号到3号窗口."""
        return "".join(part.written for part in self.parts)

    @property
    def said(self) -> str:
        """As a synthesiser must be given it: numbers written out, or A012 becomes "A twelve"."""
        return "".join(part.said for part in self.parts)


@dataclass(frozen=True, slots=True)
class CallOut:
    number: str  # as printed: A012
    counter: int
    is_machine: bool = False


def call_sentence(lang: str, calls: Sequence[CallOut], wording: Mapping[str, str] | None = None) -> Sentence:
    """One call, or several merged into one sentence, that names a kind of place once. `lang` is one of PHRASES;
    `wording` is the branch's own sentence of one call by language, with {number}, {counter} and maybe {place}.
    Several calls are a list, which no sentence of one call can be: they are said as ever."""
    phrases = PHRASES[lang]
    if len(calls) == 1:
        own = (wording or {}).get(lang) or (wording or {}).get(phrases["words"])
        if own:
            return Sentence(lang, tuple(_worded(lang, own, calls[0])))
        return Sentence(lang, tuple(_filled(lang, phrases["one"], calls[0])))
    parts = [_plain(lang, name) for name in phrases["opening"].split()]
    for place, call in enumerate(calls):
        if place:
            parts.append(_plain(lang, "and"))
        named = place and calls[place - 1].is_machine == call.is_machine
        parts += _filled(lang, phrases["another" if named else "each"], call)
    return Sentence(lang, tuple(parts))


def _worded(lang: str, wording: str, call: CallOut) -> Iterator[Part]:
    """The branch's own sentence. What stands between its gaps has no name: it was recorded for nobody."""
    place = PHRASES[lang]["places"]["machine" if call.is_machine else "counter"]
    for at, text in enumerate(GAP.split(wording)):  # text, gap, text, gap, ... text
        if at % 2 == 0:
            if text:
                yield Part("", text, _read(lang, text))
        elif text == "number":
            yield from number_parts(lang, call.number)
        elif text == "counter":
            yield Part(f"value.{call.counter}", str(call.counter), cardinal(lang, call.counter))
        elif text == "place":
            begins = wording.startswith("{place}") and at == 1
            yield Part("", place[:1].upper() + place[1:] if begins else place, place)


def _filled(lang: str, order: str, call: CallOut) -> Iterator[Part]:
    for name in order.split():
        if name == "NUMBER":
            yield from number_parts(lang, call.number)
        elif name == "VALUE":
            yield Part(f"value.{call.counter}", str(call.counter), cardinal(lang, call.counter))
        else:
            place = "machine" if call.is_machine else "counter"
            yield _plain(lang, place if name == "PLACE" else name)


def _plain(lang: str, name: str) -> Part:
    text = PHRASES[lang]["parts"][name]
    written, said = (text, text) if isinstance(text, str) else text
    return Part(name, written, said)


def number_parts(lang: str, number: str) -> Iterator[Part]:
    """A012, letter by letter and digit by digit."""
    phrases = PHRASES[lang]
    for place, sign in enumerate(number):
        nothing_follows = place == len(number) - 1
        if sign.isdecimal():
            digit = phrases["small"][int(sign)]
            yield Part(f"digit.{sign}", sign, digit + ("" if nothing_follows else phrases["between_digits"]))
        else:
            # "A zero one two" is read with the article "a"; a comma makes it the letter.
            yield Part(f"letter.{sign}", sign, sign + ("" if nothing_follows else phrases["after_letter"]))


def cardinal(lang: str, value: int) -> str:
    """A counter's number or a count in words; from 100 on digit by digit."""
    phrases = PHRASES[lang]
    small, tens = phrases["small"], phrases["tens"]
    if value < len(small):
        return str(small[value])
    if value < 100:
        ten, rest = divmod(value, 10)
        return str(tens[ten] + (phrases["ten_and"] + small[rest] if rest else ""))
    return str(phrases["between_digits"]).join(small[int(sign)] for sign in str(value))


def told_time(lang: str, at: time) -> str:
    hour_only, with_minutes = PHRASES[lang]["clock"]
    said: str = with_minutes if at.minute else hour_only
    return said.format(h=cardinal(lang, at.hour), m=cardinal(lang, at.minute))


def word_sentence(lang: str, key: str, words: str, told: Mapping[str, int | str | time]) -> Sentence:
    """A sentence of the word files with its gaps filled: an int is a count, a time is the clock's, and what is
    called `number` is a ticket's. KeyError if a gap is left."""

    def number(value: str) -> str:
        return "".join(part.said for part in number_parts(lang, value))

    def said(name: str) -> str:
        value = told[name]
        if isinstance(value, int):
            return cardinal(lang, value)
        if isinstance(value, time):
            return told_time(lang, value)
        return number(value) if name == "number" else value

    def written(name: str) -> str:
        value = told[name]
        return f"{value:%H:%M}" if isinstance(value, time) else str(value)

    spoken = _read(lang, _with_gaps(words, said))
    has_gaps = GAP.search(words) is not None
    return Sentence(lang, (Part("" if has_gaps else key, _with_gaps(words, written), spoken),))


def _read(lang: str, text: str) -> str:
    """As a synthesiser must be given it: "5–10" would be heard as fifty in Chinese."""
    for sign, reading in PHRASES[lang]["read_as"].items():
        text = text.replace(sign, reading)
    return text


def _with_gaps(words: str, fill: Callable[[str], str]) -> str:
    return GAP.sub(lambda gap: fill(gap[1]), words)
