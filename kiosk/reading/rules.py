"""A branch's rules: which numbers make a customer a VIP or give priority, tried in order, in time that is bounded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from kiosk.reading.card import Card, DaySecret, number_of

SEGMENTS = ("ordinary", "priority", "vip")
LONGEST_PATTERN = 200
HIGHEST_LEVEL = 9

_OF_THIS_PROGRAM = DaySecret()


class RuleRefused(ValueError):
    """A rule that cannot be used; says which one and why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Numbers that begin as `pattern` says belong to this segment."""

    pattern: Any  # of re2, which ships no types
    kind: str
    segment: str
    level: int


def read_rules(rules: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The branch's rules, ready for use: `{"match": "6222", "segment": "vip", "level": 2, "kind": "card"}`.

    `match` is a regular expression that the number must begin with (end it with `$` to mean the whole number);
    `level` is for VIPs, `kind` may be left out. A last rule `{"match": "", "segment": "ordinary"}` recognises every
    card. Raises RuleRefused.
    """
    return tuple(_rule(place, rule) for place, rule in enumerate(rules, 1))


def _rule(place: int, rule: Mapping[str, Any]) -> Rule:
    match, segment = rule.get("match"), rule.get("segment")
    level, kind = rule.get("level", int(segment == "vip")), rule.get("kind", "card")
    if not isinstance(match, str) or len(match) > LONGEST_PATTERN:
        raise RuleRefused(f"rule {place}: 'match' must be text of at most {LONGEST_PATTERN} characters")
    if segment not in SEGMENTS:
        raise RuleRefused(f"rule {place}: 'segment' must be one of {', '.join(SEGMENTS)}")
    if not isinstance(level, int) or isinstance(level, bool) or not 0 <= level <= HIGHEST_LEVEL:
        raise RuleRefused(f"rule {place}: 'level' must be a whole number up to {HIGHEST_LEVEL}")
    if not isinstance(kind, str) or not kind:
        raise RuleRefused(f"rule {place}: 'kind' must be text")
    return Rule(_compiled(place, match), kind, segment, level)


def _compiled(place: int, match: str) -> Any:
    """By RE2, which never goes back over what it has read: no rule can hold up the kiosk, however it is written."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(match, options)
    except re2.error as error:
        why = error.args[0] if error.args else error
        raise RuleRefused(f"rule {place}: {why.decode() if isinstance(why, bytes) else why}") from error


def recognise(raw: str, rules: Sequence[Rule], secret: DaySecret = _OF_THIS_PROGRAM) -> Card | None:
    """What the first fitting rule makes of what a reader sent; None for noise and for cards no rule is about.

    The number lives no longer than this call.
    """
    number = number_of(raw)
    if number is None:
        return None
    for rule in rules:
        if rule.pattern.match(number):
            return Card(rule.kind, secret.token(number), rule.segment, rule.level)
    return None
