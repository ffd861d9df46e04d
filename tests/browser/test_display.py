"""The lobby's page: its layouts at every size, its voice, its signs, and the plain page for whatever is too old."""

import struct
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.browser.hall_sounds import STUB, played, sentences, until_played, until_said
from tests.browser.pages import ARGUMENTS
from tests.browser.screens import LOCALES, faults
from tests.running import Caller, Served, install, serving

Open = Callable[..., Page]

# A television, a small one, a fine one, and one on its side.
SIZES = {"1920x1080": (1920, 1080), "1366x768": (1366, 768), "3840x2160": (3840, 2160), "1080x1920": (1080, 1920)}
LAYOUTS = ("calls", "waiting", "notices", "counter", "overview")
SHORT_SIDE_MM = 535.3  # of a television of 43 inches, 16:9
LEGIBLE_MM = 50  # at ten metres
SMALLEST_SHARE = 1 / 18  # of the short side: any number's capitals
NOTICE = {"zh": "防范诈骗\n请勿向陌生账户转账。\n", "en": "Beware of fraud\nSend no money to strangers.\n"}
SAYS = {
    ("calls", "zh"): "最近叫号",
    ("calls", "en"): "Recent calls",
    ("waiting", "zh"): "约",
    ("waiting", "en"): "about",
    ("notices", "zh"): "防范诈骗",
    ("notices", "en"): "Beware of fraud",
    ("counter", "zh"): "请到本窗口办理",
    ("counter", "en"): "Please come to this counter",
    ("overview", "zh"): "办理中",
    ("overview", "en"): "Serving",
}

# Every text that can be seen lies inside the screen, inside its card, and inside whatever would cut it off; rows that
# have no room stand whole outside their list, and count as not there.
OUTSIDE = """() => {
  const found = [];
  const cards = ".call, .recent, .queue, .desk, .plate, .doing, .foot, .hero__notice, .notices__text, .masthead";
  const inside = (a, b) =>
    a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 2 && a.bottom <= b.bottom + 2;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || holder.closest("script, .unseen, [hidden]")) continue;
    if (getComputedStyle(holder).visibility === "hidden" || !holder.getClientRects().length) continue;
    if (getComputedStyle(holder.closest(".call__words") || holder).position === "absolute") continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const text = range.getBoundingClientRect();
    const rows = holder.closest(".recent__rows, .queue__wait");
    const list = rows ? rows.getBoundingClientRect() : null;
    if (list && (text.left >= list.right || text.top >= list.bottom)) continue;
    const [top, bottom] = [text.top + text.height * 0.2, text.bottom - text.height * 0.2]; // of its letters
    const wide = { left: text.left, right: text.right, top, bottom };
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const card = holder.closest(cards);
    if (!inside(wide, screen) || (card && !inside(wide, card.getBoundingClientRect())))
      found.push(walker.currentNode.textContent);
  }
  return found;
}"""

CAPITALS = """(place) => [...document.querySelectorAll(place)].map((one) => {
  const style = getComputedStyle(one);
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return canvas.measureText("A").actualBoundingBoxAscent;
})"""
NUMBERS = ".call__number, .recent__number, .doing__number, .plate__number, .desk__number"


def png(width: int = 8, height: int = 8) -> bytes:
    """A green picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x0a\x6f\x53" * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A hall in which somebody waits everywhere, five are at counters, one is paused, and there is one notice."""
    folder = tmp_path_factory.mktemp("branch")
    notices = folder / "media" / "main"
    notices.mkdir(parents=True)
    for lang, text in NOTICE.items():
        (notices / f"10-fraud.{lang}.txt").write_text(text, encoding="utf-8")
    office = install(f"sqlite:///{folder / 'callboard.db'}")
    settings = {"media": str(folder / "media"), "voice_folder": str(folder / "voice"), "clock_control": True}
    with serving(office, **settings) as served, Caller(served.url, office.tokens) as ask:
        for _ in range(12):
            ask.ticket()
        for _ in range(4):
            ask.ticket(services=["card"])
        for number in (1, 2, 3):
            ask.done("manager", f"counters/main.{number}/open")
            ask.done("manager", f"counters/main.{number}/call-next")
        at_two = next(ticket for ticket in ask.snapshot()["tickets"] if ticket["counter_id"] == "main.2")
        ask.done("manager", f"tickets/{at_two['id']}/start")
        ask.done("manager", "counters/main.6/open")
        ask.done("manager", "counters/main.6/pause", {"reason": "lunch"})
        yield served


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


