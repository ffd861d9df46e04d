"""Leads every page through its steps, one after the other, as whoever uses it would; each is looked at on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.running import Caller, Json

PIN = "4711"
MOST_BEFORE = 40
LAYOUTS = ("calls", "waiting", "notices", "counter", "overview")
DRESSES = ("theme=night", "theme=day", "theme=night&contrast=high", "theme=day&contrast=high")
# Time passes in the page when the test says so, and a corner is held as soon as it is touched.
HASTE = """(() => {
  const now = performance.now.bind(performance), later = window.setTimeout.bind(window);
  let ahead = 0;
  performance.now = () => now() + ahead;
  window.setTimeout = (act, ms, ...more) => later(act, ms === 3000 ? 30 : ms, ...more);
  window.pass = (seconds) => { ahead += seconds * 1000; };
})()"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages come from, who may ask the API, and the language they are read in."""

    url: str
    kiosk_url: str
    ask: Caller
    language: str

    def address(self, screen: str, more: str = "") -> str:
        return f"{self.url}/{screen}?token={self.ask.tokens[screen]}&lang={self.language}{more}"


Steps = Iterator[str]


def kiosk(page: Page, place: Place) -> Steps:
    """From its own program, with a printer, a phone code on the glass and a corner for staff."""
    page.goto(f"{place.kiosk_url}/kiosk?lang={place.language}")
    expect(page.locator("button.service")).not_to_have_count(0)
    page.wait_for_timeout(600)  # the waits have come
    yield "start"
    page.locator(".segment").nth(1).click()
    page.locator("button.service").first.click()
    expect(page.locator(".take, .place").first).to_be_visible()
    yield "review"
    page.locator(".more__key").first.click()
    expect(page.locator(".chosen")).to_have_count(2)
    yield "review of two services"
    page.evaluate("pass(41)")
    expect(page.locator(".still-there")).to_be_visible()
    yield "still there?"
    page.locator(".still-there button").first.click()
    page.locator(".back").click()
    page.locator("button.service").nth(1).click()  # no machine does it, so that it waits to be called
    page.locator(".take").click()
    expect(page.locator(".paper__number")).to_be_visible()
    page.wait_for_timeout(300)
    yield "ticket"
    page.locator(".give-back button").first.click()
    yield "give it back?"
    page.locator(".give-back .button--bad").click()
    expect(page.locator(".notice__sign")).to_be_visible()
    yield "given back"
    page.locator(".done").click()
    yield from _nobody_at_the_kiosk(page)


def _nobody_at_the_kiosk(page: Page) -> Steps:
    page.evaluate("pass(61)")
    expect(page.locator(".attract")).to_be_visible()
    yield "nobody there"
    page.locator(".attract").click()
    corner = page.locator(".corner").bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    page.mouse.down()
    expect(page.locator(".pin__keys")).to_be_visible()
    page.mouse.up()
    yield "staff: PIN"
    for digit in PIN:
        page.locator(f".pin__key[data-key='{digit}']").click()
    page.locator(".pin__key.button--primary").click()
    expect(page.locator(".staff__facts dt").first).to_be_visible()
    yield "staff"


def display(page: Page, place: Place) -> Steps:
    """Its dress is in its address. By night in every language; colours are of none, so that one does for the rest."""
    page.goto(place.address("display"))
    for layout in LAYOUTS:
        for dress in DRESSES if place.language == "en" else DRESSES[:1]:
            page.goto(f"{place.url}/display?lang={place.language}&layout={layout}&counter=main.1&{dress}")
            expect(page.locator("stale-banner")).to_be_hidden()
            page.wait_for_timeout(300)
            yield f"{layout}, {dress}"
    page.goto(f"{place.url}/display/plain?lang={place.language}")
    yield "plain"


