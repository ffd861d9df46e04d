"""What is on the paper, by its dots."""

import pytest
from PIL import Image, ImageChops

from kiosk.printing import fonts
from kiosk.printing.layout import WIDTH, lay_out
from kiosk.printing.lines import fitted
from tests.kiosk.printing.examples import LINK, bands_of_ink, code_mm, dark, link_on, paper

LONG = {
    "zh": "个人外汇结售汇、跨境汇款及旅行支票兑付业务（含预约大额现钞）以及其他各项业务的统一受理",
    "en": "Personal foreign exchange, cross-border remittance and traveller's cheques (including large cash)",
}


def differs(one: Image.Image, other: Image.Image) -> bool:
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


@pytest.mark.parametrize("number", ["A001", "A012", "B1045", "V9"])
def test_the_number_is_at_least_15_mm_high_and_stands_in_the_middle(number: str) -> None:
    picture = lay_out(paper(number=number))
    top, bottom = max(bands_of_ink(picture)[:8], key=lambda band: band[1] - band[0])
    assert bottom - top >= 15 * 8
    left, _, right, _ = ImageChops.invert(picture.convert("L").crop((0, top, WIDTH, bottom))).getbbox() or (
        0,
        0,
        0,
        0,
    )
    assert abs(left - (WIDTH - right)) <= 2
    assert left > 0


@pytest.mark.parametrize("link", [LINK, "https://a.example/p/1", "https://queue.example.com/phone/" + "x" * 120])
def test_a_phone_reads_the_link_from_a_code_of_at_least_25_mm(link: str) -> None:
    picture = lay_out(paper(link=link))
    assert link_on(picture) == link
    assert 25 <= code_mm(picture) <= 36


def test_without_a_link_there_is_no_code_and_the_time_is_still_there() -> None:
    without, later = paper(link=""), paper(link="", issued_at=paper().issued_at.replace(minute=13))
    with pytest.raises(ValueError, match="unpack"):
        link_on(lay_out(without))
    assert differs(lay_out(without), lay_out(later))


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "A013"},
        {"branch": {"zh": "南门支行", "en": "South Gate Branch"}},
        {"service": {"zh": "对公业务", "en": "Business accounts"}},
        {"ahead": 4},
        {"ahead": None},
        {"wait_min": (9, 15)},
        {"wait_min": (8, 16)},
        {"wait_min": None},
        {"issued_at": paper().issued_at.replace(hour=10)},
        {"issued_at": paper().issued_at.replace(day=23)},
        {"link": LINK + "x"},
        {"languages": ("en", "zh")},
        {"languages": ("zh",)},
        {"copy": True},
    ],
)
def test_everything_a_paper_says_is_to_be_seen_on_it(changes: dict[str, object]) -> None:
    assert differs(lay_out(paper()), lay_out(paper(**changes)))


def test_a_copy_is_marked_by_a_black_bar_across_its_top() -> None:
    original, copy = lay_out(paper()), lay_out(paper(copy=True))
    assert dark(copy, (0, 0, WIDTH, 4)) == WIDTH * 4
    assert dark(original, (0, 0, WIDTH, 4)) == 0
    assert 0 < dark(copy, (0, 0, WIDTH, 60)) < WIDTH * 60, "and the bar says so in white"


@pytest.mark.parametrize("languages", [("zh", "en"), ("en",), ("zh",)])
def test_names_of_any_length_stay_on_the_paper_and_leave_it_short(languages: tuple[str, ...]) -> None:
    long = lay_out(paper(service=LONG, branch=LONG, languages=languages, ahead=9999, wait_min=(995, 1000)))
    plain = lay_out(paper(languages=languages))
    assert dark(long, (0, 0, 8, long.height)) == dark(long, (WIDTH - 8, 0, WIDTH, long.height)) == 0
    assert long.height - plain.height < 20 * 8


def test_a_paper_of_which_little_is_known_is_still_a_paper() -> None:
    bare = lay_out(paper(branch={}, service={}, ahead=None, wait_min=None, link="", languages=()))
    assert differs(bare, lay_out(paper(branch={}, service={}, ahead=None, wait_min=None, link="", number="A013")))


def test_a_name_that_is_the_same_in_both_languages_is_printed_once() -> None:
    once = lay_out(paper(service={"zh": "VIP", "en": "VIP"}))
    assert once.tobytes() == lay_out(paper(service={"zh": "VIP"})).tobytes()
    assert once.height < lay_out(paper(service={"zh": "VIP", "en": "VIP 2"})).height


def test_a_line_is_made_smaller_before_it_is_broken_and_cut_short_only_at_last() -> None:
    assert [line.text for line in fitted("现金业务", 540, 46, fonts.BOLD, smallest=26, rows=2)] == ["现金业务"]
    (smaller,) = fitted("扫码查看排队进度", 270, 36, fonts.BOLD, smallest=24, rows=2)
    assert 26 <= smaller.size < 36
    broken = fitted("Scan to follow your place", 270, 34, fonts.BOLD, smallest=24, rows=2)
    assert [line.text for line in broken] == ["Scan to follow", "your place"]
    *_, last = fitted(LONG["en"], 270, 34, fonts.BOLD, smallest=24, rows=2)
    assert last.text.endswith("...")
    assert last.width <= 270
    *_, last = fitted(LONG["zh"], 270, 34, fonts.BOLD, smallest=24, rows=2)
    assert last.text.endswith("…")


def test_no_line_begins_with_a_closing_mark() -> None:
    for widest in range(60, 400, 20):
        lines = fitted(LONG["zh"], widest, 26, fonts.BOLD, smallest=26, rows=99)
        assert not any(line.text[0] in "、，。）" for line in lines)


def test_a_letter_that_the_typeface_lacks_is_a_question_mark_and_a_language_without_letters_is_left_out() -> None:
    assert "".join(text for text, _ in fonts.runs("A\U0001f9f0B", 30, fonts.BOLD)) == "A?B"
    assert fonts.draws("等待时间暂不可知 A012")
    assert not fonts.draws("ההמתנה")


def test_without_the_typeface_a_paper_still_has_its_number_and_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDER", fonts.FOLDER / "nowhere")
    for cached in (fonts._slices, fonts._face, fonts._advance):
        cached.cache_clear()
    try:
        picture = lay_out(paper())
        other = lay_out(paper(number="A013"))
    finally:
        monkeypatch.undo()
        for cached in (fonts._slices, fonts._face, fonts._advance):
            cached.cache_clear()
    assert link_on(picture) == LINK
    assert differs(picture, other)
