"""One place in a document that somebody else wrote: read as what it should be, and complained of where it is not."""

import re
from collections.abc import Collection, Iterator
from datetime import time
from typing import Any
from unicodedata import category

from server.domain.branch import Names
from server.domain.set_up.faults import Fault
from server.domain.words import LANGUAGES

MISSING: Any = None  # what is null is as if it were not there
MOST_FAULTS = 100  # nobody mends more at a time, and a document of sixty kilobytes could have thousands
ID = re.compile(r"[A-Za-z0-9_\-]{1,40}")
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
# What is nowhere seen, and what turns the rest about: two names could look alike, or one read from behind.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINED = re.compile(r"(?<=[^\s\u200c\u200d])[\u200c\u200d](?=[^\s\u200c\u200d])")  # as some scripts write
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # by their category they are letters and signs


class Part:
    """Every way to read it gives a value that can be worked with, so that one fault does not hide the next."""

    __slots__ = ("faults", "path", "value")

    def __init__(self, value: Any, path: str, faults: list[Fault] | None) -> None:
        self.value, self.path, self.faults = value, path, faults  # None: nobody hears of it

    def __getitem__(self, name: str | int) -> "Part":
        found = self.value.get(name) if isinstance(self.value, dict) else MISSING
        return self.inside(name, found)

    def inside(self, name: str | int, value: Any) -> "Part":
        return Part(value, f"{self.path}.{name}".lstrip("."), self.faults)

    @property
    def there(self) -> bool:
        return self.value is not MISSING

    @property
    def given(self) -> bool:
        """Of what may be left out: a form sends the empty text where nobody has written anything."""
        return self.there and self.value != ""

    def fault(self, code: str, **params: Any) -> None:
        if self.faults is not None and len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.path, code, params))

    def fields(self, *known: str, needed: bool = True) -> "Part":
        """The object, with nothing unknown in it. Where there is none, its fields are silent: it was complained of,
        or need not be there."""
        if not isinstance(self.value, dict):
            if needed or self.there:
                self.fault("not_object" if self.there else "missing")
            return Part(MISSING, self.path, None)
        for name in self.value:
            if name not in known:
                self.inside(shown(name), None).fault("unknown_key", key=shown(name))
        return self

    def pairs(self, most: int) -> "Iterator[tuple[str, Part]]":
        """Of an object whose keys are free."""
        if not isinstance(self.value, dict):
            if self.there:
                self.fault("not_object")
            return
        if len(self.value) > most:
            self.fault("too_many", most=most)
        for key in list(self.value)[:most]:
            name = key if isinstance(key, str) and _is_plain(key) else shown(key)
            yield name, self.inside(name[:40], self.value[key])

    def items(self, most: int, *, needed: bool = False) -> "list[Part]":
        if not self.there and not needed:
            return []
        if not isinstance(self.value, list):
            self.fault("not_list" if self.there else "missing")
            return []
        if len(self.value) > most:
            self.fault("too_many", most=most)
        if needed and not self.value:
            self.fault("empty")
        return [self.inside(at, value) for at, value in enumerate(self.value[:most])]

    def text(self, longest: int, default: str | None = None) -> str:
        if not self.there and default is not None:
            return default
        if not isinstance(self.value, str):
            self.fault("not_text" if self.there else "missing")
            return default or ""
        found = self.value.strip()
        if not found:
            self.fault("empty")
        elif len(found) > longest:
            self.fault("too_long", most=longest)
        elif not _is_plain(found):
            self.fault("not_plain")
        elif not any(category(sign)[0] in "LNPS" and sign not in BLANKS for sign in found):
            self.fault("empty")
        else:
            return found
        return ""

    def name(self, longest: int = 60) -> Names:
        """What something is called, in every language."""
        told = self.fields(*LANGUAGES)
        return {lang: told[lang].text(longest) for lang in LANGUAGES}

    def id(self) -> str:
        found = self.text(40)
        if found and not ID.fullmatch(found):
            self.fault("bad_id", id=shown(found))
        return found

    def number(self, least: float, most: float, default: float | None = None) -> float:
        if not self.there and default is not None:
            return default
        kept = least if default is None else default
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fault("not_number" if self.there else "missing")
        elif not least <= self.value <= most:
            self.fault("out_of_range", least=least, most=most)
        else:
            kept = self.value
        return kept

    def whole(self, least: int, most: int, default: int | None = None) -> int:
        found = self.number(least, most, default)
        if found != int(found):
            self.fault("not_whole")
        return int(found)

    def choice(self, choices: Collection[str], default: str | None = None) -> str:
        if not self.there and default is not None:
            return default
        if isinstance(self.value, str) and self.value in choices:
            return self.value
        self.fault("not_one_of" if self.there else "missing", choices=", ".join(choices))
        return default or next(iter(choices))

    def time(self, default: time) -> time:
        found = TIME.fullmatch(self.value) if isinstance(self.value, str) else None
        if found is None:
            self.fault("not_time" if self.there else "missing", value=shown(self.value))
            return default
        return time(int(found[1]), int(found[2]))


def shown(value: Any) -> str:
    """What somebody wrote, as it may be shown back to them."""
    if not isinstance(value, str | int | float):
        return "?"
    return "".join("\N{REPLACEMENT CHARACTER}" if category(sign) in UNSEEN else sign for sign in str(value)[:40])


def _is_plain(text: str) -> bool:
    return text.isprintable() or not any(category(sign) in UNSEEN for sign in JOINED.sub("", text))
