"""Everyone can read and press every step of every page: in both languages, large type, high contrast, by night."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.judged import live_through
from tests.browser.pages import PATIENCE_MS, watch
from tests.browser.screens import LOCALES
from tests.engines import axe, steps, targets
from tests.kiosk.program import kiosk_process
from tests.running import Caller, Served, install, serving

SIZES = {"kiosk": (1080, 1920), "display": (1920, 1080), "phone": (360, 740)}
DESK_SIZE = (1440, 900)
LANGUAGES = ("zh", "en")
DRESSED = "en"  # colours are of no language: axe looks at the other modes in one, at the usual one in both
GLASS = {"kiosk": targets.KIOSK, "phone": targets.PHONE}
LEAST_KIOSK_MM, LEAST_PHONE_PX, LEAST_DESK_PX = 20.0, 48.0, 24.0

# A board that nobody operates shows what happens as it happens: WCAG 2.2.1 excepts real time. Without scripts it can
# do so only by loading itself again.
EXCEPTED = {("display", "plain", "meta-refresh")}
# What a page wears in each mode, and the colours a computer asks for.
WEAR = """(wear) => {
  const root = document.documentElement;
  root.classList.toggle("large-type", "large" in wear);
  if ("contrast" in wear) root.setAttribute("data-contrast", wear.contrast);
  else if ("large" in wear || "plain" in wear) root.removeAttribute("data-contrast");
}"""
# Colours that are still on their way to the next dress are nobody's; they set out with the next picture.
AT_REST = """() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  .then(() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < 2000).map((one) => one.finished.catch(() => null))))"""
MODES: dict[str, dict[str, dict[str, str]]] = {
    "kiosk": {
        "": {"plain": ""},
        "large type": {"large": ""},
        "high contrast": {"contrast": "high"},
    },
    "display": {"": {}},  # its steps wear what their address says
}
SCHEMES = {"light": {"scheme": "light"}, "dark": {"scheme": "dark"}}


@dataclass(frozen=True, slots=True)
class Look:
    """One step of one page in one mode."""

    step: str
    mode: str
    verdict: axe.Verdict
    targets: list[targets.Target]
    dress: str

    @property
    def name(self) -> str:
        return f"{self.step} ({self.mode})" if self.mode else self.step


Walk = Callable[[str, str], list[Look]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A hall in which there is something of everything, and an advisor with a past."""
    office = install(f"sqlite:///{tmp_path_factory.mktemp('branch') / 'callboard.db'}")
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        live_through(served)
        for segment in ("ordinary", "priority", "vip") * 3:
            ask.ticket(segment=segment, services=["deposit", "card"])
        for who, number in (("teller", 1), ("second teller", 2)):
            ask.done(who, f"counters/main.{number}/open")
            ask.done(who, f"counters/main.{number}/call-next")
        parked = ask.done("teller", "counters/main.1/call-next")["ticket"]["id"]
        ask.done("teller", f"tickets/{parked}/park")
        ask.done("teller", "counters/main.1/call-next")
        for number in (3, 5):
            ask.done("manager", f"counters/main.{number}/open")
        ask.done("manager", "counters/main.3/pause", {"reason": "lunch"})
        yield served


