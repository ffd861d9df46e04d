"""Every route against every kind of token: who may do what is written here once more, by hand."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from server.app import create_app
from server.people.permissions import page
from server.settings import Settings
from server.web.access import PERMISSIONS
from server.web.permission_table import operation_of, permission_rows
from tests.running import KINDS, Caller, Office, fresh_key, headers
from tests.web.conftest import Hall
from tests.web.problem import problem_of, refused

# Who may, in the order of KINDS: kiosk display machine | teller senior_teller adviser supervisor lobby_manager |
# manager region operator.
TABLE = """
POST /branches/{branch}/tickets                    x . . x x x x x x . x
POST /branches/{branch}/tickets/hand-in            x . . . . . . . . . x
POST /branches/{branch}/number-blocks              x . . . . . . . . . x
POST /number-blocks/{block}/return                 x . . . . . . . . . x
POST /branches/{branch}/device-reports             x x x . . . . . . . .
POST /branches/{branch}/announcements              . x . . . . . . . . .
POST /tickets/{ticket}/cancel                      x . . x x x x x x . x
GET  /tickets/{ticket}/qr.svg                      x . . x x x x x x . x
POST /tickets/{ticket}/recall                      . . . x x x x . x . x
POST /tickets/{ticket}/start                       . . x x x x x . x . x
POST /tickets/{ticket}/finish                      . . x x x x x . x . x
POST /tickets/{ticket}/no-show                     . . x x x x x . x . x
POST /tickets/{ticket}/park                        . . . x x x x . x . x
POST /tickets/{ticket}/return                      . . . x x x x x x . x
POST /tickets/{ticket}/resume                      . . . x x x x . x . x
POST /tickets/{ticket}/transfer                    . . . x x x x x x . x
POST /counters/{counter}/open                      . . . x x x x . x . x
POST /counters/{counter}/pause                     . . . x x x x . x . x
POST /counters/{counter}/close                     . . . x x x x . x . x
POST /counters/{counter}/call-next                 . . . x x x x . x . x
POST /counters/{counter}/profile                   . . . . . . x . x . x
POST /branches/{branch}/switch                     . . . x x x x . x . .
POST /branches/{branch}/policies/{counter_class}   . . . . . . . . x x x
POST /branches/{branch}/card-rules                 . . . . . . . . x . x
GET  /branches/{branch}/card-rules                 x . . x x x x x x x x
POST /advice/{advice}/accept                       . . . . . . . x x . x
POST /advice/{advice}/dismiss                      . . . . . . . x x . x
GET  /branches/{branch}/advice                     . . . x x x x x x x x
GET  /branches/{branch}/advice/record              . . . x x x x x x x x
GET  /branches/{branch}/plan                       . . . x x x x x x x x
PUT  /branches/{branch}/plan                       . . . . . . . . x x x
POST /branches/{branch}/plan/evaluate              . . . . . . . . x x x
POST /branches/{branch}/what-if                    . . . x x x x x x x x
GET  /branches/{branch}/figures                    . . . x x x x x x x x
GET  /branches/{branch}/snapshot                   x x x x x x x x x x x
GET  /branches/{branch}/events                     x x x x x x x x x x x
GET  /branches/{branch}/days/{day}                 . . . x x x x x x x x
GET  /branches/{branch}/waits                      x x x x x x x x x x x
GET  /branches/{branch}/voice/call                 x x . . . . . . x . .
GET  /branches/{branch}/voice/words                x x . . . . . . x . .
GET  /voice/{key}.wav                              x x . . . . . . x . .
GET  /branches/{branch}/audit                      . . . . . . . . x x x
PUT  /tickets/{ticket}/person                      x . . x x x x x x . x
GET  /tickets/{ticket}/person                      . . . x x x x x x . x
POST /branches/{branch}/customers/find             . . . . . . . . x . x
POST /branches/{branch}/customers/export           . . . . . . . . x . x
POST /branches/{branch}/customers/erase            . . . . . . . . x . x
GET  /branches/{branch}/devices                    . . . . . . x x x x x
POST /branches/{branch}/devices/{device}/rename    . . . . . . . . x . x
POST /branches/{branch}/devices/{device}/revoke    . . . . . . . . x . x
POST /branches/{branch}/pairings/approve           . . . . . . . . x . x
GET  /branches/{branch}/set-up                     . . . . . . . . x x x
POST /branches/{branch}/set-up                     . . . . . . . . x . x
POST /branches/{branch}/set-up/check               . . . . . . . . x . x
POST /branches/{branch}/set-up/read                . . . . . . . . x . x
GET  /branches/{branch}/set-up/versions            . . . . . . . . x x x
GET  /branches/{branch}/set-up/versions/{seq}      . . . . . . . . x x x
GET  /branches/{branch}/set-up.yaml                . . . . . . . . x x x
GET  /set-up/templates                             . . . . . . . . x x x
POST /branches                                     . . . . . . . . . . x
GET  /branches/{branch}/people                      . . . . . . . . x x x
POST /branches/{branch}/people                      . . . . . . . . x x x
POST /branches/{branch}/people/{person}/link        . . . . . . . . x x x
POST /branches/{branch}/people/{person}/role        . . . . . . . . x x x
POST /branches/{branch}/people/{person}/skills      . . . . . . . . x x x
POST /branches/{branch}/people/{person}/badge       . . . . . . . . x x x
POST /branches/{branch}/people/{person}/sign-out    . . . . . . . . x x x
POST /branches/{branch}/people/{person}/remove      . . . . . . . . x x x
GET  /account                                       . . . x x x x x x x x
POST /account/password                              . . . x x x x x x x x
POST /account/code/begin                            . . . x x x x x x x x
POST /account/code/confirm                          . . . x x x x x x x x
POST /account/code/remove                           . . . x x x x x x x x
POST /account/passkeys/begin                        . . . x x x x x x x x
POST /account/passkeys/finish                       . . . x x x x x x x x
POST /account/passkeys/remove                       . . . x x x x x x x x
POST /account/sessions/{session}/end                . . . x x x x x x x x
GET  /clock                                        x x x x x x x x x x x
PUT  /clock                                        . . . . . . . . . . x
"""
# Whoever has a ticket has its page, and nothing else of all that stands above.
TICKETS = """
GET  /phone
POST /phone/more-time
POST /phone/leave
POST /phone/push
DELETE /phone/push
"""
SOCKETS = """
SOCKET /branches/{branch}/live                     x x x x x x x x x x x
SOCKET /phone/live
"""
SCREENS = """
GET  /kiosk                                        x . . . . . . . . . .
GET  /display                                      . x . . . . . . . . .
GET  /teller                                       . . . x x x x . x . .
GET  /manager                                      . . . . . . x x x x x
GET  /office                                       . . . x x x x x x x x
"""
API = "/api/v1"
EVERYBODY = (*KINDS, "phone")
# These ask for no token: what the API is, whether the server is well, and the screens' files. The socket and
# the screens look at their token themselves; test_the_socket... and test_a_screen... hold them to it, and
# test_metrics.py the figures, which have a token of their own; test_display_door.py what the lobby's page has beside.
OPEN = {
    "GET /api/v1/openapi.json",
    "GET /api/v1/asyncapi.json",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "MOUNT /screens/shared",
    "MOUNT /screens/staff",
    "MOUNT /screens/teller",
    "MOUNT /screens/manager",
    "MOUNT /screens/office",
    "MOUNT /screens/vendor",
    "MOUNT /kiosk/page",
    "MOUNT /display/page",
    "MOUNT /phone/page",
    "POST /api/v1/sign-in",  # these four look at what they are given: test_sign_in.py
    "POST /api/v1/sign-out",
    "POST /api/v1/set-up",
    "POST /api/v1/set-up/look",
    "POST /api/v1/sign-in/passkey/begin",  # and these at the key, or at the provider's word: test_passkeys.py,
    "POST /api/v1/sign-in/passkey/finish",  # test_outside_sign_in.py
    "GET /api/v1/sign-in/outside",
    "GET /api/v1/sign-in/outside/back",
    "GET /sign-in",
    "POST /api/v1/pairings",  # who asks these has no token yet: test_pairings.py
    "POST /api/v1/pairings/collect",
    "MOUNT /screens/sign_in",
    "GET /phone",
    "GET /phone/",
    "GET /phone/worker.js",
    "SOCKET /api/v1/phone/live",
    "SOCKET /api/v1/branches/{branch}/live",
    "GET /{screen}",
    "GET /display/plain",
    "GET /display/notices",
    "GET /display/media/{name}",
    "POST /display/voice",
}


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """Who may do what has nothing to do with the database: one will do."""
    return sqlite_office


BODIES = {
    "set-up": {"document": {"callboard": 1}, "version": "0123456789abcdef"},
    "check": {"document": {"callboard": 1}},
    "branches": {"document": {"callboard": 1}},
    "push": {"endpoint": "https://push.example.com/x", "keys": {"p256dh": "B" * 87, "auth": "a" * 22}},
    "tickets": {"services": ["card"]},
    "hand-in": {"block_id": "main.none", "serial": 1, "services": ["card"], "issued_at": "2026-03-02T01:30:00Z"},
    "number-blocks": {"queue_id": "cash", "size": 3},
    "device-reports": {"parts": {"printer": "paper_low"}},
    "announcements": {"call_seq": 1, "outcome": "made"},
    "transfer": {"queue_id": "cash"},
    "switch": {"badge": "0004711305", "pin": "719360"},
    "profile": {"profile": [{"queue_id": "cash"}]},
    "cash": {"policy": "mms"},
    "card-rules": {"rules": [{"match": "6222", "segment": "vip", "level": 2}]},
    "rename": {"name": "Kiosk at the door"},
    "approve": {"code": "K7M-4QPX", "name": "Lobby"},
    "people": {"login": "new.person", "name": "Newcomer", "role": "teller"},
    "role": {"role": "teller"},
    "skills": {"services": None},
    "badge": {"badge": None},
    "password": {"old": "verandah kettle", "new": "another four unlikely words"},
    "confirm": {"code": "123456"},
    "code/remove": {"code": "123456"},
    "passkeys/finish": {"credential": {}},
    "passkeys/remove": {"id": "AQ"},
    "plan": {"day": "2026-03-02", "counter_class": "cash", "counters": [2] * 17},
    "what-if": {"counter_class": "cash", "arrivals_factor": 1.4, "counters": 3},
    "person": {"name": "Li Na"},
    "find": {"name": "Li Na"},
    "export": {"name": "Li Na"},
    "erase": {"tickets": ["main.none"]},
    "evaluate": {"day": "2026-03-02", "counter_class": "cash", "counters": [2] * 17},
}

Row = tuple[str, str, frozenset[str]]


def rows(table: str) -> list[Row]:
    """(method, path, the kinds of token that may)."""
    found = []
    for line in table.strip().splitlines():
        method, path, *marks = line.split()
        kinds = KINDS if marks else ()
        may = frozenset(kind for kind, mark in zip(kinds, marks, strict=True) if mark == "x")
        found.append((method, path, may if marks else frozenset({"phone"})))
    return found


ROWS = rows(TABLE) + rows(TICKETS)


def routes() -> Iterator[tuple[str, str | None]]:
    """What the app answers to, as `GET /path`, and the operation that its dependency `may` asks for."""
    for route in iter_route_contexts(create_app(Settings()).routes):
        named = (operation_of(d.call) for d in getattr(getattr(route, "dependant", None), "dependencies", []))
        guards = [name for name in named if name]
        kind = type(route.original_route).__name__
        methods = {"Mount": {"MOUNT"}, "APIWebSocketRoute": {"SOCKET"}}.get(kind, route.methods or set())
        for method in methods - {"HEAD"}:
            yield f"{method} {route.path}", guards[0] if guards else None


def test_every_route_has_its_row_and_its_guard() -> None:
    known = {f"{method} {API}{path}" for method, path, _ in ROWS}
    guarded = dict(routes())
    assert {name for name, operation in guarded.items() if operation is None} == OPEN
    assert {name for name, operation in guarded.items() if operation is not None} == known


def test_the_permissions_in_the_code_are_those_of_the_table() -> None:
    guarded = dict(routes())
    assert {guarded[f"{method} {API}{path}"]: may for method, path, may in ROWS} == {
        operation: may
        for operation, may in PERMISSIONS.items()
        if operation != "book_appointment" and not operation.startswith("screen_")
    }


def send(ask: Caller, hall: Hall, method: str, path: str, who: str | None) -> httpx.Response:
    """The request with nothing wrong in it but, perhaps, who asks."""
    found = path.format(
        branch="main",
        counter="main.5",
        ticket=hall.waiting,
        advice="main.none",
        block="main.none",
        key="0" * 64,
        person="staff-none",
        session="session-none",
        counter_class="cash",
        day="2026-03-02",
        seq=1,
        device="kiosk-none",
    ).lstrip("/")
    last, both = path.rsplit("/", 1)[1], "/".join(path.rsplit("/", 2)[1:])
    body = BODIES.get(both, BODIES.get(last, {}))
    known = headers(token_of(ask, hall, who), fresh_key())
    return ask.http.request(method, found, json=body if method != "GET" else None, headers=known)


def token_of(ask: Caller, hall: Hall, who: str | None) -> str | None:
    return f"ticket.{hall.waiting}" if who == "phone" else ask.tokens[who] if who else None


DENIED = [(m, p, kind) for m, p, may in ROWS for kind in EVERYBODY if kind not in may]
# These reach past the branch of a token: only who has that role in every branch. test_every_branch.py
EVERYWHERE = {("POST", "/branches")}
ALLOWED = [(m, p, kind) for m, p, may in ROWS for kind in EVERYBODY if kind in may and (m, p) not in EVERYWHERE]


@pytest.mark.parametrize(("method", "path", "kind"), DENIED)
def test_who_may_not_is_told_so(
    ask: Caller, hall: Hall, nothing_changes: None, method: str, path: str, kind: str
) -> None:
    found = refused(send(ask, hall, method, path, kind), 403, "forbidden")
    assert found["params"] == {"kind": kind}
    assert kind not in found["words"]["zh"]


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, _ in ROWS])
def test_without_a_token_nobody_may_anything(
    ask: Caller, hall: Hall, nothing_changes: None, method: str, path: str
) -> None:
    answer = send(ask, hall, method, path, None)
    refused(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


# A manager may not do what devices do, here or elsewhere: that is said first. And a clip is of no branch: whoever
# knows its key was told it by theirs.
NOBODYS = re.compile(r"^[^{]*$|{key}|{session}")  # an account belongs to a person
HERE = [(m, p) for m, p, may in rows(TABLE) if not NOBODYS.search(p) and "manager" in may]


@pytest.mark.parametrize(("method", "path"), HERE)
def test_a_manager_of_another_branch_may_nothing_here(
    ask: Caller, hall: Hall, nothing_changes: None, method: str, path: str
) -> None:
    refused(send(ask, hall, method, path, "stranger"), 403, "other_branch")


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer nobody", "Basic {token}", "{token}", "Bearer {token}x", "Bearer \u00ff"],
)
def test_a_token_that_is_none_is_refused(ask: Caller, nothing_changes: None, authorization: str) -> None:
    said = authorization.format(token=ask.tokens["manager"])
    known = {b"Authorization": said.encode("latin-1")}
    refused(ask.http.get("branches/main/snapshot", headers=known), 401, "unauthorized")


@pytest.mark.parametrize(("method", "path", "kind"), ALLOWED)
def test_who_may_is_let_in(ask: Caller, hall: Hall, method: str, path: str, kind: str) -> None:
    """What the hall then says to it is another matter: `not_your_ticket`, `advice_not_found` and so on."""
    if kind == "phone":
        hall = replace(hall, waiting=str(ask.ticket()["id"]))  # its own: who leaves is gone
    answer = send(ask, hall, method, path, kind)
    if answer.is_error:
        assert problem_of(answer)["code"] not in {"forbidden", "unauthorized", "other_branch"}
        assert answer.status_code < 500


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("path", "may"), [(path, may) for _, path, may in rows(SCREENS)])
def test_a_screen_opens_for_its_own_kind_of_token_only(
    ask: Caller, nothing_changes: None, kind: str, path: str, may: frozenset[str]
) -> None:
    answer = httpx.get(
        f"{str(ask.http.base_url).removesuffix('/api/v1/')}{path}",
        headers={"Cookie": f"callboard_{path[1:]}={ask.tokens[kind]}"},
        trust_env=False,
    )
    assert answer.status_code == (200 if kind in may else 403)
    assert ('"snapshot"' in answer.text) is (kind in may)  # a page that is refused knows how to pair, and no more
    assert (ask.tokens[kind] in answer.text) is (kind in may)


@pytest.mark.parametrize("kind", [*EVERYBODY, None])
@pytest.mark.parametrize(("path", "may"), [(path, may) for _, path, may in rows(SOCKETS)])
def test_a_socket_opens_for_its_own_kinds_of_token_only(
    ask: Caller, hall: Hall, kind: str | None, path: str, may: frozenset[str]
) -> None:
    address = f"{str(ask.http.base_url).replace('http', 'ws', 1).rstrip('/')}{path.format(branch='main')}"
    token = token_of(ask, hall, kind)
    known = [Subprotocol("callboard.v1"), *([Subprotocol(f"token.{token}")] if token else [])]
    with connect(address, subprotocols=known, proxy=None) as line:
        if kind in may:
            assert json.loads(line.recv(timeout=10))["type"] in {"snapshot", "phone"}
        else:
            with pytest.raises(ConnectionClosed) as ended:
                line.recv(timeout=10)
            assert ended.value.rcvd is not None
            assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (
                4401,
                "forbidden" if kind else "unauthorized",
            )


def test_the_page_of_permissions_is_what_the_table_says() -> None:
    """Written anew by `python -m server permissions > server/notes/permissions.md`."""
    told = permission_rows(create_app(Settings()), API)
    by_hand = {(m, f"{API}{p}"): may for m, p, may in ROWS + rows(SOCKETS)} | {
        (m, p): may for m, p, may in rows(SCREENS)
    }
    assert {(row.way, row.path): row.may for row in told} == by_hand
    assert Path("server/notes/permissions.md").read_text(encoding="utf-8") == page()


def test_every_screen_is_in_the_table() -> None:
    named = {f"screen_{path[1:]}": may for _, path, may in rows(SCREENS)}
    assert named == {key: may for key, may in PERMISSIONS.items() if key.startswith("screen_")}


def test_the_files_of_the_screens_are_all_that_lies_open(ask: Caller, hall: Hall) -> None:
    top = str(ask.http.base_url).removesuffix("api/v1/")
    for name in ("screens/package.json", "screens/shared/../package.json", "kiosk/__init__.py", "server/app.py"):
        assert httpx.get(top + name, trust_env=False).status_code == 404, name
    assert (Path("server") / "screens" / "package.json").exists()
