"""What the device's own browser is given, with a real server behind it and without one."""

import json
import re
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from kiosk.journal.file import JournalRefused
from kiosk.journal.journal import Journal
from kiosk.problems import WORDS
from tests.kiosk.program import KioskProcess, kiosk_process, papers_in
from tests.running import Caller, ServerProcess, install, server_process

BOOT = re.compile(r'<script type="application/json" id="boot">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shop:
    server: ServerProcess
    kiosk: KioskProcess
    ask: Caller


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """All of these tests share it; the last one switches its server off."""
    folder = tmp_path_factory.mktemp("shop")
    office = install(f"sqlite:///{folder / 'callboard.db'}")
    with (
        server_process(office, folder) as server,
        kiosk_process(server.url, office.tokens["kiosk"], folder, "emulated") as kiosk,
        Caller(server.url, office.tokens) as ask,
    ):
        yield Shop(server, kiosk, ask)


def get(kiosk: KioskProcess, path: str, **headers: str) -> httpx.Response:
    return kiosk.http.get(f"{kiosk.url}{path}", headers=headers)


def post(kiosk: KioskProcess, path: str, body: Any, **headers: str) -> httpx.Response:
    return kiosk.http.post(f"{kiosk.url}{path}", json=body, headers=headers)


def boot_of(page: httpx.Response) -> dict[str, Any]:
    found = BOOT.search(page.text)
    assert page.status_code == 200
    assert found is not None, page.text
    return dict(json.loads(found.group(1)))


def test_the_page_and_all_its_files_come_from_the_device_without_its_token(shop: Shop) -> None:
    page = get(shop.kiosk, "/kiosk")
    token = shop.ask.tokens["kiosk"]
    assert boot_of(page)["snapshot"]["branch"]["name"]["en"] == "Riverside Branch"
    assert token not in page.text
    kept = (shop.kiosk.folder / "data" / "page.zip").read_bytes()
    assert token.encode() not in kept
    for path in (
        "/kiosk/page/main.js",
        "/kiosk/page/kiosk.css",
        "/screens/shared/live.js",
        "/screens/shared/theme.css",
    ):
        assert get(shop.kiosk, path).text == shop.kiosk.http.get(f"{shop.server.url}{path}").text


def test_a_question_of_the_page_is_answered_by_the_server(shop: Shop) -> None:
    told = get(shop.kiosk, "/api/v1/branches/main/waits", Authorization="Bearer loopback").json()
    assert {queue["queue_id"] for queue in told["queues"]} == {"cash", "non_cash", "vip", "self_service"}


def test_the_live_hall_comes_through_with_what_happens_in_it(shop: Shop) -> None:
    address = f"ws{shop.kiosk.url.removeprefix('http')}/api/v1/branches/main/live"
    protocols = [Subprotocol("callboard.v1"), Subprotocol("token.loopback")]
    with connect(address, subprotocols=protocols, proxy=None, origin=None) as line:
        assert line.subprotocol == "callboard.v1"
        assert json.loads(line.recv(5))["type"] == "snapshot"
        line.send(json.dumps({"type": "alive", "seq": 1}))
        number = shop.kiosk.taken()["ticket"]["number"]
        while number not in (frame := str(line.recv(5))):
            assert json.loads(frame)["type"] in ("heartbeat", "events")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "callboard.example"},
        {"Host": "127.0.0.1.example:80"},
        {"Origin": "http://callboard.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_name_and_another_pages_request_are_refused(shop: Shop, headers: dict[str, str]) -> None:
    for answer in (get(shop.kiosk, "/kiosk", **headers), post(shop.kiosk, "/local/reprint", {}, **headers)):
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_page")


def test_the_pages_own_requests_are_served(shop: Shop) -> None:
    own = {"Origin": shop.kiosk.url, "Sec-Fetch-Site": "same-origin", "Idempotency-Key": "key-00000001"}
    answer = post(shop.kiosk, "/api/v1/branches/main/tickets", {"services": ["card"]}, **own)
    assert answer.status_code == 201
    assert answer.json()["offline"] is False


def test_a_ticket_is_printed_and_once_more_as_a_copy(shop: Shop) -> None:
    taken = shop.kiosk.taken()
    ticket_id = taken["ticket"]["id"]

    def state() -> str:
        return str(get(shop.kiosk, f"/local/tickets/{ticket_id}").json()["print"]["state"])

    shop.kiosk.until(lambda: state() == "printed")
    first = get(shop.kiosk, "/local/printer.png")
    assert first.headers["content-type"] == "image/png"
    assert post(shop.kiosk, "/local/reprint", {"ticket_id": ticket_id}).status_code == 200
    shop.kiosk.until(lambda: state() == "printed")
    assert get(shop.kiosk, "/local/printer.png").content != first.content
    assert post(shop.kiosk, "/local/reprint", {"ticket_id": "main.unknown"}).json()["code"] == "ticket_not_found"
    assert post(shop.kiosk, "/local/reprint", ["?"]).json()["code"] == "invalid"


def test_a_printer_in_trouble_is_said_at_once_and_told_to_the_server(shop: Shop) -> None:
    control = shop.kiosk.folder / "data" / "printer" / "control.json"
    control.write_text(json.dumps({"paper": "out"}))
    try:
        assert shop.kiosk.taken()["print"] == {"state": "failed", "trouble": "paper_out"}
        shop.kiosk.until(lambda: "device.paper_out" in {event["kind"] for event in shop.ask.log()})
        assert shop.kiosk.status()["printer"]["state"] == "paper_out"
    finally:
        control.unlink()


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("short", {"services": ["deposit"]}, "key_required"),
        ("key-00000002", {"services": []}, "invalid"),
        ("key-00000002", {"services": ["deposit"], "extra": 1}, "invalid"),
        ("key-00000002", {"services": ["tea"]}, "service_not_found"),
    ],
)
def test_what_cannot_be_done_is_refused_in_every_language(shop: Shop, key: str, body: Any, code: str) -> None:
    answer = post(shop.kiosk, "/api/v1/branches/main/tickets", body, **{"Idempotency-Key": key})
    assert answer.json()["code"] == code
    assert all(answer.json()["words"][lang] for lang in ("en", "zh"))


