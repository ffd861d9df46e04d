"""The server as one phone sees it, without a server: for states that a hall reaches seldom, or never in a test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from playwright.sync_api import Page, Route, WebSocketRoute

from server.web.pages import script, words_for
from server.web.phone_page import SHARED_WORDS

Json = dict[str, Any]

SITE = "http://localhost:9"
ROOT = Path(__file__).parents[2]
FOLDERS = {"/phone/page/": ROOT / "kiosk" / "phone", "/screens/shared/": ROOT / "server" / "screens" / "shared"}
KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "html": "text/html"}
NOW = "2026-11-23T02:32:00+00:00"
TICKET = "k3J9x2QpLmT7vWz0aBcD"
SERVICES = {
    "deposit": {"zh": "存取款", "en": "Deposit and withdrawal"},
    "card": {"zh": "银行卡业务", "en": "Bank cards"},
}
COUNTER = {"id": "main.3", "number": 3, "name": None, "class": "cash"}
ENDED = {"completed", "no_show", "cancelled", "abandoned", "expired"}


def view(state: str = "waiting", ahead: int | None = 4, *, seq: int = 10, **changes: Any) -> Json:
    """What the server says of one ticket; `changes` go into the ticket where they belong there."""
    at_counter = state in {"called", "serving"}
    ticket: Json = {
        "number": "A012",
        "state": state,
        "service": SERVICES["deposit"],
        "later": [],
        "queue": {"zh": "现金业务", "en": "Cash"},
        "class": "cash",
        "segment": "ordinary",
        "issued_at": "2026-11-23T02:12:00+00:00",
        "called_at": NOW if at_counter else None,
        "started_at": None,
        "ended_at": NOW if state in ENDED else None,
        "calls": 1 if at_counter else 0,
        "misses": 0,
        "counter": COUNTER if at_counter else None,
    }
    whole: Json = {
        "now": NOW,
        "seq": seq,
        "branch": {
            "id": "main",
            "name": {"zh": "中山路支行", "en": "Zhongshan Road Branch"},
            "time_zone": "Asia/Shanghai",
        },
        "ticket": ticket,
        "ahead": ahead if state == "waiting" else None,
        "wait_s": [480, 900] if state == "waiting" and ahead is not None else None,
        "counters_open": 2,
        "more_time": {"left": 1, "places": 3},
        "can_leave": state in {"waiting", "called"},
        "push": None,
    }
    for key, value in changes.items():
        (ticket if key in ticket else whole)[key] = value
    return whole


class StandIn:
    """Answers one page. `shown` is what the server would say now; `status` refuses it; `cut` goes silent."""

    def __init__(self, page: Page, shown: Json, status: int = 200) -> None:
        self.shown, self.status, self.silent = shown, status, False
        self.sockets_pass = True
        self.posted: list[str] = []
        self.keys: set[str] = set()  # of all commands, whether they came through or not
        self.answers: dict[str, Callable[[], Json]] = {}
        self._page = page
        self._sockets: list[WebSocketRoute] = []
        page.route(f"{SITE}/**", self._answer)
        page.route_web_socket(f"{SITE.replace('http', 'ws')}/api/v1/phone/live", self._listen)

    def open(self, link: str = f"#{TICKET}", query: str = "") -> None:
        self._page.goto(f"{SITE}/phone/{query}{link}")

    def show(self, shown: Json) -> None:
        self.shown = shown
        for socket in self._sockets:
            socket.send(orjson.dumps({"type": "phone", "view": shown}).decode())

    def cut(self) -> None:
        """As a network goes: the socket stays open and says nothing, and questions get no answer."""
        self.silent = True

    def mend(self) -> None:
        self.silent = False

    def beat(self) -> None:
        for socket in self._sockets:
            if not self.silent:
                socket.send(
                    orjson.dumps({"type": "heartbeat", "seq": 1, "now": self.shown["now"], "speed": 1}).decode()
                )

    def _listen(self, socket: WebSocketRoute) -> None:
        if not self.sockets_pass:
            socket.close()
            return
        self._sockets.append(socket)
        if not self.silent and self.status == 200:
            socket.send(orjson.dumps({"type": "phone", "view": self.shown}).decode())

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE).split("?")[0].split("#")[0]
        headers = {"Content-Security-Policy": "default-src 'self'; connect-src 'self' ws://localhost:9"}
        for prefix, folder in FOLDERS.items():
            if path.startswith(prefix):
                file = folder / path.removeprefix(prefix)
                route.fulfill(path=file, content_type=KINDS[file.suffix[1:]], headers=headers)
                return
        self.keys.update(filter(None, [route.request.headers.get("idempotency-key")]))
        if path == "/phone/":
            route.fulfill(body=_html(), content_type="text/html", headers=headers)
        elif self.silent:
            route.abort()
        elif self.status != 200:
            problem = {"code": "unauthorized", "status": self.status}
            route.fulfill(status=self.status, body=orjson.dumps(problem), content_type="application/problem+json")
        else:
            self._command(route, path)

    def _command(self, route: Route, path: str) -> None:
        if route.request.method == "POST":
            self.posted.append(path)
            answer = self.answers[path]()
            self.shown = answer.get("view", self.shown)
            route.fulfill(json=answer)
        else:
            route.fulfill(json=self.shown)


def _html() -> str:
    boot = {
        "screen": "phone",
        "languages": ["zh", "en"],
        "words": words_for("phone", SHARED_WORDS),
        "now": NOW,
        "speed": 1,
        "demo": False,
    }
    html = (FOLDERS["/phone/page/"] / "index.html").read_text(encoding="utf-8")
    return html.replace("<!--boot-->", script("boot", boot))
