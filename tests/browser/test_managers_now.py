"""The manager's sheet "now": advice in plain words, what it rests on, what if, and who speaks; on figures made up."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, WebSocket, expect

from tests.browser.pages import watch
from tests.browser.screens import faults, open_screen
from tests.browser.situations import SITUATIONS, Situation, cost_table, figures, furnish, outlook
from tests.running import TEN, Caller, Served, install, serving

Show = Callable[..., "Told"]

# The page's state is in its markup: it is changed before the scripts read it.
FURNISH = """document.addEventListener("readystatechange", () => {
  const boot = document.getElementById("boot");
  if (document.readyState !== "interactive" || !boot) return;
  boot.textContent = JSON.stringify({ ...JSON.parse(boot.textContent), snapshot: %s });
});"""
CLASSES = ("cash", "non_cash", "vip", "self_service")
FILLED = """(line) => {
  const [bar, share] = [".target__bar", ".target__share"].map((part) => line.querySelector(part).clientWidth);
  return share / bar;
}"""
PAINTED = "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An empty hall: what is to be seen in it comes from the situation."""
    office = install(f"sqlite:///{tmp_path_factory.mktemp('branch') / 'callboard.db'}", speed=0.001)
    with serving(office) as served:
        yield served


@dataclass(frozen=True, slots=True)
class Told:
    """The page, what it asked the server to do, and its line to the hall."""

    page: Page
    asked: list[Request] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)

    def card(self, key: str) -> Locator:
        return self.page.locator(f".advice[data-class={key}]")

    def chart(self, place: int) -> Locator:
        """Of the class looked ahead for: cost, people waiting, wait, what if."""
        return self.page.locator(".ahead .chart").nth(place)

    def live(self) -> Self:
        """No command is sent before the hall has been heard; it is heard every second."""
        self.sockets[-1].wait_for_event("framereceived")
        return self


@pytest.fixture(scope="module")
def manager(served: Served, browser: Browser) -> Iterator[Show]:
    """The page in a situation: the same page for all tests that ask for the same."""
    told: dict[object, Told] = {}
    with ExitStack() as contexts:
        watched: list[list[str]] = []

        def show(name: str, language: str = "en", state: str | None = "issued") -> Told:
            wanted = (name, language, state)
            if wanted not in told:
                script = FURNISH % json.dumps(hall(served, SITUATIONS[name], state)) if state else ""

                def furnished(**options: Any) -> Page:
                    context = contexts.enter_context(browser.new_context(**options))
                    watched.append(watch(context))
                    context.add_init_script(script)
                    told[wanted] = listening(context.new_page())
                    foresee(told[wanted].page, SITUATIONS[name])
                    return told[wanted].page

                open_screen(furnished, served.url, served.office, "manager", language)
                expect(told[wanted].page.locator(".policy__name").first).not_to_be_empty()
            return told[wanted]

        yield show
    assert not any(watched), watched


def listening(page: Page) -> Told:
    told = Told(page)
    page.on("request", lambda request: told.asked.append(request) if request.method == "POST" else None)
    page.on("websocket", lambda socket: told.sockets.append(socket))
    return told


def hall(served: Served, situation: Situation, state: str) -> Any:
    """The snapshot of the empty hall, with the situation in it."""
    with Caller(served.url, served.office.tokens) as ask:
        snapshot = ask.snapshot()
    furnish(snapshot, situation, TEN, state)
    return snapshot


def foresee(page: Page, situation: Situation) -> None:
    """The advisor answers from the situation."""
    page.route("**/figures", lambda route: route.fulfill(json=figures(situation, TEN)))
    page.route("**/what-if", lambda route: what_if(route, situation))


def what_if(route: Route, situation: Situation) -> None:
    asked: Any = route.request.post_data_json
    found = situation.classes[asked["counter_class"]]
    table = cost_table(asked["counter_class"], found, asked["arrivals_factor"], asked["service_factor"])
    route.fulfill(json={**table[asked["counters"] - 1], "table": table})


