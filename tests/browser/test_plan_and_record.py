"""The manager's plan is changed by hand and kept; the advisor's record says in plain words how good it was."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from server.domain.words import LANGUAGES
from server.live import caretaker
from tests.browser.judged import live_through
from tests.browser.screens import LOCALES, faults
from tests.running import Caller, Served, install, serving

SMALL = {"width": 1024, "height": 768}
WIDE = {"width": 1440, "height": 900}
# For a finger.
TOO_SMALL = """root => [...root.querySelectorAll("button, summary, [role=slider]")]
  .filter((one) => one.getClientRects().length > 0)
  .map((one) => [one.innerText || one.getAttribute("aria-label"), one.getBoundingClientRect().toJSON()])
  .filter(([, box]) => box.width < 44 || box.height < 44)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def quiet() -> Iterator[None]:
    """Nothing happens by itself: what is seen is what the test has done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caretaker, "EVERY_S", 3600)
        yield


@pytest.fixture(scope="module")
def served(quiet: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(install(f"sqlite:///{tmp_path_factory.mktemp('plan') / 'callboard.db'}")) as served:
        yield served


@pytest.fixture(scope="module")
def judged(quiet: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A branch that has been advised for a while."""
    with serving(install(f"sqlite:///{tmp_path_factory.mktemp('record') / 'callboard.db'}")) as served:
        live_through(served)
        yield served


@pytest.fixture
def open_sheet(new_page: Callable[..., Page]) -> Open:
    def make(served: Served, sheet: str, language: str = "en", size: dict[str, int] = WIDE) -> Page:
        page = new_page(viewport=size, locale=LOCALES[language])
        page.goto(f"{served.url}/manager?token={served.office.tokens['manager']}&lang={language}#{sheet}")
        expect(page.locator(f".{sheet}")).to_be_visible()
        return page

    return make


def words(key: str, language: str = "en") -> str:
    return LANGUAGES[language][f"manager.{key}"]


def column(page: Page, at: int) -> Locator:
    return page.locator(".bars__column").nth(at)


def counters(page: Page) -> list[int]:
    return [int(one.get_attribute("aria-valuenow") or -1) for one in page.locator(".bars__column").all()]


def settled(page: Page) -> None:
    """The answer to the last change has come."""
    expect(page.locator(".plan__editor[data-pending]")).to_have_count(0)


def button(page: Page, key: str, language: str = "en") -> Locator:
    return page.locator(".plan").get_by_role("button", name=words(key, language), exact=True)


def test_a_plan_is_changed_by_keys_seen_to_cost_more_kept_and_taken_back(open_sheet: Open, served: Served) -> None:
    page = open_sheet(served, "plan")
    before, cost = counters_once_there(page), page.locator("[data-figure=cost] .figure__value")
    dear = cost.inner_text()
    column(page, 4).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    settled(page)
    assert counters(page) == [*before[:4], before[4] - 1, before[5] - 1, *before[6:]]
    expect(cost).not_to_have_text(dear)
    expect(page.locator("[data-figure=wait] .figure__arrow")).to_have_attribute("data-worse", "true")
    expect(page.locator(".plan__state")).to_have_text(words("plan.state_unsaved"))
    button(page, "plan.save").click()
    expect(page.locator(".plan__state")).to_contain_text("Manager")
    assert kept(served) == counters(page)
    page.reload()
    expect(page.locator(".plan__class").first).to_have_attribute("data-state", "own")
    assert counters(page) == kept(served)
    button(page, "plan.take_recommended").click()
    button(page, "plan.save").click()
    expect(page.locator(".plan__class").first).to_have_attribute("data-state", "as_recommended")
    assert counters(page) == before
    assert kept(served) is None


def kept(served: Served) -> list[int] | None:
    """What the server has of the plan for cash today."""
    with Caller(served.url, served.office.tokens) as ask:
        found = ask.get("teller", "branches/main/plan").json()["classes"]["cash"]
    return list(found["counters"]) if found["saved"] else None


def counters_once_there(page: Page) -> list[int]:
    expect(column(page, 16)).to_be_visible()
    return counters(page)


def test_a_press_takes_the_topmost_brick_and_a_drag_sets_all_on_its_way_to_be_undone_as_one(
    open_sheet: Open, served: Served
) -> None:
    page = open_sheet(served, "plan")
    before = counters_once_there(page)
    column(page, 3).click(position={"x": 20, "y": 10})  # there are three counters, and three are recommended
    pressed = counters(page)
    assert pressed[3] == before[3] - 1 == 2
    first, last = (column(page, at).bounding_box() for at in (6, 9))
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 20, first["y"] + first["height"] - 4)
    page.mouse.down()
    page.mouse.move(last["x"] + 20, last["y"] + last["height"] - 4, steps=12)
    page.mouse.up()
    assert counters(page) == [*pressed[:6], 1, 1, 1, 1, *pressed[10:]]
    for expected in (pressed, before):
        button(page, "plan.undo").click()
        assert counters(page) == expected
    expect(button(page, "plan.undo")).to_be_disabled()
    expect(button(page, "plan.save")).to_be_disabled()