@pytest.fixture(scope="module")
def walk(served: Served, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Every page is led through its steps once in a language; all tests look at what was found on the way."""
    known: dict[tuple[str, str], list[Look]] = {}
    folder = tmp_path_factory.mktemp("kiosk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLBOARD_KIOSK_STAFF_PIN", steps.PIN)
        with (
            Caller(served.url, served.office.tokens) as ask,
            kiosk_process(served.url, served.office.tokens["kiosk"], folder, "emulated") as program,
        ):

            def walked(screen: str, language: str) -> list[Look]:
                if (screen, language) not in known:
                    place = steps.Place(served.url, program.url, ask, language)
                    known[screen, language] = list(looks(browser, screen, place))
                return known[screen, language]

            yield walked


def looks(browser: Browser, screen: str, place: steps.Place) -> Iterator[Look]:
    width, height = SIZES.get(screen, DESK_SIZE)
    options: Any = {"viewport": {"width": width, "height": height}, "locale": LOCALES[place.language]}
    if screen == "phone":
        options |= {"has_touch": True, "is_mobile": True}
    with browser.new_context(**options, reduced_motion="reduce") as context:
        context.set_default_timeout(PATIENCE_MS)
        faults = watch(context)
        page = context.new_page()
        page.add_init_script(steps.HASTE)
        for step in steps.WALKS[screen](page, place):
            for at, (mode, wear) in enumerate(modes(screen).items()):
                put_on(page, wear)
                dress: Any = page.evaluate(DRESS)
                judged = axe.judge(page, looks_only=at > 0) if at == 0 or place.language == DRESSED else axe.NOTHING
                yield Look(step, mode, judged, targets.measured(page), "".join(dress))
            put_on(page, next(iter(modes(screen).values())))
        assert not faults


DRESS = """() => [document.documentElement, document.body, document.querySelector("h1, h2, p, td")]
  .map((one) => getComputedStyle(one)).map((style) => `${style.fontSize} ${style.color} ${style.backgroundColor};`)"""


def modes(screen: str) -> dict[str, dict[str, str]]:
    return MODES.get(screen, SCHEMES)


def put_on(page: Page, wear: dict[str, str]) -> None:
    page.emulate_media(color_scheme="dark" if wear.get("scheme") == "dark" else "light", reduced_motion="reduce")
    page.evaluate(WEAR, wear)
    page.evaluate(AT_REST)


# These are the longest walks: their second language is for `make test-long`.
LONGEST = {"manager", "office", "display", "kiosk"}
WALKED = [
    pytest.param(screen, language, marks=[pytest.mark.long] if screen in LONGEST and language == "zh" else [])
    for screen in steps.WALKS
    for language in LANGUAGES
]


@pytest.mark.parametrize(("screen", "language"), WALKED)
def test_no_step_breaks_a_rule_of_wcag_2_2_aa_or_en_301_549(
    walk: Walk, record_property: Callable[[str, object], None], screen: str, language: str
) -> None:
    found = walk(screen, language)
    unsure = sorted({str(remark) for look in found for remark in look.verdict.unsure})
    record_property("unsure", {"page": f"{screen} ({language})", "steps": len(found), "remarks": unsure})
    broken = [(look, remark) for look in found for remark in look.verdict.broken]
    assert [f"{look.name}: {why}" for look, why in broken if (screen, look.step, why.rule) not in EXCEPTED] == []
    assert found


@pytest.mark.parametrize(("screen", "language"), WALKED)
def test_every_target_is_large_enough_and_none_lies_on_another(
    walk: Walk, record_property: Callable[[str, object], None], screen: str, language: str
) -> None:
    """20 mm at the kiosk of 21 inches, 48 px on a phone, the 24 px of WCAG 2.2 on a desk."""
    found = walk(screen, language)
    glass = GLASS.get(screen, targets.DESK)
    rows = [(look.name, one) for look in found for one in look.targets]
    record_property(
        "targets",
        [(screen, language, name, one.name, glass.mm(one.width), glass.mm(one.height)) for name, one in rows],
    )
    small = [f"{name}: {one}" for name, one in rows if not one.inline and too_small(screen, one)]
    assert small == []
    assert [f"{look.name}: {pair}" for look in found for pair in targets.overlapping(look.targets)] == []
    assert rows or screen == "display"


def too_small(screen: str, one: targets.Target) -> bool:
    """A tenth of a pixel is left to rounding."""
    if screen == "kiosk":
        return targets.KIOSK.mm(one.least + 0.1) < LEAST_KIOSK_MM
    return one.least + 0.1 < (LEAST_PHONE_PX if screen == "phone" else LEAST_DESK_PX)


@pytest.mark.parametrize(("screen", "dresses"), [("kiosk", 3), ("display", len(steps.DRESSES))])
def test_every_mode_looks_different(walk: Walk, screen: str, dresses: int) -> None:
    """Or what is called large type or night would be looked at again and again in the usual dress."""
    assert len({look.dress for look in walk(screen, "en")[:dresses]}) == dresses


def test_a_page_that_is_hard_to_read_or_to_press_is_noticed(browser: Browser, tmp_path: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content(
            "<html lang=en><title>Bad</title><p style='color: #aaa; background: #fff'>Pale words</p>"
            "<button style='width: 10px; height: 10px; padding: 0'></button><label><input type=checkbox>Yes</label>"
        )
        verdict, found = axe.judge(page), targets.measured(page)
    assert {remark.rule for remark in verdict.broken} >= {"color-contrast", "button-name"}
    assert [one.least < LEAST_DESK_PX for one in found] == [True, True]
    assert targets.overlapping([found[0], found[0]])
