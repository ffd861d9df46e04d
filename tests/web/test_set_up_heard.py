"""What a branch has set up, as its devices and its customers' phones are told it over HTTP."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.domain.words import LANGUAGES
from tests.running import Caller, Served, headers, install, serving
from tests.set_up_anew import WORDING, grouped, set_up, without
from tests.web.problem import refused

CALL = "branches/main/voice/call"
WORDS = "branches/main/voice/words"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("branch")
    branch = replace(grouped(), wording=WORDING, languages=("en", "zh", "yue"))
    office = install(f"sqlite:///{folder / 'callboard.db'}", branch=branch)
    with serving(office, voice_folder=str(folder / "voice")) as served:
        yield served


def test_a_call_is_said_in_the_branchs_words_and_languages(ask: Caller) -> None:
    parts = ask.get("display", CALL, number="A012", counter=3).json()["parts"]
    assert [(part["lang"], part["text"]) for part in parts] == [
        ("en", "Number A012, please go to counter 3, thank you"),
        ("zh", "请A012号顾客到3号窗口办理业务"),
        ("yue", "请A012号顾客到3号窗口办理业务"),
    ]
    assert len({part["clip"]["key"] for part in parts}) == 3


def test_a_clip_of_the_branchs_words_is_made_by_whichever_server_is_asked(ask: Caller, served: Served) -> None:
    part = ask.get("display", CALL, number="A013", counter=2, langs="zh").json()["parts"][0]
    for clip in served.app.state.clips._folder.glob("*.wav"):
        clip.unlink()
    sound = ask.http.get(served.url + part["clip"]["url"], headers=headers(ask.tokens["display"]))
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/wav")


def test_a_group_and_the_next_opening_can_be_heard(ask: Caller) -> None:
    assert ask.get("kiosk", WORDS, key="group.money", lang="zh").status_code == 200
    assert refused(ask.get("kiosk", WORDS, key="group.none", lang="zh"), 404, "words_not_found")
    asked = {"key": "shared.opens.date", "lang": "zh", "opens": "09:00", "weekday": 5, "month": 10, "date": 3}
    assert ask.get("kiosk", WORDS, **asked).status_code == 200
    other = ask.get("kiosk", WORDS, **(asked | {"opens": "08:30"})).json()["key"]
    assert other != ask.get("kiosk", WORDS, **asked).json()["key"]
    for wrong in ({"opens": "03:00"}, {"opens": "9:00"}, {"weekday": 7}, {"month": 0}, {"date": 32}):
        assert refused(ask.get("kiosk", WORDS, **(asked | wrong)), 422, "invalid")


def test_screens_and_papers_begin_with_the_branchs_first_language(served: Served, ask: Caller) -> None:
    for screen in ("kiosk", "display", "manager"):
        cookie = {"Cookie": f"callboard_{screen}={ask.tokens[screen]}"}
        page = ask.http.get(f"{served.url}/{screen}", headers=cookie).text
        assert '"languages":["en","zh"]' in page, screen
    assert set(LANGUAGES) == {"en", "zh"}, "Cantonese is spoken, and written by nobody"
    plain = ask.http.get(
        f"{served.url}/display/plain", headers={"Cookie": f"callboard_display={ask.tokens['display']}"}
    )
    assert plain.text.startswith('<!doctype html><html lang="en">')


def test_a_phone_and_a_call_go_on_for_a_service_that_was_given_up_at_noon(ask: Caller, served: Served) -> None:
    ticket = ask.ticket(services=["exchange", "card"])
    set_up(served, lambda branch: without(branch, "exchange", "card", queues=("non_cash",)))
    view = ask.http.get("phone", headers=headers(f"ticket.{ticket['id']}")).json()
    assert view["ticket"]["service"]["en"] == "Cash and currency exchange"
    assert [later["en"] for later in view["ticket"]["later"]] == ["Cards and accounts"]
    assert (view["ahead"], view["branch"]["languages"]) == (0, ["en", "zh", "yue"])
    answer = ask.post("kiosk", "branches/main/tickets", {"services": ["exchange"]})
    assert refused(answer, 422, "service_not_found")
    assert answer.json()["words"]["zh"] == "本网点不办理“现金兑换与外币”业务。"
    ask.done("teller", "counters/main.1/open")
    assert ask.done("teller", "counters/main.1/call-next")["ticket"]["number"] == ticket["number"]
    ask.done("teller", f"tickets/{ticket['id']}/start")
    ask.done("teller", f"tickets/{ticket['id']}/finish")
    following = ask.done("teller", "counters/main.1/call-next")["ticket"]
    assert (following["number"], following["service_id"], following["queue_id"]) == (ticket["number"], "card", "cash")
    assert ask.http.get(f"tickets/{ticket['id']}/qr.svg", headers=headers(ask.tokens["kiosk"])).status_code == 200
    queues = {queue["queue_id"] for queue in ask.get("kiosk", "branches/main/waits").json()["queues"]}
    assert queues == {"cash", "vip", "self_service"}
