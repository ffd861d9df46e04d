"""The lobby's plain page, its notices and its one voice: who gets them, and what is in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import httpx
import pytest

from server.live import caretaker
from tests.running import Caller, Office, Served, serving
from tests.web.problem import refused


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What is shown of a hall has nothing to do with the database: one will do."""
    return sqlite_office


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a branch may put there, and what it should not have: all of it beside a file that is nobody's business."""
    top = tmp_path_factory.mktemp("media")
    (top / "secret.png").write_bytes(b"secret")
    ours, theirs = top / "main", top / "north"
    ours.mkdir()
    theirs.mkdir()
    (theirs / "theirs.png").write_bytes(b"theirs")
    (ours / "10-fees.zh.txt").write_text("免收手续费\n\n即日起。\n", encoding="utf-8")
    (ours / "10-fees.en.txt").write_bytes(b"\xef\xbb\xbfNo fees\nFrom <today>\n")
    (ours / "20 \u56fe.png").write_bytes(b"picture")
    (ours / "30-film.mp4").write_bytes(b"0123456789")
    (ours / "40-nothing.txt").write_text("\n")
    (ours / "50-script.svg").write_text("<svg/>")
    (ours / ".hidden.png").write_bytes(b"hidden")
    (ours / "60-out.png").symlink_to(top / "secret.png")
    (ours / "70-folder.png").mkdir()
    return top


@pytest.fixture(scope="module")
def served(office: Office, media: Path) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caretaker, "EVERY_S", 3600)
        with serving(office, media=str(media)) as served:
            yield served


@pytest.fixture
def display(served: Served) -> Iterator[httpx.Client]:
    """As its browser: with the cookie of the screen."""
    cookies = {"callboard_display": served.office.tokens["display"]}
    with httpx.Client(base_url=served.url, cookies=cookies, trust_env=False) as display:
        yield display


@pytest.fixture(scope="module")
def called(ask: Caller) -> str:
    """The number that is called to counter 1."""
    ask.ticket(services=["card"])
    ask.ticket()
    ask.ticket()
    ask.done("teller", "counters/main.1/open")
    number = str(ask.done("teller", "counters/main.1/call-next")["ticket"]["number"])
    ask.snapshot()
    return number


def row(page: httpx.Response) -> list[str]:
    return re.findall(r'<td class="number">(.*?)</td>', page.text)


def test_the_plain_page_says_the_calls_in_both_languages_and_its_own_time(display: httpx.Client, called: str) -> None:
    page = display.get("/display/plain")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert '<meta http-equiv="refresh" content="5">' in page.text
    assert row(page) == [called]
    assert "窗口" in page.text
    assert "Counter" in page.text
    assert re.search(r"更新时间.*As of.*<b>10:0\d:\d\d</b>", page.text)
    assert "<script" not in page.text
    assert 'class="old"' not in page.text


def test_the_language_in_the_address_comes_first(display: httpx.Client, called: str) -> None:
    for lang, first in (("en", "Riverside Branch"), ("zh", "滨江支行"), ("fr", "滨江支行")):
        page = display.get("/display/plain", params={"lang": lang}).text
        branch = page.split('<td class="branch">', 1)[1]
        assert branch.startswith(f'<span class="main" lang="{lang if lang != "fr" else "zh"}">{first}')


def test_a_zone_is_shown_alone(display: httpx.Client, called: str) -> None:
    assert row(display.get("/display/plain", params={"queues": "non_cash"})) == []
    assert row(display.get("/display/plain", params={"queues": "cash,vip"})) == [called]
    assert row(display.get("/display/plain", params={"layout": "counter", "counter": "main.2"})) == []
    assert row(display.get("/display/plain", params={"counters": "1"})) == [called]
    assert display.get("/display/plain", params={"queues": "non_cash"}).text.count("<p><span") == 1


def test_data_that_the_server_could_not_renew_are_marked(served: Served, display: httpx.Client, called: str) -> None:
    watch = served.services.hub.watch
    deadline = monotonic() + 10
    page = ""
    while 'class="old"' not in page and monotonic() < deadline:  # the next look at the log may come in between
        watch.polled_at = monotonic() - 7
        page = display.get("/display/plain").text
    assert "Not up to date: the server has had no news for 7 s" in page
    assert "7 秒" in page
    assert called in page