@pytest.fixture
def show(served: Served, new_page: Open) -> Open:
    """The display with these words in its address; `sounds`: what it plays is noted. `options` are the browser's."""

    def opened(query: str = "", *, sounds: bool = False, path: str = "/display", **options: Any) -> Page:
        page = new_page(**({"viewport": {"width": 1920, "height": 1080}} | options))
        if sounds:
            page.add_init_script(STUB)
        page.goto(f"{served.url}{path}?token={served.office.tokens['display']}&{query}")
        return page

    return opened


def layout_query(layout: str) -> str:
    return f"layout={layout}&voice=off" + ("&counter=main.1" if layout == "counter" else "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_layout_says_its_words_and_nothing_is_cut_at_any_size(
    served: Served, show: Open, language: str
) -> None:
    page = show("voice=off", locale=LOCALES[language])
    for layout in LAYOUTS:
        page.goto(f"{served.url}/display?{layout_query(layout)}&lang={language}&notice_s=300")
        expect(page.locator(".board")).to_contain_text(SAYS[layout, language])
        assert faults(page, language) == [], layout
        for size in sizes_for(layout, language):
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(OUTSIDE) == [], (layout, size)
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), (layout, size)
            report_capitals(page, layout, size, min(width, height))


def sizes_for(layout: str, language: str) -> list[str]:
    """The fine one takes long to paint, and English is the longer language: not all are looked at with all."""
    return [
        size
        for size in SIZES
        if (size != "3840x2160" or layout == "calls") and (language == "zh" or size != "1920x1080")
    ]


def report_capitals(page: Page, layout: str, size: str, short_side: int) -> None:
    """Prints how tall the numbers are on a television of 43 inches, and holds them to what can be read."""
    found = {place: page.evaluate(CAPITALS, place) for place in NUMBERS.split(", ")}
    mm = {place: min(tall) * SHORT_SIDE_MM / short_side for place, tall in found.items() if tall}
    print(f"{layout} {size}:", {place[1:]: f"{tall:.0f} mm" for place, tall in mm.items()})
    assert min(mm.values()) >= SHORT_SIDE_MM * SMALLEST_SHARE, (layout, size)
    if layout in ("calls", "waiting", "counter"):
        assert max(mm.values()) >= LEGIBLE_MM, (layout, size)


TOGETHER = """async ([count]) => {
  const { drawHero } = await import("/display/page/hero.js");
  const { hallFrom } = await import("/screens/shared/hall_state.js");
  const { boot } = await import("/screens/shared/boot.js");
  const calls = [1, 2, 3, 4, 5].slice(0, count).map((n) => (
    { seq: n, number: `A01${n}`, counter_number: n + 5, queue_id: "cash", at: boot.now, repeat: false }));
  const place = document.querySelector(".hero").cloneNode(false);
  place.style.visibility = "visible";
  place.style.opacity = 1;
  document.querySelector(".hero").replaceWith(place);
  drawHero(place, hallFrom(boot.snapshot), calls, Date.parse(boot.now), false);
}"""


def test_calls_that_come_together_stay_whole_and_large(show: Open) -> None:
    """As the voice says them in a rush: drawn by the page's own code, from calls as they could be."""
    page = show("voice=off")
    for layout in ("calls", "waiting", "notices"):
        page.goto(page.url.split("?")[0] + f"?layout={layout}&voice=off")
        for size in ("1366x768", "1080x1920"):
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            for count in (2, 3, 4, 5):
                page.evaluate(TOGETHER, [count])
                assert page.evaluate(OUTSIDE) == [], (layout, size, count)
                tall = min(page.evaluate(CAPITALS, ".call__number")) / min(width, height)
                assert tall >= SMALLEST_SHARE, (layout, size, count, tall)


def test_a_zone_shows_its_own_queues_and_calls_alone(show: Open) -> None:
    page = show("queues=non_cash&voice=off&lang=en")
    expect(page.locator(".queue")).to_have_count(1)
    expect(page.locator(".recent__number")).to_have_text(["B001"])
    expect(page.locator(".hero .call__number")).to_have_text("B001")
    page = show("layout=overview&counters=1,main.2&voice=off&lang=en")
    expect(page.locator(".desk__counter")).to_have_text(["1", "2"])


