"""What a branch's rules make of a card, and what is left of its number."""

import time
from datetime import date
from typing import Any

import pytest

from kiosk.reading import Card, RuleRefused, read_rules, recognise
from kiosk.reading.card import DaySecret, Once, number_of

RULES = read_rules(
    [
        {"match": "622202(00|01)", "segment": "vip", "level": 3},
        {"match": "6222", "segment": "vip"},
        {"match": r"\d{6}19[0-5]\d{8}[\dX]$", "segment": "priority", "kind": "id"},
        {"match": r"\d{16,19}$", "segment": "ordinary"},
    ]
)


def told(raw: str) -> tuple[str, str, int] | None:
    card = recognise(raw, RULES)
    return None if card is None else (card.kind, card.segment, card.vip_level)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("6222020012345678901", ("card", "vip", 3)),
        ("6222020212345678901", ("card", "vip", 1)),
        ("6222 0202 1234 5678 901\r\n", ("card", "vip", 1)),
        (";6222020012345678901=25122200000?", ("card", "vip", 3)),
        ("%B6222020012345678901^ZHANG/SAN^25122200000?;6222020012345678901=25122200000?", ("card", "vip", 3)),
        ("110101194910010010", ("id", "priority", 0)),
        ("11010119580101001x", ("id", "priority", 0)),
        ("110101199001010010", ("card", "ordinary", 0)),
        ("4000123412341234", ("card", "ordinary", 0)),
        ("99", None),
        ("12345", None),
        ("", None),
        ("https://example.com/6222020012345678901", None),
        ("6" * 33, None),
        ("6222" * 500, None),
        ("６２２２０２００", None),
    ],
)
def test_the_first_fitting_rule_says_who_it_is(raw: str, expected: tuple[str, str, int] | None) -> None:
    assert told(raw) == expected


def test_the_last_rule_may_be_about_every_card() -> None:
    card = recognise("ABCD1234", read_rules([{"match": "", "segment": "ordinary"}]))
    assert card is not None
    assert card.segment == "ordinary"


def test_a_card_keeps_nothing_of_its_number_nor_of_its_holders_name() -> None:
    card = recognise("%B6222020012345678901^ZHANG/SAN^25122200000?", RULES)
    assert isinstance(card, Card)
    assert len(card.token_hash) == 32
    for piece in ("6222", "8901", "ZHANG", "2512"):
        assert piece not in repr(card).upper().replace(card.token_hash.upper(), "")


def test_a_token_is_the_same_all_day_and_another_tomorrow_and_in_another_program() -> None:
    day = date(2026, 11, 22)
    secret = DaySecret(lambda: day)
    first = secret.token("6222020012345678901")
    assert secret.token("6222020012345678901") == first
    assert secret.token("6222020012345678902") != first
    assert DaySecret(lambda: day).token("6222020012345678901") != first
    day = date(2026, 11, 23)
    assert secret.token("6222020012345678901") != first


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"match": "(", "segment": "vip"}, "missing"),
        ({"match": r"(a)\1", "segment": "vip"}, "invalid escape"),
        ({"match": "6" * 201, "segment": "vip"}, "at most 200"),
        ({"match": 6222, "segment": "vip"}, "must be text"),
        ({"segment": "vip"}, "must be text"),
        ({"match": "6222", "segment": "royal"}, "one of ordinary"),
        ({"match": "6222", "segment": "vip", "level": -1}, "whole number"),
        ({"match": "6222", "segment": "vip", "level": "2"}, "whole number"),
        ({"match": "6222", "segment": "vip", "level": True}, "whole number"),
        ({"match": "6222", "segment": "vip", "kind": ""}, "'kind'"),
        ({"match": "(x{999}){999}", "segment": "vip"}, "repetition|large"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_and_says_which_and_why(rule: dict[str, Any], why: str) -> None:
    with pytest.raises(RuleRefused, match=rf"rule 2: .*({why})"):
        read_rules([{"match": "1", "segment": "ordinary"}, rule])


@pytest.mark.parametrize("match", ["(6+)+X$", "(6|66)*X$", "(6*)*(6*)*X$", "6*6*6*6*6*6*6*6*X$"])
def test_no_rule_holds_up_the_kiosk(match: str) -> None:
    begun = time.monotonic()
    assert recognise("6" * 32, read_rules([{"match": match, "segment": "vip"}])) is None
    assert time.monotonic() - begun < 1  # going back over it all would take hours


def test_a_card_held_still_is_one_and_is_a_new_one_ten_seconds_after_it_was_taken_away() -> None:
    once = Once()
    assert [once.is_new("a", at) for at in (0, 1, 9, 18, 27)] == [True, False, False, False, False]
    assert once.is_new("b", 27)
    assert once.is_new("a", 37.1)


def test_a_number_may_stand_in_groups() -> None:
    assert number_of(" 6222-0200 1234 ") == "622202001234"
    assert number_of("6222.0200") is None
