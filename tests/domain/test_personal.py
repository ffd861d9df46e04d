"""The same person is found however they were typed; and a business day ends when its last ticket may."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from server.demo.branch import source_branch
from server.domain.personal import alike, has_card_number, is_dialled_from_abroad, last_day_over, next_day_over

SAME = {
    "name": [
        ["王小明", " 王 小明", "王\u3000小明", "王·小明"],
        ["O'Brien Anna", "o’brien  ANNA", "OBRIEN-ANNA", "\uff2fBrien anna"],
        ["Straße", "STRASSE"],
        ["Zoë", "Zoe\u0308"],
    ],
    "phone": [
        [
            "138-1234-5678",
            "+86 138 1234 5678",
            "0086 13812345678",
            "86 13812345678",
            "１３８１２３４５６７８",
            "(138)12345678",
        ],
        ["010-6666 7777", "+86 10 6666 7777", "+86 (010) 66667777"],
        ["+852 9123 4567", "00852-91234567", "85291234567"],
    ],
    "card": [["6789", " 67-89"], ["tok_a9F", "TOK-A9f"]],
}


@pytest.mark.parametrize(("kind", "ways"), [(kind, ways) for kind, all_ways in SAME.items() for ways in all_ways])
def test_all_ways_to_write_the_same_are_alike(kind: str, ways: list[str]) -> None:
    assert len({alike(kind, way) for way in ways}) == 1


@pytest.mark.parametrize("kind", SAME)
def test_others_are_not(kind: str) -> None:
    assert len({alike(kind, ways[0]) for ways in SAME[kind]}) == len(SAME[kind])


def test_a_text_of_nothing_but_signs_is_like_nothing() -> None:
    assert [alike(kind, " -·. ") for kind in SAME] == ["", "", ""]


WHOLE = ["4111 1111 1111 1111", "6222-0212-3456-7894", "378282246310005", "４１１１１１１１１１１１１１１１"]
WHOLE += ["王小明4111111111111111", "Wang, 4111.1111.1111.1111", "4111111111111111 12/28", "%B4111111111111111^WANG"]
NOT_WHOLE = [
    "6789",
    "",
    "4111 1111 1111 1112",
    "1" * 30,
    "13812345678",
    "0755-12345678-8003",
    "Room 4111, 11 May 1111",
]


def test_a_whole_card_number_is_known_by_its_last_digit_whatever_stands_beside_it() -> None:
    assert [text for text in WHOLE if not has_card_number(text)] == []
    assert [text for text in NOT_WHOLE if has_card_number(text)] == []


def test_a_telephone_number_with_its_country_is_no_card_whatever_its_last_digit() -> None:
    ways = [f"{country}138123456{last:02}" for last in range(100) for country in ("+86", "0086", "86", "+49 ")]
    assert [way for way in ways if has_card_number(way) and not is_dialled_from_abroad(way)] == []
    assert not any(map(is_dialled_from_abroad, [*WHOLE, "+4111 1111 1111 1111"]))


def test_a_business_day_is_over_once_its_tickets_have_expired() -> None:
    branch = replace(source_branch(), time_zone="Asia/Shanghai")
    day = date(2026, 3, 2)
    ends = branch.expiry(day)
    assert last_day_over(branch, ends) == day
    assert last_day_over(branch, datetime.fromtimestamp(ends.timestamp() - 1, UTC)) == date(2026, 3, 1)
    assert next_day_over(branch, datetime(2026, 3, 2, 2, tzinfo=UTC)) == ends
    assert next_day_over(branch, ends) == branch.expiry(date(2026, 3, 3))


def test_a_day_that_ends_after_midnight_is_not_over_at_midnight() -> None:
    branch = source_branch()
    late = replace(branch, closes=branch.closes.replace(hour=23, minute=30))
    ends = late.expiry(date(2026, 3, 2))
    assert late.business_day(ends) == date(2026, 3, 3)
    just_before = datetime.fromtimestamp(ends.timestamp() - 1, UTC)
    assert last_day_over(late, just_before) == date(2026, 3, 1)
    assert next_day_over(late, just_before) == ends
    assert last_day_over(late, ends) == date(2026, 3, 2)