def test_a_counter_says_on_its_own_screen_what_it_does(ask: Caller, show: Open) -> None:
    page = show("layout=counter&counter=4&lang=en")
    doing, number = page.locator(".doing"), page.locator(".doing__number")
    expect(page.locator(".plate__number")).to_have_text("4")
    expect(doing).to_contain_text("Counter closed")
    assert page.evaluate(OUTSIDE) == []
    page.set_viewport_size({"width": 1080, "height": 1920})
    assert page.evaluate(OUTSIDE) == []
    ask.done("manager", "counters/main.4/open")
    expect(doing).to_contain_text("Please wait for your number")
    called = ask.done("manager", "counters/main.4/call-next")["ticket"]
    expect(number).to_have_text(called["number"])
    expect(doing).to_contain_text("请到本窗口办理")
    ask.done("manager", f"tickets/{called['id']}/start")
    expect(doing).to_contain_text("Being served")
    ask.done("manager", f"tickets/{called['id']}/finish")
    ask.done("manager", "counters/main.4/pause", {"reason": "lunch"})
    expect(doing).to_contain_text("Paused for a moment")
    assert page.evaluate(OUTSIDE) == []
    ask.done("manager", "counters/main.4/close")
    page.goto(page.url.replace("counter=4", "counter=77"))
    expect(page.locator(".board")).to_contain_text("No such counter")
    assert page.evaluate(OUTSIDE) == []


def test_day_and_night_follow_the_branchs_clock_where_that_is_wanted(show: Open) -> None:
    """It is ten in the morning there."""
    page = show("theme=night&contrast=high&voice=off")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-contrast", "high")
    page.goto(page.url.replace("theme=night&contrast=high", "theme=auto"))
    expect(root).to_have_attribute("data-theme", "light")
    expect(root).to_have_attribute("data-contrast", "usual")


def test_a_call_comes_before_any_notice_and_the_notices_return(served: Served, ask: Caller, show: Open) -> None:
    picture = Path(served.services.settings.media) / "main" / "20-green.png"
    picture.write_bytes(png())
    page = show("layout=notices&voice=off&notice_s=3&lang=en")
    expect(page.locator(".notices__text")).to_contain_text("防范诈骗")
    expect(page.locator(".notices__media")).to_be_visible()
    assert page.locator(".notices__media").evaluate("(one) => one.complete && one.naturalWidth") == 8
    expect(page.locator(".hero")).to_be_hidden()
    number = ask.done("manager", "counters/main.1/call-next")["ticket"]["number"]
    expect(page.locator(".hero .call__number")).to_have_text(number)
    expect(page.locator(".hero")).to_be_visible()
    expect(page.locator("html")).not_to_have_class("is-calling", timeout=12_000)
    expect(page.locator(".hero")).to_be_hidden()
    picture.unlink()


def test_calls_are_spoken_in_order_one_at_a_time_and_by_one_page(ask: Caller, show: Open) -> None:
    page = show("lang=zh", sounds=True)
    page.wait_for_timeout(500)  # it has been told that it is the hall's voice
    other = show("lang=zh", sounds=True)
    page.wait_for_timeout(500)
    first = call(ask, 1)
    expect(page.locator(".hero .call__number")).to_have_text(first.split(":")[0])
    burst = [call(ask, counter) for counter in (4, 5, 6, 7)]
    recalled = next(ticket for ticket in ask.snapshot()["tickets"] if ticket["counter_id"] == "main.1")
    ask.done("manager", f"tickets/{recalled['id']}/recall")
    until_said(page, 6)
    page.wait_for_timeout(1000)
    begun, *after = sentences(page)
    assert begun == (first,)
    assert sorted(said for sentence in after for said in sentence) == sorted((first, *burst))
    for sentence in after:  # mostly one, of all that came while the first was spoken
        assert list(sentence) == [said for said in (first, *burst) if said in sentence]
    heard = played(page)
    assert [(one.calls == (), one.lang) for one in heard[:3]] == [(True, ""), (False, "zh"), (False, "en")]
    for before, later in pairwise(heard):
        assert later.at >= before.ends
    for one in heard:
        assert not one.calls or one.large == tuple(said.split(":")[0] for said in one.calls)
    assert played(other) == []
    assert all_told(ask, {said.split(":")[0] for said in (first, *burst)})