def test_the_plain_page_is_connected_as_the_other_is(served: Served, ask: Caller) -> None:
    with httpx.Client(base_url=served.url, trust_env=False) as browser:
        assert "令牌" in browser.get("/display/plain").text
        answer = browser.get("/display/plain", params={"token": ask.tokens["display"], "queues": "cash,vip"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/display/plain?queues=cash,vip")
        assert "Path=/display;" in answer.headers["set-cookie"] + ";"
        assert browser.get("/display").status_code == 200
        assert browser.get("/display/plain", params={"token": ask.tokens["kiosk"]}).status_code == 403


@pytest.mark.parametrize("path", ["/display/notices", "/display/media/30-film.mp4"])
@pytest.mark.parametrize("who", [None, "kiosk", "manager"])
def test_notices_are_for_the_display_alone(served: Served, path: str, who: str | None) -> None:
    cookies = {"callboard_display": served.office.tokens[who]} if who else {}
    answer = httpx.get(served.url + path, cookies=cookies, trust_env=False)
    refused(answer, 403 if who else 401, "forbidden" if who else "unauthorized")


def test_the_playlist_is_the_branchs_own_folder_by_name(display: httpx.Client) -> None:
    items = display.get("/display/notices").json()["items"]
    assert [(item["kind"], item["name"]) for item in items] == [
        ("text", "10-fees"),
        ("picture", "20 图.png"),
        ("film", "30-film.mp4"),
    ]
    assert items[0]["texts"] == {
        "zh": {"title": "免收手续费", "lines": ["即日起。"]},
        "en": {"title": "No fees", "lines": ["From <today>"]},
    }
    picture = display.get(items[1]["url"])
    assert (picture.content, picture.headers["content-type"]) == (b"picture", "image/png")
    part = display.get(items[2]["url"], headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")


@pytest.mark.parametrize(
    "name",
    [
        "60-out.png",
        ".hidden.png",
        "50-script.svg",
        "10-fees.zh.txt",
        "70-folder.png",
        "none.png",
        "..%2Fsecret.png",
        "%2e%2e%2fnorth%2ftheirs.png",
        "..%5Csecret.png",
        "theirs.png",
    ],
)
def test_no_name_leads_out_of_the_folder_or_to_what_is_not_shown(display: httpx.Client, name: str) -> None:
    answer = display.get(f"/display/media/{name}")
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_a_branch_without_a_folder_has_no_notices(served: Served, ask: Caller, tmp_path: Path) -> None:
    with serving(served.office, media=str(tmp_path / "nowhere")) as other:
        cookies = {"callboard_display": ask.tokens["display"]}
        found = httpx.get(f"{other.url}/display/notices", cookies=cookies, trust_env=False)
    assert found.json() == {"items": []}


def test_two_pages_of_a_hall_agree_on_who_speaks_and_the_program_comes_first(
    display: httpx.Client, ask: Caller
) -> None:
    def asked(page: str, **more: object) -> object:
        return display.post("/display/voice", json={"page": page, "can": True, **more}).json()["speaker"]

    assert [asked("page-left"), asked("page-right"), asked("page-left")] == ["here", "page", "here"]
    assert asked("page-right", zone="vip/") == "here"
    ask.done("display", "branches/main/device-reports", {"parts": {"sound": "ok"}})
    ask.snapshot()
    assert [asked("page-left"), asked("page-right", on=True)] == ["program", "here"]
    ask.done("display", "branches/main/device-reports", {"offline": True})


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"page": "x"}', json.dumps({"page": "p" * 9, "zone": "z" * 301})])
def test_a_question_that_makes_no_sense_is_refused(display: httpx.Client, body: str) -> None:
    answer = display.post("/display/voice", content=body, headers={"Content-Type": "application/json"})
    refused(answer, 422, "invalid")


def test_nobody_else_learns_who_speaks(served: Served) -> None:
    answer = httpx.post(f"{served.url}/display/voice", json={"page": "stranger"}, trust_env=False)
    refused(answer, 401, "unauthorized")
