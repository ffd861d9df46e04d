"""A server in the test's hands: it does what the real one promises kiosks, and fails where it is told to."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson

from server.demo.branch import source_branch
from server.domain.audience import LOBBY, branch_view
from tests.running import TEN

Json = dict[str, Any]

BRANCH = json.loads(orjson.dumps(branch_view(source_branch(), LOBBY)))


def nothing() -> None:
    """Nothing goes wrong."""


def page_of(branch: Json, device: str) -> str:
    """The page as the server gives it: with its state, and with the token that the device came with."""
    boot: Json = {
        "branch_id": "main",
        "token": "very-secret",
        "actor": {"kind": "kiosk", "id": device},
        "words": {"en": {}, "zh": {}},
    }
    boot |= {"languages": ["zh", "en"], "snapshot": {"branch": branch, "seq": 1, "epoch": "e"}, "now": "", "speed": 1}
    head = '<head><script type="module" src="/kiosk/page/main.js"></script></head>'
    return f'<html>{head}<body><script type="application/json" id="boot">{json.dumps(boot)}</script></body></html>'


@dataclass
class StandIn:
    """`mood`: here, away (nobody listens), deaf (it does what it is asked, and its answers get lost), or failing
    (503 before anything is done). `point` is called before and after everything that it does."""

    now: datetime = TEN
    mood: str = "here"
    point: Callable[[], None] = nothing
    tickets: dict[str, Json] = field(default_factory=dict)
    blocks: dict[str, Json] = field(default_factory=dict)
    handed_in: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    reports: list[Json] = field(default_factory=list)
    refuses_token: bool = False
    refuses: dict[str, str] = field(default_factory=dict)  # the end of a path -> the code of its refusal
    breaks_over: set[int] = field(default_factory=set)  # serials whose handing in is answered with a 500
    _answers: dict[tuple[str, str], httpx.Response] = field(default_factory=dict)
    _serials: dict[str, int] = field(default_factory=dict)

    def line(self, device: str) -> "Line":
        return Line(self, device)

    def live(self) -> list[Json]:
        return [ticket for ticket in self.tickets.values() if ticket["state"] == "waiting"]

    def answer(self, request: httpx.Request, device: str) -> httpx.Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        if self.refuses_token:
            return refusal(401, "unauthorized")
        if self.mood == "failing" and path not in ("/kiosk", "/api/v1/clock"):
            return refusal(503, "unavailable")
        if request.method == "GET":
            return self._read(path, device)
        key = (device, request.headers["Idempotency-Key"])
        if key not in self._answers:
            found = self._do(path, json.loads(request.content), device)
            if not found.is_success:
                return found  # a refusal is not kept, as on the real server
            self._answers[key] = found
        return self._answers[key]

    def _read(self, path: str, device: str) -> httpx.Response:
        if path == "/api/v1/clock":
            return httpx.Response(200, json={"now": self.now.isoformat(), "speed": 1.0})
        if path == "/kiosk":
            return httpx.Response(200, text=page_of(BRANCH, device), headers={"content-type": "text/html"})
        if path == "/kiosk/page/main.js":
            return httpx.Response(200, text="// it", headers={"content-type": "text/javascript", "etag": '"1"'})
        return httpx.Response(200 if path == "/readyz" else 404, json={})

    def _do(self, path: str, body: Json, device: str) -> httpx.Response:
        for end, code in self.refuses.items():
            if path.endswith(end):
                return refusal(409, code)
        match path.removeprefix("/api/v1/").removeprefix("branches/main/").split("/"):
            case ["tickets"]:
                return self._take(body)
            case ["tickets", "hand-in"]:
                return self._hand_in(body, device)
            case ["tickets", ticket_id, "cancel"]:
                if self.tickets[ticket_id]["state"] != "waiting":
                    return refusal(409, "move_not_allowed")
                self.tickets[ticket_id] = {**self.tickets[ticket_id], "state": "cancelled"}
                return self._told(ticket=self.tickets[ticket_id])
            case ["number-blocks"]:
                return self._lease(body, device)
            case ["number-blocks", block_id, "return"]:
                self.blocks[block_id]["returned"] = True
                return self._told(block=self.blocks[block_id])
            case ["device-reports"]:
                self.reports.append(body)
                return self._told()
        return refusal(404, "not_found")

    def _told(self, status: int = 200, **what: Any) -> httpx.Response:
        return httpx.Response(status, json={"seq": len(self.asked), **what})

    def _next_serial(self, queue_id: str, count: int = 1) -> int:
        first = self._serials.get(queue_id, 0) + 1
        self._serials[queue_id] = first + count - 1
        return first

    def _take(self, body: Json) -> httpx.Response:
        queue_id = queue_of(body)
        serial = self._next_serial(queue_id)
        return self._add(f"main.own-{queue_id}-{serial}", queue_id, serial, self.now.isoformat(), body)

    def _hand_in(self, body: Json, device: str) -> httpx.Response:
        block = self.blocks[body["block_id"]]
        assert block["device_id"] == device
        if body["serial"] in self.breaks_over:
            return refusal(500, "failed")
        if block["returned"]:
            return refusal(409, "block_over")
        if body["serial"] in block["used"]:
            return refusal(409, "number_given")
        block["used"].append(body["serial"])
        ticket_id = f"{block['id']}.{body['serial']}.{body['secret']}"
        self.handed_in.append(ticket_id)
        return self._add(ticket_id, block["queue_id"], body["serial"], body["issued_at"], body)

    def _add(self, ticket_id: str, queue_id: str, serial: int, at: str, body: Json) -> httpx.Response:
        prefix = BRANCH["queues"][queue_id]["prefix"]
        unknown = dict.fromkeys(("ahead", "quote_p50_s", "quote_p90_s"))
        self.tickets[ticket_id] = unknown | {
            "id": ticket_id,
            "number": f"{prefix}{serial:03d}",
            "state": "waiting",
            "queue_id": queue_id,
            "service_id": body["services"][0],
            "issued_at": at,
        }
        return self._told(201, ticket=self.tickets[ticket_id])

    def _lease(self, body: Json, device: str) -> httpx.Response:
        first = self._next_serial(body["queue_id"], body["size"])
        block = {
            "id": f"main.block-{len(self.blocks)}",
            "business_day": (self.now + timedelta(hours=8)).date().isoformat(),
            "queue_id": body["queue_id"],
            "prefix": BRANCH["queues"][body["queue_id"]]["prefix"],
            "first_serial": first,
            "last_serial": first + body["size"] - 1,
            "device_id": device,
            "leased_at": self.now.astimezone(UTC).isoformat(),
            "used": [],
            "returned": False,
        }
        self.blocks[block["id"]] = block
        return self._told(201, block=block)


def queue_of(asked: Json) -> str:
    """Where the rules put it, reckoned once more."""
    service = BRANCH["services"][asked["services"][0]]
    if asked.get("at_machine"):
        return str(service["machine_queue_id"])
    return "vip" if asked.get("segment") == "vip" else str(service["queue_id"])


def refusal(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "words": {"en": code, "zh": code}})


@dataclass
class Line(httpx.AsyncBaseTransport):
    """One device's line to it."""

    server: StandIn
    device: str

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.server.mood == "away":
            raise httpx.ConnectError("nobody listens")
        self.server.point()
        found = self.server.answer(request, self.device)
        self.server.point()
        if self.server.mood == "deaf":
            raise httpx.ReadTimeout("no answer")
        return httpx.Response(found.status_code, content=found.content, headers=found.headers, request=request)