def test_advice_is_one_sentence_two_numbers_why_how_sure_and_what_it_costs_to_be_wrong(
    manager: Show,
) -> None:
    card = manager("rush").card("cash")
    ahead = outlook("cash", SITUATIONS["rush"].classes["cash"], TEN)
    expect(card.locator(".advice__sentence")).to_have_text("Open counter 4 (Cash) now")
    numbers = card.locator(".advice__figures")
    stay, change = (ahead[which]["wait_min"] for which in ("stay", "change"))
    expect(numbers).to_contain_text(f"{stay:.0f} min→{change:.0f} min")
    expect(numbers).to_contain_text(f"¥{ahead['saving_per_hour']:.0f} an hour")
    expect(card.locator(".advice__why")).to_have_text(
        "About 15 customers come per hour; the 2 open counters can serve 12."
    )
    expect(card.locator(".sure")).to_contain_text("Fairly sure")
    expect(card.locator(".sure")).to_contain_text("8 of 10")
    expect(card.locator(".sure__scale i[data-full]")).to_have_count(8)
    expect(card.locator(".sure__wrong")).to_contain_text("¥7")


def test_who_was_called_within_the_target_is_a_share_with_what_it_is_of(manager: Show) -> None:
    page = manager("rush").page
    cash, bank, vip, machines = (page.locator(f".lane[data-class={key}] .target") for key in CLASSES)
    expect(cash.locator(".target__words")).to_have_text(
        "82 % within target (10 min): 41 of 50 who were called or gave up after it"
    )
    expect(cash.locator(".target__late")).to_have_text("3 are waiting past it now")
    assert cash.evaluate(FILLED) == pytest.approx(0.82, abs=0.01)
    expect(bank.locator(".target__words")).to_contain_text("99 % within target (10–15 min): 299 of 300")  # not all
    expect(bank.locator(".target__late")).to_have_text("1 is waiting past it now")
    expect(vip).to_have_text("Target 5 min: nobody has been called yet today")
    assert vip.evaluate(FILLED) == 0
    expect(machines).to_be_hidden()


def test_where_no_target_is_set_the_technical_figures_lead_to_where_it_is(manager: Show) -> None:
    page = manager("rush").page
    page.locator(".lane[data-class=self_service] .lane__details").click()
    link = page.get_by_role("dialog").get_by_role("link", name="Set a target")
    expect(link).to_have_attribute("href", "/office?branch=main&lang=en#set_up/costs")
    page.keyboard.press("Escape")
    page.locator(".lane[data-class=cash] .lane__details").click()
    expect(page.get_by_role("dialog")).to_contain_text("Called within target82 %10 min · 41 of 50")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_cost_of_every_number_of_counters_is_a_chart_and_a_table(manager: Show) -> None:
    told = manager("quiet")
    curve = told.chart(0)
    table = cost_table("cash", SITUATIONS["quiet"].classes["cash"])
    expect(curve.locator(".curve__amount")).to_have_text([f"¥{row['cost']:.0f}" for row in table])
    expect(curve.locator(".curve__foot[data-mark=now]")).to_contain_text("2")
    curve.get_by_role("button", name="Table").click()
    expect(curve.locator("tbody tr")).to_have_count(3)
    expect(curve.locator("tr[data-mark=now]")).to_contain_text(f"¥{table[1]['cost']:.0f}")


def test_too_few_counters_have_no_cost_but_are_said_to_be_too_few(manager: Show) -> None:
    told = manager("overload")
    expect(told.card("cash").locator(".advice__sentence")).to_have_text("Cash: all 3 are open, and still too few")
    expect(told.card("cash").locator(".advice__why")).to_contain_text("grows by 6.0 an hour")
    expect(told.chart(0).locator(".curve__never")).to_have_text("Cannot keep up")
    expect(told.chart(0).locator(".curve__column")).to_have_count(0)


def test_the_forecast_is_drawn_with_both_futures_and_has_its_table(manager: Show) -> None:
    told = manager("rush")
    bands = outlook("cash", SITUATIONS["rush"].classes["cash"], TEN)["bands"]
    for place, measure in ((1, "waiting"), (2, "wait")):
        chart = told.chart(place)
        expect(chart.locator(".ahead__line")).to_have_text(["as it is: 2 open", "with 3 open"])
        assert chart.locator("canvas").evaluate(PAINTED)
        chart.get_by_role("button", name="Table").click()
        rows = chart.locator("tbody tr")
        expect(rows).to_have_count(len(bands["stay"]))
        last = f"{bands['change'][-1][measure]:.1f} (" if bands["change"][-1][measure] < 9.95 else "("
        expect(rows.last.locator("td").last).to_contain_text(last)