def test_nothing_else_of_the_server_is_reached_through_the_device(shop: Shop) -> None:
    for path in ("/teller", "/metrics", "/screens/../teller", "/api/v1/..%2f..%2fteller"):
        assert get(shop.kiosk, path).status_code == 404


def test_a_second_program_on_the_same_folder_is_turned_away(shop: Shop) -> None:
    with pytest.raises(JournalRefused):
        Journal(shop.kiosk.folder / "data" / "journal.db")


def test_a_full_disk_gives_out_nothing_and_says_so(shop: Shop) -> None:
    kiosk = shop.kiosk
    kiosk.until(lambda: kiosk.status()["printer"]["state"] == "ok")
    assert kiosk.process is not None
    _, most = resource.prlimit(kiosk.process.pid, resource.RLIMIT_FSIZE)
    issued, printed = numbers_issued(shop), papers_in(kiosk)
    resource.prlimit(kiosk.process.pid, resource.RLIMIT_FSIZE, (1024, most))
    refused = kiosk.press("key-00000003")
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert "无法记录" in refused.json()["words"]["zh"]
    assert kiosk.status()["disk"] == "full"
    assert (numbers_issued(shop), papers_in(kiosk)) == (issued, printed)
    resource.prlimit(kiosk.process.pid, resource.RLIMIT_FSIZE, (most, most))
    number = kiosk.taken("key-00000003")["ticket"]["number"]
    kiosk.until(lambda: kiosk.status()["disk"] == "ok" and papers_in(kiosk) == printed + 1)
    assert numbers_issued(shop) == [*issued, number]


def numbers_issued(shop: Shop) -> list[str]:
    return [event["ticket"]["number"] for event in shop.ask.log() if event["kind"] == "ticket.issued"]


def test_a_wrong_token_shows_a_page_that_says_so(shop: Shop, tmp_path: Path) -> None:
    with kiosk_process(shop.server.url, "no-such-token", tmp_path, wait=False) as kiosk:
        kiosk.until(lambda: kiosk.status()["server"] == "refused")
        page = get(kiosk, "/kiosk")
        assert page.status_code == 401
        assert WORDS["zh"]["unauthorized"] in page.text
        assert "<form" not in page.text
        answer = kiosk.press()
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_after_a_start_without_a_server_the_page_opens_with_the_hall_as_it_was(shop: Shop) -> None:
    before = boot_of(get(shop.kiosk, "/kiosk"))
    script = get(shop.kiosk, "/kiosk/page/main.js").text
    shop.server.stop()
    shop.kiosk.stop()
    shop.kiosk.start()
    after = boot_of(get(shop.kiosk, "/kiosk"))
    assert after["snapshot"]["branch"] == before["snapshot"]["branch"]
    assert after["now"] >= before["now"]
    assert get(shop.kiosk, "/kiosk/page/main.js").text == script
    waits = get(shop.kiosk, "/api/v1/branches/main/waits")
    assert (waits.status_code, waits.json()["code"]) == (503, "unreachable")
    taken = shop.kiosk.taken()
    assert (taken["offline"], taken["ticket"]["number"]) == (True, "A001")


def test_a_kiosk_that_has_never_met_its_server_says_that_it_waits(tmp_path: Path) -> None:
    with kiosk_process("http://127.0.0.1:9", "x", tmp_path, wait=False) as kiosk:
        page = get(kiosk, "/kiosk")
        assert page.status_code == 503
        assert "首次" in page.text
        answer = kiosk.press()
        assert (answer.status_code, answer.json()["code"]) == (503, "no_numbers_left")
        assert kiosk.stop() < 5
