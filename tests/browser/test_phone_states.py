"""Every state that a phone's ticket can come to: in words of both languages, within reach of any eye and finger."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.domain.ticket import State
from server.domain.words import LANGUAGES
from tests.browser.phone_stand_in import COUNTER, SERVICES, StandIn, view
from tests.browser.screens import LOCALES, faults

SMALL = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
MACHINE = {**COUNTER, "number": 21, "class": "self_service"}
MOMENTS = {
    **{state.value: view(state.value) for state in State},
    "next": view(ahead=0, wait_s=[0, 40]),
    "soon": view(ahead=2, later=[SERVICES["card"]]),
    "far": view(ahead=40, wait_s=[3000, 5400], more_time={"left": 0, "places": 3}),
    "unknown": view(ahead=None, number="VIP0012"),
    "no counter": view(counters_open=0, wait_s=None),
    "put back": view(misses=1),
    "machine": view("called", counter=MACHINE, calls=2),
}
WORDS = LANGUAGES["en"]
NewPage = Callable[..., Page]
UNFIT = """() => ["200%", "100%"].map((size) => {
  const page = document.documentElement;
  page.style.fontSize = size;
  const keys = [...document.querySelectorAll("button")].filter((key) => key.offsetHeight > 0);
  return [keys.filter((key) => key.offsetHeight < 44).length, Math.max(0, page.scrollWidth - page.clientWidth)];
})"""


def opened(new_page: NewPage, language: str, shown: dict[str, object], status: int = 200) -> tuple[Page, StandIn]:
    page = new_page(**SMALL, locale=LOCALES[language])
    stand_in = StandIn(page, shown, status)
    stand_in.open()
    return page, stand_in


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_is_told_in_one_language_on_the_smallest_phone_and_in_double_type(
    new_page: NewPage, language: str
) -> None:
    page, server = opened(new_page, language, view())
    for number, (moment, shown) in enumerate(MOMENTS.items()):
        server.show({**shown, "seq": 100 + number})
        expect(page.locator("html")).to_have_attribute("data-state", shown["ticket"]["state"])
        assert faults(page, language) == [], moment
        assert page.evaluate(UNFIT) == [[0, 0], [0, 0]], moment  # low keys, and pixels to the side of the screen


def test_both_questions_are_in_the_language_and_end_when_the_number_is_called(new_page: NewPage) -> None:
    page, server = opened(new_page, "zh", view())
    for wish in ("more", "leave"):
        page.locator(f"[data-wish={wish}]").click()
        expect(page.locator(".question h2")).to_be_focused()
        assert faults(page, "zh") == []
        page.locator(".keys__no").click()
    page.locator("[data-wish=leave]").click()
    server.show(view("called", seq=11))
    expect(page.locator(".called")).to_be_visible()
    expect(page.locator(".question")).to_have_count(0)
    assert server.posted == []


def test_the_language_of_the_phone_is_spoken_until_another_is_chosen(new_page: NewPage) -> None:
    page, server = opened(new_page, "en", view())
    expect(page.locator("h1")).to_have_text(WORDS["phone.waiting"])
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text(LANGUAGES["zh"]["phone.waiting"])
    assert faults(page, "zh") == []
    server.open()
    expect(page.locator("h1")).to_have_text(LANGUAGES["zh"]["phone.waiting"])


def test_one_key_allows_sound_and_vibration_and_a_call_is_then_heard_again_until_it_is_noticed(
    new_page: NewPage,
) -> None:
    page = new_page(**SMALL, locale="en-GB")
    page.add_init_script("window.felt = []; navigator.vibrate = (pattern) => felt.push(pattern);")
    page.clock.install()
    server = StandIn(page, view())
    server.open()
    page.get_by_role("button", name=WORDS["phone.alert"]).click()
    expect(page.locator(".alerts__on")).to_be_visible()
    server.show(view("called", seq=11))
    expect(page.locator(".called")).to_be_visible()
    page.clock.fast_forward(4100)
    assert page.evaluate("felt.length") == 3  # the sample, and the call twice
    page.touchscreen.tap(180, 60)
    page.clock.fast_forward(4100)
    assert page.evaluate("felt.length") == 3


def test_a_command_that_no_answer_came_to_may_be_tried_again_and_is_done_once(new_page: NewPage) -> None:
    page, server = opened(new_page, "en", view())
    after = view(ahead=7, seq=12, more_time={"left": 0, "places": 3})
    server.answers["/api/v1/phone/more-time"] = lambda: {"seq": 12, "view": after}
    page.locator("[data-wish=more]").click()
    server.cut()
    page.locator(".keys__yes").click()
    expect(page.locator(".refused")).to_have_text(WORDS["shared.unreachable"])
    server.mend()
    page.locator(".keys__yes").click()
    expect(page.locator(".ticket__facts dd").first).to_have_text("7 people")
    assert server.posted == ["/api/v1/phone/more-time"]
    assert len(server.keys) == 1


def test_without_a_socket_the_page_asks_and_stays_true(new_page: NewPage) -> None:
    page = new_page(**SMALL, locale="en-GB")
    server = StandIn(page, view())
    server.sockets_pass = False
    server.open()
    expect(page.locator(".ticket__facts dd").first).to_have_text("4 people")
    server.shown = view(ahead=3, seq=11)
    expect(page.locator(".ticket__facts dd").first).to_have_text("3 people")


def test_a_slow_network_is_told_before_the_first_answer(new_page: NewPage) -> None:
    page = new_page(**SMALL, locale="en-GB")
    page.clock.install()
    server = StandIn(page, view())
    server.cut()
    server.open()
    expect(page.locator("h1")).to_have_text(WORDS["phone.looking"])
    page.clock.fast_forward(4500)
    expect(page.locator("h1")).to_have_text(WORDS["phone.slow"])
    server.mend()
    expect(page.locator("h1")).to_have_text(WORDS["phone.waiting"])


BROWSER_WITH_PUSH = """
const subscription = { endpoint: "https://push.example.com/1", keys: { p256dh: "BPublic", auth: "secret" } };
const pushManager = {
  getSubscription: async () => null,
  subscribe: async (asked) => {
    window.keyBytes = asked.applicationServerKey.length;
    return { toJSON: () => subscription };
  },
};
Notification.requestPermission = async () => "granted";
Object.defineProperty(navigator.serviceWorker, "ready", { value: Promise.resolve({ pushManager }) });
navigator.serviceWorker.register = async (url, options) => { window.worker = [url, options.scope]; };
"""


def test_where_the_branch_sends_messages_the_same_key_asks_for_them(new_page: NewPage) -> None:
    page = new_page(**SMALL, locale="en-GB")
    page.add_init_script(BROWSER_WITH_PUSH)
    server = StandIn(page, view(push={"key": "BNc_-abc"}))
    server.answers["/api/v1/phone/push"] = lambda: {"told": True}
    server.open()
    page.get_by_role("button", name=WORDS["phone.alert"]).click()
    expect(page.locator(".alerts__on")).to_have_text(WORDS["phone.alert.on_closed"])
    assert server.posted == ["/api/v1/phone/push"]
    assert page.evaluate("[keyBytes, ...worker]") == [6, "/phone/worker.js", "/phone/"]


def test_every_script_is_named_at_once_so_that_a_slow_network_fetches_them_together(new_page: NewPage) -> None:
    page = new_page(**SMALL, locale="en-GB")
    fetched: set[str] = set()
    page.on("request", lambda asked: fetched.add(asked.url) if asked.url.endswith(".js") else None)
    StandIn(page, view()).open()
    expect(page.locator(".ticket__number")).to_be_visible()
    named = "[...document.querySelectorAll('link[rel=modulepreload], script[src]')].map((one) => one.href || one.src)"
    assert set(page.evaluate(named)) == fetched