def phone(page: Page, place: Place) -> Steps:
    """On paths of its own through the hall: waiting, called, called away, missed, and no ticket at all."""
    ask = place.ask
    ticket = ask.ticket(services=["advice"])
    page.goto(f"{place.url}/phone/?lang={place.language}#{ticket['id']}")
    expect(page.locator("html[data-state=waiting]")).to_be_visible()
    yield "waiting"
    page.locator("[data-wish=leave]").click()
    expect(page.locator(".question")).to_be_visible()
    yield "leave the queue?"
    page.locator(".keys__no").click()
    until_called(ask, ticket, "main.5")
    expect(page.locator("html[data-state=called]")).to_be_visible()
    yield "called"
    ask.done("manager", f"tickets/{ticket['id']}/start")
    expect(page.locator("html[data-state=serving]")).to_be_visible()
    yield "serving"
    ask.done("manager", f"tickets/{ticket['id']}/finish")
    expect(page.locator("html[data-state=completed]")).to_be_visible()
    yield "completed"
    missed = ask.ticket(services=["advice"])
    page.goto(f"{place.url}/phone/?lang={place.language}#{missed['id']}")
    until_called(ask, missed, "main.5")
    ask.done("manager", f"tickets/{missed['id']}/no-show")
    expect(page.locator("html[data-state=waiting]")).to_be_visible()
    yield "missed, and in the queue again"
    page.goto(f"{place.url}/phone/?lang={place.language}#nobodys")
    expect(page.locator("html[data-state=none]")).to_be_visible()
    page.wait_for_timeout(500)
    yield "no ticket"


def until_called(ask: Caller, ticket: Json, counter: str) -> None:
    """Whoever is called before it is served at once."""
    for _ in range(MOST_BEFORE):
        called = ask.done("manager", f"counters/{counter}/call-next")["ticket"]
        if called["id"] == ticket["id"]:
            return
        for move in ("start", "finish"):
            ask.done("manager", f"tickets/{called['id']}/{move}")
    raise AssertionError(f"{ticket['number']} is never called")


def teller(page: Page, place: Place) -> Steps:
    page.goto(place.address("teller"))
    expect(page.locator(".ticket")).to_be_visible()
    yield "a customer"
    expect(
        page.locator("stale-banner")
    ).to_be_hidden()  # a look that took long: until it is fresh no key moves anyone
    page.keyboard.press("t")
    expect(page.locator("dialog[open]")).to_be_visible()
    yield "transfer to"
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    yield "counters"


def manager(page: Page, place: Place) -> Steps:
    page.goto(place.address("manager"))
    expect(page.locator(".lane").first).to_be_visible()
    expect(page.locator(".policy__name").first).not_to_be_empty()
    yield "now"
    page.locator(".chart__toggle").first.click()
    yield "a chart as a table"
    page.locator(".lane__details").first.click()
    yield "technical figures"
    page.keyboard.press("Escape")
    page.locator(".tile").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    yield "a counter's menu"
    page.keyboard.press("Escape")
    for sheet in ("plan", "record"):
        page.locator(f"#tab-{sheet}").click()
        expect(page.locator(f"#panel-{sheet}")).to_be_visible()
        page.wait_for_timeout(600)
        yield sheet


def office(page: Page, place: Place) -> Steps:
    """As a manager comes to it; one's own account is looked at where somebody has one: tests/browser."""
    page.goto(f"{place.url}/office?token={place.ask.tokens['manager']}&lang={place.language}")
    for view in ("set_up", "people", "devices", "audit", "customers"):
        page.locator(f".side [data-key={view}]").click()
        expect(page.locator(f".view__place[data-view={view}] h1")).to_be_visible()
        expect(page.locator("[aria-busy]")).to_have_count(0)
        if view == "audit":
            page.locator(".record__line").first.click()
        yield view
        for section in ("services", "counters") if view == "set_up" else ():
            page.locator(f"[data-section={section}]").click()
            yield f"{view}: {section}"
        if view in ("people", "devices"):
            page.locator(".head .button--primary").click()
            expect(page.locator("dialog[open]")).to_be_visible()
            yield f"{view}: one more"
            page.keyboard.press("Escape")
    page.goto(f"{page.url.split('#')[0]}#people")
    page.locator(".people__name").first.click()
    expect(page.locator(".back")).to_be_visible()
    yield "a person"


def not_connected(page: Page, place: Place) -> Steps:
    page.goto(f"{place.url}/teller")
    yield "nobody known"
    page.goto(f"{place.url}/display")
    expect(page.locator(".pair__code span").first).not_to_have_text("···")
    yield "a screen's code"


WALKS: dict[str, Callable[[Page, Place], Steps]] = {
    "kiosk": kiosk,
    "display": display,
    "phone": phone,
    "teller": teller,
    "manager": manager,
    "office": office,
    "not connected": not_connected,
}