def test_a_lever_moved_by_keys_asks_what_if_and_a_press_brings_back_what_is(manager: Show) -> None:
    told = manager("quiet")
    lever = told.page.locator("[data-lever=arrivals]")
    for _ in range(4):
        lever.press("ArrowRight")
    then = cost_table("cash", SITUATIONS["quiet"].classes["cash"], 1.4)[1]
    cost = told.page.locator("[data-result=cost]")
    expect(cost.locator(".suppose__then")).to_have_text(f"¥{then['cost']:.0f}")
    expect(cost.locator(".suppose__now")).to_contain_text("now ¥")
    asked: Any = next(r for r in told.asked[::-1] if r.url.endswith("what-if"))
    assert asked.post_data_json == {
        "counter_class": "cash", "arrivals_factor": 1.4, "service_factor": 1, "counters": 2
    }  # fmt: skip
    assert "idempotency-key" not in asked.headers
    expect(told.chart(0)).to_have_attribute("data-supposed", "true")
    told.page.get_by_role("button", name="As now").click()
    expect(cost.locator(".suppose__now")).to_have_text("as now")
    expect(told.chart(0)).to_have_attribute("data-supposed", "false")
    expect(lever).to_have_js_property("valueAsNumber", 0)


def test_another_way_of_reckoning_speaks_once_it_is_confirmed_and_stays(manager: Show) -> None:
    told = manager("imbalance", state=None).live()
    page = told.page
    page.locator(".ahead__key[data-class=non_cash]").click()
    policies = page.locator(".policy")
    expect(policies).to_have_text(
        [re.compile(n) for n in ("1.*Looking ahead", "1.*Steady", "1.*crowd", "1.*plan", "2.*same")]
    )
    crowd = page.locator("[data-policy=so_tang]")
    crowd.click()
    page.keyboard.press("Escape")
    expect(crowd).to_have_attribute("aria-pressed", "false")
    crowd.click()
    page.keyboard.press("1")
    expect(crowd).to_have_attribute("aria-pressed", "true")
    page.reload()
    page.locator(".ahead__key[data-class=non_cash]").click()
    expect(crowd).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".policy[aria-pressed=true]")).to_have_count(1)


def test_advice_is_dismissed_with_a_reason(manager: Show) -> None:
    told = manager("rush").live()
    told.page.route("**/dismiss", lambda route: route.fulfill(json={"seq": 0}))
    told.card("cash").get_by_role("button", name="Not now").click()
    with told.page.expect_request("**/advice/advice-cash/dismiss") as sent:
        told.page.keyboard.press("2")
    assert sent.value.post_data_json == {"reason": "Nobody is free to sit there"}


def test_accepted_advice_is_seen_at_the_counter_that_is_asked(manager: Show) -> None:
    told = manager("rush", state="accepted")
    expect(told.card("cash").locator(".advice__accepted")).to_contain_text("Counter 4 has been asked to open.")
    expect(told.page.locator(".tile[data-asked=open]")).to_have_count(1)
    expect(told.page.locator(".tile[data-asked=open]")).to_contain_text("asked to open")


def test_with_nothing_to_do_it_says_until_when(manager: Show) -> None:
    page = manager("quiet").page
    expect(page.locator(".calm__sentence")).to_have_text("Leave it as it is")
    expect(page.locator(".calm__classes [data-class=cash]")).to_contain_text("Another when 7 people are here.")


def test_the_sheets_are_reached_by_keys_and_a_page_loaded_again_stays_on_its_sheet(
    manager: Show,
) -> None:
    page = manager("rush", state="accepted").page
    page.get_by_role("tab", name="Now").press("ArrowLeft")
    expect(page.get_by_role("tab", name="Record")).to_be_focused()
    expect(page.locator("#panel-now")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("tab", name="Record")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Now").click()
    expect(page.locator("#panel-now")).to_be_visible()


@pytest.mark.parametrize(("language", "name"), [("zh", "imbalance"), ("zh", "quiet"), ("en", "overload")])
def test_every_situation_is_told_in_one_language(manager: Show, language: str, name: str) -> None:
    page = manager(name, language).page
    assert faults(page, language) == []
    page.locator(".ahead__details").click()
    assert faults(page, language) == []
