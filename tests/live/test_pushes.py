"""Phones whose page is closed: told of their call and of their turn coming, through a push service of the test's."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from server.domain.words import say_in
from tests.running import Caller, Office, Served, fresh_key, headers, install, serving

KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
Json = dict[str, Any]


@dataclass
class Browser:
    """A phone's browser and, at `address`, the service that its messages go to. It answers with `status`."""

    address: str = ""
    status: int = 201
    heard: list[Json] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answers: threading.Event = field(default_factory=threading.Event)  # cleared: it takes the message, and is silent
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, name: str = "mine") -> Json:
        keys = {"p256dh": b64urlencode(self.public), "auth": b64urlencode(bytes(range(16)))}
        return {"endpoint": f"{self.address}/{name}", "keys": keys}

    def hear(self, told: Any, body: bytes) -> None:
        if not Vapid02.verify(told["Authorization"]):
            self.wrong.append("not signed")
        if (told["Content-Encoding"], int(told["TTL"]) > 0) != ("aes128gcm", True):
            self.wrong.append(str(told))
        self.heard.append(orjson.loads(self._deciphered(body)))

    def _deciphered(self, body: bytes) -> bytes:
        salt, theirs, text = body[:16], body[21:86], body[86:]
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        info = b"WebPush: info\0" + self.public + theirs
        known = HKDF(SHA256(), 32, bytes(range(16)), info).derive(self.key.exchange(ec.ECDH(), point))
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(known)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(known)
        return AESGCM(key).decrypt(nonce, text, None).rstrip(b"\2")

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(10):
            while len(self.heard) < count:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        return [told["body"] for told in self.heard]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    found = Browser()
    found.answers.set()

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.hear(self.headers, self.rfile.read(int(self.headers["Content-Length"])))
            found.answers.wait(10)
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    found.answers.set()
    server.shutdown()
    thread.join()
    server.server_close()
    assert found.wrong == []


@pytest.fixture
def pushing(office: Office, browser: Browser) -> Iterator[Served]:
    with serving(office, push_key=KEY, push_services=f"*.push.example {browser.address}") as served:
        yield served


@pytest.fixture
def asking(pushing: Served) -> Iterator[Caller]:
    with Caller(pushing.url, pushing.office.tokens) as ask:
        ask.done("teller", "counters/main.2/open")
        yield ask


def subscribe(ask: Caller, ticket: str, told: Json, lang: str = "en") -> httpx.Response:
    known = headers(f"ticket.{ticket}", fresh_key()) | {"Accept-Language": lang}
    return ask.http.post("phone/push", json=told, headers=known)


def call(ask: Caller) -> str:
    return str(ask.done("teller", "counters/main.2/call-next")["ticket"]["id"])


async def test_it_is_told_when_its_turn_comes_near_and_when_it_is_called(asking: Caller, browser: Browser) -> None:
    others = [asking.ticket()["id"] for _ in range(4)]
    mine = asking.ticket()
    view = asking.http.get("phone", headers=headers(f"ticket.{mine['id']}")).json()
    assert view["push"]["key"].startswith("B")
    assert subscribe(asking, mine["id"], browser.subscription()).json() == {"told": True}
    for other in others[:2]:
        assert call(asking) == other
    words = await browser.until(1)
    for _ in others[2:]:
        call(asking)
    while call(asking) != mine["id"]:
        pass
    words = await browser.until(2)
    assert words == ["Nearly your turn: please stay close by", "Please come to counter 2"]
    assert browser.heard[1] == {"title": mine["number"], "body": words[1], "lang": "en"}


async def test_it_is_told_once_more_when_it_is_called_again_and_not_after_it_has_ended(
    asking: Caller, browser: Browser, pushing: Served
) -> None:
    mine = asking.ticket()["id"]
    while call(asking) != mine:
        pass
    subscribe(asking, mine, browser.subscription(), "zh-CN,zh;q=0.9")
    subscribe(asking, mine, browser.subscription(), "zh-CN,zh;q=0.9")
    await browser.until(1)
    asking.done("teller", f"tickets/{mine}/recall")
    assert await browser.until(2) == [say_in("zh", "phone.go", {"counter": 2})] * 2
    asking.done("teller", f"tickets/{mine}/finish")
    pushes = pushing.services.hub.pushes
    assert pushes is not None
    async with asyncio.timeout(5):
        while pushes.count:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    assert not pushes.here("main")
    assert len(browser.heard) == 2


async def test_a_browser_that_has_taken_its_subscription_back_is_forgotten(
    asking: Caller, browser: Browser, pushing: Served
) -> None:
    browser.status = 410
    mine = asking.ticket()["id"]
    while call(asking) != mine:
        pass
    subscribe(asking, mine, browser.subscription())
    await browser.until(1)
    pushes = pushing.services.hub.pushes
    assert pushes is not None
    async with asyncio.timeout(5):
        while pushes.count:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


async def test_who_wants_to_hear_no_more_hears_no_more(asking: Caller, browser: Browser) -> None:
    mine, other = asking.ticket(), asking.ticket()
    for ticket in (mine, other):
        assert subscribe(asking, ticket["id"], browser.subscription(ticket["id"])).json() == {"told": True}
    assert asking.http.delete("phone/push", headers=headers(f"ticket.{mine['id']}")).json() == {"told": False}
    while call(asking) != other["id"]:
        pass
    wanted = {"title": other["number"], "body": "Please come to counter 2", "lang": "en"}
    async with asyncio.timeout(10):
        while wanted not in browser.heard:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    assert not [told for told in browser.heard if told["title"] == mine["number"] and "counter" in told["body"]]


@pytest.mark.parametrize(
    "spoil",
    [
        {"endpoint": "https://192.0.2.1/admin"},
        {"endpoint": "https://push.example.evil.example/x"},
        {"endpoint": "https://a.b.push.example/x"},
        {"endpoint": "http://127.0.0.1:1/x"},
        {"endpoint": "https://name@fcm.push.example/x"},
        {"keys": {"p256dh": "B" * 40, "auth": "A" * 22}},
    ],
)
def test_it_calls_no_address_that_is_not_a_push_service(asking: Caller, browser: Browser, spoil: Json) -> None:
    """Or whoever has a ticket could make the server call whatever it can reach in the bank's own network."""
    mine = asking.ticket()["id"]
    answer = subscribe(asking, mine, browser.subscription() | spoil)
    assert (answer.status_code, answer.json()["code"]) == (422, "push_not_possible")


def test_without_a_key_nothing_is_offered_and_nothing_is_loaded(office: Office, browser: Browser) -> None:
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        mine = ask.ticket()["id"]
        assert ask.http.get("phone", headers=headers(f"ticket.{mine}")).json()["push"] is None
        answer = subscribe(ask, mine, browser.subscription())
        assert (answer.status_code, answer.json()["code"]) == (409, "push_off")


def test_a_service_that_does_not_answer_holds_up_nobody(sqlite_url: str, browser: Browser) -> None:
    browser.answers.clear()
    office = install(sqlite_url)
    with (
        serving(office, push_key=KEY, push_services=browser.address) as served,
        Caller(served.url, office.tokens) as ask,
    ):
        ask.done("teller", "counters/main.2/open")
        mine = ask.ticket()["id"]
        subscribe(ask, mine, browser.subscription())
        call(ask)
        for _ in range(5):
            ask.done("teller", f"tickets/{mine}/recall")
        ask.done("teller", f"tickets/{mine}/finish")
        began = time.monotonic()
    assert time.monotonic() - began < 5  # the server does not wait for it at the end either