def test_what_if_somebody_is_ill_shows_a_better_plan_that_can_be_taken(open_sheet: Open, served: Served) -> None:
    page = open_sheet(served, "plan")
    before = counters_once_there(page)
    market, ill = page.locator(".what-if__toggle").nth(0), page.locator(".what-if__toggle").nth(1)
    market.click()
    ill.click()
    settled(page)
    expect(page.locator(".plan__side .plan__label")).to_have_text(words("plan.comes_to_if"))
    expect(page.locator(".bars__column[data-missing]").first).to_be_visible()
    assert counters(page) == before
    button(page, "plan.take_mended").click()
    settled(page)
    assert counters(page) != before
    market.click()
    ill.click()
    expect(page.locator(".plan__side .plan__label")).to_have_text(words("plan.comes_to"))


def test_each_class_and_each_day_keeps_what_was_not_saved(open_sheet: Open, served: Served) -> None:
    page = open_sheet(served, "plan")
    before = counters_once_there(page)
    column(page, 0).press("ArrowDown")
    changed = counters(page)
    assert changed != before
    page.locator(".plan__class").nth(1).click()
    page.locator(".plan__day").nth(2).click()
    expect(page.locator(".plan__day").nth(0)).to_have_attribute("data-unsaved", "")
    page.locator(".plan__class").nth(0).click()
    assert counters(page) == before
    page.locator(".plan__day").nth(0).click()
    expect(page.locator(".plan__class").first).to_have_attribute("data-state", "unsaved")
    assert counters(page) == changed


def test_the_table_says_what_the_picture_says(open_sheet: Open, served: Served) -> None:
    page = open_sheet(served, "plan")
    shown = counters_once_there(page)
    waits = page.locator(".strip--waits .strip__number").all_inner_texts()
    page.locator(".plan__editor").get_by_role("button", name=words("charts.as_table")).click()
    rows = page.locator(".plan__table tbody tr")
    expect(rows).to_have_count(len(shown))
    assert [int(row.locator("td").nth(1).inner_text()) for row in rows.all()] == shown
    assert [row.locator("td").nth(3).inner_text().split(",")[0] for row in rows.all()] == waits


@pytest.mark.parametrize("language", ["zh", "en"])
def test_plan_and_record_speak_one_language_and_fit_the_small_screen(
    open_sheet: Open, judged: Served, language: str
) -> None:
    page = open_sheet(judged, "plan", language, SMALL)
    counters_once_there(page)
    for toggle in page.locator(".what-if__toggle").all():
        toggle.click()
    settled(page)
    assert faults(page, language) == []
    assert page.locator(".plan").evaluate(TOO_SMALL) == []
    assert page.evaluate(OVERFLOW) == 0
    page.get_by_role("tab").nth(2).click()
    expect(page.locator(".record__table--list tbody tr")).to_have_count(12)
    for summary in page.locator("summary").all():
        summary.click()
    assert faults(page, language) == []
    assert page.locator(".record").evaluate(TOO_SMALL) == []
    assert page.evaluate(OVERFLOW) == 0


def test_before_the_first_advice_the_record_says_so(open_sheet: Open, served: Served) -> None:
    page = open_sheet(served, "record")
    expect(page.locator(".record__words")).to_have_text(words("record.empty"))
    expect(page.locator(".fact")).to_have_count(4)
    expect(page.locator(".record__sheet").first).to_be_hidden()


def test_the_record_says_how_often_it_was_right_and_what_that_means(open_sheet: Open, judged: Served) -> None:
    page = open_sheet(judged, "record")
    right = page.locator("[data-fact=right]")
    expect(right.locator(".fact__value")).to_have_text("8 of 10")
    meaning = right.get_by_text(words("record.right_means"))
    expect(meaning).to_be_hidden()
    right.locator("summary").click()
    expect(meaning).to_be_visible()
    expect(page.locator(".verdict[data-verdict=pending]")).to_have_count(2)
    assert page.locator(".calibration__point").count() == page.locator("[data-sheet=confidence] tbody tr").count()
    page.get_by_role("button", name="7 days").click()
    expect(page.locator(".record__period[aria-pressed=true]")).to_have_text("7 days")