def all_told(ask: Caller, numbers: set[str]) -> bool:
    """Waits until the log has it that the hall was told of all these."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        told = {event["announcement"]["number"] for event in ask.log() if event["kind"] == "announcement.made"}
        if told >= numbers:
            return True
        time.sleep(0.1)
    return False


def call(ask: Caller, counter: int) -> str:
    """ "A004:2": the next one there, as the clips name it. Whoever was there has been served."""
    if next(c for c in ask.snapshot()["counters"] if c["number"] == counter)["status"] != "open":
        ask.done("manager", f"counters/main.{counter}/open")
    if counter == 7:
        ask.ticket(segment="vip")
    if counter == 5:
        ask.ticket(services=["card"])
    ticket = ask.done("manager", f"counters/main.{counter}/call-next")["ticket"]
    return f"{ticket['number']}:{counter}"


def test_what_was_called_during_a_cut_is_spoken_while_it_is_fresh_and_listed_when_it_is_not(
    ask: Caller, show: Open
) -> None:
    page = show("lang=zh&times=1&voice=on", sounds=True)
    sign, newest = page.locator("stale-banner"), page.locator(".recent__number").first
    before = call(ask, 1)
    expect(newest).to_have_text(before.split(":")[0])
    page.context.set_offline(True)
    expect(sign).to_be_visible(timeout=4000)
    missed = call(ask, 2)
    page.context.set_offline(False)
    expect(newest).to_have_text(missed.split(":")[0], timeout=15_000)
    expect(page.locator(".hero .call__number")).to_have_text(missed.split(":")[0])
    until_played(page, 6)
    assert sentences(page) == [(before,), (missed,)]

    page.context.set_offline(True)
    expect(sign).to_be_visible(timeout=4000)
    too_late = call(ask, 3)
    ask.http.put("clock", json={"speed": 1, "skip_to": later(ask, 180)}, headers=as_operator(ask))
    page.context.set_offline(False)
    expect(newest).to_have_text(too_late.split(":")[0], timeout=15_000)
    expect(page.locator(".hero .call__number")).to_have_text(too_late.split(":")[0])
    page.wait_for_timeout(600)
    assert sentences(page) == [(before,), (missed,)]


def later(ask: Caller, seconds: int) -> str:
    now = datetime.fromisoformat(ask.get("manager", "clock").json()["now"])
    return (now + timedelta(seconds=seconds)).isoformat()


def as_operator(ask: Caller) -> dict[str, str]:
    return {"Authorization": f"Bearer {ask.tokens['operator']}"}


def test_a_browser_that_may_not_sound_says_so_until_it_is_touched(served: Served, browser: Browser) -> None:
    strict = [argument for argument in ARGUMENTS if "autoplay" not in argument]
    with browser.browser_type.launch(executable_path=chromium.find(), args=strict) as careful:
        page = careful.new_page()
        zone = "queues=cash"  # where no page of another test has just been the voice
        page.goto(f"{served.url}/display?token={served.office.tokens['display']}&lang=en&{zone}")
        sign = page.locator(".sound-off")
        expect(sign).to_be_visible()
        expect(sign).to_contain_text("声音未开启")
        page.mouse.click(300, 300)
        expect(sign).to_be_hidden()
        page.goto(f"{served.url}/display?voice=off&lang=en")
        expect(page.locator(".board")).to_contain_text("Recent calls")
        expect(page.locator(".sound-off")).to_be_hidden()


@pytest.mark.parametrize("size", ["1920x1080", "1080x1920"])
def test_without_script_the_plain_page_shows_the_calls_and_renews_itself(ask: Caller, show: Open, size: str) -> None:
    width, height = SIZES[size]
    page = show(path="/display/plain", java_script_enabled=False, viewport={"width": width, "height": height})
    expect(page.locator("body")).to_contain_text("更新时间 As of")
    if size == "1920x1080":
        number = call(ask, 2).split(":")[0]
        expect(page.locator(".calls .number").first).to_have_text(number, timeout=8000)
    box = page.locator(".foot").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= height
    row = page.locator(".calls tr").first.bounding_box()
    assert row is not None
    assert row["x"] + row["width"] <= width


def test_engines_without_modules_are_given_the_plain_page_and_a_sign_when_the_server_is_away(show: Open) -> None:
    page = show("queues=cash&voice=off&lang=en")
    assert page.locator("script[nomodule]").get_attribute("src") == "/display/page/old.js"
    page.add_script_tag(url="/display/page/old.js")
    plain, sign = page.frame_locator("iframe"), page.locator(".old-sign")
    expect(plain.locator(".calls .number").first).to_be_visible()
    assert page.locator("iframe").get_attribute("src") == "/display/plain?queues=cash&voice=off&lang=en"
    expect(sign).to_be_hidden()
    page.context.set_offline(True)
    expect(sign).to_be_visible(timeout=8000)
    expect(sign).to_contain_text("Not up to date")
    page.context.set_offline(False)
    expect(sign).to_be_hidden(timeout=8000)
    expect(plain.locator(".calls .number").first).to_be_visible()
