"""Attacks by their names: each is tried as somebody would, and each is refused."""

import json
import re
import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from server.app import create_app
from server.settings import Settings
from server.web.commands import is_pressing
from tests.live.line import listening
from tests.running import PATIENCE_S, Caller, Office, Served, fresh_key, headers, serving
from tests.web.conftest import Hall
from tests.web.problem import refused
from tests.web.raw_line import RawLine, status
from tests.web.schema import Json, references

TAKE = "branches/main/tickets"
ELSEWHERE = "https://other.example"


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What the writer keeps is the same for both databases; that SQL stays text is tried on each, below."""
    return sqlite_office


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    """One that has been to every screen: with all the cookies there are."""
    tokens = served.office.tokens
    cookies = {f"callboard_{screen}": tokens[screen] for screen in ("kiosk", "display", "teller", "manager")}
    with httpx.Client(base_url=served.url, cookies=cookies, trust_env=False, timeout=PATIENCE_S) as browser:
        yield browser


def every_command() -> list[str]:
    """The paths of all commands, with names in them that are there."""
    known = {
        "branch": "main",
        "counter": "main.1",
        "ticket": "main.none",
        "advice": "main.none",
        "block": "main.none",
    }
    found = []
    for context in iter_route_contexts(create_app(Settings()).routes):
        route = context.original_route
        if isinstance(route, APIRoute) and any(is_pressing(one.call) for one in route.dependant.dependencies):
            found.append("/api/v1" + route.path.format(**known, counter_class="cash"))
    return sorted(found)


# A display's token is the one most easily stolen: it hangs in a hall, on a machine that anybody can reach behind.


def test_a_stolen_display_token_shows_what_the_lobby_shows_and_moves_nothing(
    ask: Caller, hall: Hall, nothing_changes: None, served: Served
) -> None:
    seen = json.dumps(ask.snapshot("display"))
    for secret in (hall.waiting, "Li Wei", "teller-1", *ask.tokens.values()):
        assert secret not in seen
    with httpx.Client(
        base_url=served.url, headers=headers(ask.tokens["display"]), trust_env=False, timeout=PATIENCE_S
    ) as thief:
        for path in every_command():
            if path.rsplit("/", 1)[1] in {"device-reports", "announcements"}:
                continue  # a display says how it is and what it has told the lobby, and nobody acts on it
            answer = thief.post(path, json={}, headers={"Idempotency-Key": fresh_key()})
            assert answer.status_code in {403, 422}, path
        for screen in ("kiosk", "teller", "manager"):
            assert thief.get(f"/{screen}", params={"token": ask.tokens["display"]}).status_code == 403


def test_cross_site_a_cookie_alone_moves_nothing(browser: httpx.Client, hall: Hall, nothing_changes: None) -> None:
    """As a form on any page can make a browser send it: with its cookies, and with no header of ours."""
    forms = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/json")
    paths = every_command()
    assert len(paths) > 20
    for path in paths:
        for kind in forms:
            for origin in (ELSEWHERE, "null", None):
                known = {"Content-Type": kind} | ({"Origin": origin} if origin else {})
                answer = browser.post(path, content=b"{}", headers=known)
                assert answer.status_code in {401, 403}, f"{path} {kind} {origin}"


def test_cross_site_no_page_of_another_site_is_let_read_anything(browser: httpx.Client, ask: Caller) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        for path in ("/api/v1/branches/main/snapshot", f"/api/v1/{TAKE}", "/manager", "/healthz"):
            asked = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}
            answer = browser.request(method, path, headers=asked | headers(ask.tokens["manager"]))
            assert not [name for name in answer.headers if name.startswith("access-control")], f"{method} {path}"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_forged_origin_gets_nothing_even_with_a_token(
    ask: Caller, hall: Hall, nothing_changes: None, served: Served
) -> None:
    host = served.url.removeprefix("http://")
    for origin in (ELSEWHERE, "null", f"http://{host}.other.example", f"{ELSEWHERE}@{host}", f"x://{host}x"):
        known = headers(ask.tokens["kiosk"], fresh_key()) | {"Origin": origin}
        refused(ask.http.post(TAKE, json={"services": ["deposit"]}, headers=known), 403, "other_site")
    refused(ask.http.put("clock", json={}, headers=headers(ask.tokens["operator"]) | known), 403, "other_site")


async def test_a_forged_origin_opens_no_socket(served: Served, hall: Hall) -> None:
    token = served.office.tokens["display"]
    for origin in (ELSEWHERE, "null", served.url + ".other.example"):
        async with listening(served.url, token, origin=origin) as line:
            assert (await line.end())[0] == 4401
            assert line.frames == []


def test_a_forged_host_is_written_into_nothing(served: Served, ask: Caller, hall: Hall) -> None:
    evil = b"GET /kiosk?token=%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
    for host in (b'x"><script>', b"x; script-src *", b"x y", b"a" * 300, b"x/../y", b"user@x", b"x\\y"):
        with RawLine(served.url) as line:
            answer = line.say(evil % (ask.tokens["kiosk"].encode(), host)).until_end()
            assert status(answer) in {400, 421}, host
            assert host not in answer.partition(b"\r\n\r\n")[0]
    with RawLine(served.url) as line:
        head = line.say(evil % (ask.tokens["kiosk"].encode(), b"other.example")).until_end()
        assert b"\r\nlocation: /kiosk\r\n" in head, "where a page leads to has nothing to do with the name"


def test_a_forged_host_is_refused_where_the_operator_has_said_which_there_are(office: Office) -> None:
    with (
        serving(office, hosts="bank.example 127.0.0.1") as served,
        httpx.Client(trust_env=False, timeout=PATIENCE_S) as ask,
    ):
        for host, status_code in [
            ("bank.example", 200),
            ("BANK.example:8443", 200),
            ("other.example", 421),
            ("", 421),
        ]:
            assert ask.get(f"{served.url}/healthz", headers={"Host": host}).status_code == status_code, host
        assert ask.get(f"{served.url}/healthz").status_code == 200


HOSTILE = [
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    "x\\'); SELECT pg_sleep(10); --",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} %(x)s {0}",
    "$(reboot) `reboot` | reboot",
    "=cmd|'/c calc'!A1",
    "%00%0d%0aSet-Cookie: a=b",
    "\u202egnp.exe \u2028 \u0000"[:-1],
]
# Wherever somebody may write what they like. The rest is ids, numbers, times, and words out of a list.
FREE_TEXT = {
    ("PauseCounter", "reason"),
    ("Dismiss", "reason"),
    ("ReportDevice", "note"),
    ("Announce", "note"),
    ("AskedRule", "match"),
    ("SignIn", "login"),
    ("SignIn", "password"),
    ("SignIn", "code"),
    ("AddPerson", "name"),
    ("ChangePassword", "old"),
    ("ChangePassword", "new"),
    ("GivenCode", "code"),
    ("NewPasskey", "name"),
    ("Link", "secret"),
    ("ChoosePassword", "secret"),
    ("ChoosePassword", "password"),
    ("Switch", "badge"),
    ("Switch", "pin"),
    ("Subscription", "endpoint"),
    ("ApprovePairing", "code"),
    ("ApprovePairing", "name"),
    ("RenameDevice", "name"),
    *((model, kind) for model in ("PersonNoted", "FindPerson") for kind in ("name", "phone", "card")),
}
A_LINE = r"^[^\x00-\x1f\x7f]*$"


def test_every_field_where_anything_may_be_written_is_known(ask: Caller) -> None:
    """A new one is tried with hostile text below, or it is said here why it need not be."""
    document = ask.http.get("openapi.json").json()
    assert set(free_fields(document)) == FREE_TEXT


def free_fields(document: Json) -> Iterator[tuple[str, str]]:
    """(model, field) of all bodies, wherever a text is neither out of a list nor of a form."""
    schemas = document["components"]["schemas"]
    bodies = [op["requestBody"] for ops in document["paths"].values() for op in ops.values() if "requestBody" in op]
    asked: set[str] = set()
    new = {reference.rsplit("/", 1)[1] for reference in references(bodies)}
    while new:
        asked |= new
        new = {found.rsplit("/", 1)[1] for name in new for found in references(schemas[name])} - asked
    for name in sorted(asked):
        for field, schema in schemas[name].get("properties", {}).items():
            for kind in [schema, *schema.get("anyOf", [])]:
                fixed = {"enum", "const", "format"} & set(kind)
                form = kind.get("pattern", A_LINE)
                if kind.get("type") == "string" and not fixed and (form == A_LINE or form.startswith("^http")):
                    yield name, field


@pytest.mark.parametrize("text", HOSTILE)
def test_sql_and_html_in_a_free_field_stay_text(ask: Caller, hall: Hall, browser: httpx.Client, text: str) -> None:
    before = len(ask.log())
    ask.done("teller", "counters/main.4/pause", {"reason": text})
    ask.done("kiosk", "branches/main/device-reports", {"parts": {"printer": "error"}, "note": text})
    log = ask.log()[before:]
    assert text in json.dumps(log, ensure_ascii=False) or json.dumps(text)[1:-1] in json.dumps(log)
    ask.snapshot()
    for screen in ("manager", "teller", "display", "kiosk"):
        page = browser.get(f"/{screen}")
        found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page.text, re.DOTALL)
        assert found, screen
        assert "<" not in found[1], screen
        json.loads(found[1])
        assert text not in page.text.replace(found[0], ""), screen
    seen = json.dumps(ask.snapshot("manager"), ensure_ascii=False)
    assert json.dumps(text, ensure_ascii=False)[1:-1] in seen, "who works here reads what was written"
    ask.done("kiosk", "branches/main/device-reports", {"parts": {"printer": "ok"}})


@pytest.mark.parametrize("text", HOSTILE)
def test_sql_and_html_as_a_name_find_nothing(ask: Caller, hall: Hall, nothing_changes: None, text: str) -> None:
    for path, key in [("counters/{}/open", "counter"), ("tickets/{}/cancel", "ticket"), (TAKE, "service")]:
        name = "main." + text.replace("/", "%2f").replace("?", "%3f").replace("#", "%23")
        answer = ask.post("manager", path.format(name), {"services": [text]} if key == "service" else {})
        assert answer.status_code in {404, 422}, answer.text
    for name in ("branches/main/snapshot", "branches/main/waits", "branches/main/events"):
        asked = ask.http.get(name, params={"after": text}, headers=headers(ask.tokens["manager"]))
        assert asked.status_code in {200, 422}


UP = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "%252e%252e%252f", "....//", "..;/", "%c0%ae%c0%ae/"]
BEHIND = {
    "a page": "/kiosk/page/",
    "a page of the display": "/display/page/",
    "a phone's page": "/phone/page/",
    "what screens share": "/screens/shared/",
    "what is brought along": "/screens/vendor/",
    "a clip": "/api/v1/voice/",
    "a notice": "/display/media/",
    "the screens": "/",
    "the api": "/api/v1/",
}
WANTED = ["server/settings.py", "etc/passwd", "pyproject.toml", "package.json", "index.html%00.js", "callboard.db"]


@pytest.mark.parametrize("place", BEHIND.values(), ids=list(BEHIND))
def test_no_path_leads_out_of_a_folder(served: Served, browser: httpx.Client, place: str) -> None:
    known = f"Authorization: Bearer {served.office.tokens['manager']}\r\nCookie: " + "; ".join(
        f"{name}={value}" for name, value in browser.cookies.items()
    )
    with RawLine(served.url) as line:  # a client of the ordinary kind would tidy the path up first
        for up in UP:
            for name in WANTED:
                for path in (place + up * 6 + name, place + up + name, place + name + "/" + up * 3):
                    line.heard = b""
                    line.say(f"GET {path} HTTP/1.1\r\nHost: x\r\n{known}\r\n\r\n".encode())
                    answer = line.answer()
                    assert status(answer) in {404, 422}, f"{path}: {answer[:200]!r}"


def test_a_thousand_wrong_tokens_are_refused_and_then_not_even_looked_up(office: Office) -> None:
    """Each costs little, and after some from one address less still; whoever works there works on."""
    with serving(office, guess_rate=1) as served, Caller(served.url, office.tokens) as ask:
        assert ask.get("teller", "clock").status_code == 200
        answers = [ask.http.get("clock", headers=headers(f"wrong-{at}")) for at in range(1000)]
        assert {answer.status_code for answer in answers} == {401, 429}
        assert sum(answer.status_code == 429 for answer in answers) > 500
        late = refused(answers[-1], 429, "too_many")
        assert answers[-1].headers["retry-after"] == str(late["params"]["seconds"])
        assert len({len(answer.content) for answer in answers if answer.status_code == 401}) == 1, (
            "it tells something"
        )
        assert ask.get("teller", "clock").status_code == 200
        with httpx.Client(base_url=served.url, trust_env=False, timeout=PATIENCE_S) as browser:
            found = {browser.get("/manager", params={"token": f"wrong-{at}"}).status_code for at in range(50)}
            assert found in ({429}, {401, 429}), "a page is no way round"


def test_a_thousand_password_guesses_with_a_name_for_each_are_refused_as_well(office: Office) -> None:
    """A lock for each name is no use against who has a thousand of them: the address has a measure of its own."""
    with (
        serving(office, guess_rate=0.1) as served,
        httpx.Client(base_url=served.url, trust_env=False, timeout=PATIENCE_S) as guesser,
    ):
        said = [
            guesser.post("/api/v1/sign-in", json={"login": f"name{at}", "password": "password1"}, timeout=60)
            for at in range(1000)
        ]
    found = [answer.status_code for answer in said]
    assert set(found) == {401, 429}
    assert 2 <= found.count(401) < 50, "no more than a few cost a hash"


def test_a_redirect_leads_nowhere_else(browser: httpx.Client, ask: Caller) -> None:
    known = ask.tokens["kiosk"]
    for path in (
        "/kiosk",
        "//other.example/kiosk",
        "/kiosk/",
        "/%2fother.example",
        "/\\other.example",
        "/screens/shared",
    ):
        for query in (f"token={known}", f"token={known}&next={ELSEWHERE}", f"token={known}&lang=//other.example"):
            with RawLine(str(browser.base_url).rstrip("/")) as line:
                asked = f"GET {path}?{query} HTTP/1.1\r\nHost: here.example\r\nConnection: close\r\n\r\n"
                head = line.say(asked.encode()).until_end().partition(b"\r\n\r\n")[0].decode("latin-1")
            for location in re.findall(r"(?im)^location: (.*?)\r?$", head):
                there = location.removeprefix("http://here.example")
                assert re.match(r"/[^/\\]", there) or there == "/", f"{path} leads to {location}"
            assert "\nset-cookie" not in head.lower() or "\nlocation: /kiosk" in head.lower()


BOMBS = {
    "an array without end": b"[" * 60_000,
    "objects without end": b'{"a":' * 10_000,
    "deep, and closed again": b'{"services":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a huge number": b'{"services":["deposit"],"at_machine":' + b"9" * 50_000 + b"}",
    "a huge exponent": b'{"services":["deposit"],"at_machine":1e999999999}',
    "not a number": b'{"services":["deposit"],"at_machine":NaN}',
    "infinity": b'{"services":["deposit"],"at_machine":-Infinity}',
    "the same name twice, unlike": b'{"services":["deposit"],"services":["flying"]}',
    "ten thousand names": b"{" + b",".join(b'"k%d":1' % at for at in range(5000)) + b"}",
    "half a character": b'{"services":["\\ud800"]}',
    "a byte order mark": b'\xef\xbb\xbf{"services":["deposit"]}',
    "another alphabet": '{"services":["deposit"]}'.encode("utf-16"),
    "a comment": b'{"services":["deposit"]/**/}',
    "a prototype": b'{"services":["deposit"],"__proto__":{"at_machine":true}}',
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_a_bomb_of_json_is_refused_at_once(ask: Caller, hall: Hall, nothing_changes: None, bomb: bytes) -> None:
    for path in (TAKE, "branches/main/tickets/hand-in", "branches/main/what-if", "counters/main.1/pause"):
        known = headers(ask.tokens["operator"], fresh_key()) | {"Content-Type": "application/json"}
        began = time.monotonic()
        answer = ask.http.post(path, content=bomb, headers=known)
        assert answer.status_code in {400, 422}, f"{path}: {answer.text[:300]}"
        assert len(answer.content) < 300_000, "a small question, and a large answer"
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 400])
def test_a_number_that_is_none_is_refused_wherever_a_number_is_asked_for(
    ask: Caller, hall: Hall, nothing_changes: None, number: str
) -> None:
    body = '{"counter_class": "cash", "arrivals_factor": %s, "counters": 3}'
    known = headers(ask.tokens["operator"]) | {"Content-Type": "application/json"}
    for content in (body % number, body.replace("3", number) % "1.0"):
        answer = ask.http.post("branches/main/what-if", content=content, headers=known)
        assert answer.status_code in {400, 422}, answer.text


def test_somebody_elses_key_gives_nobody_somebody_elses_answer(ask: Caller, hall: Hall) -> None:
    """Keys are the client's own words: a thief who has seen one has no use for it."""
    key = fresh_key()
    mine = ask.post("kiosk", TAKE, {"services": ["deposit"]}, key)
    assert mine.status_code == 201
    for who, status_code in [("display", 403), ("stranger", 403), ("machine", 403)]:
        answer = ask.post(who, TAKE, {"services": ["deposit"]}, key)
        assert answer.status_code == status_code
        assert mine.json()["ticket"]["id"] not in answer.text
    theirs = ask.post("manager", TAKE, {"services": ["deposit"]}, key)
    assert theirs.is_error or theirs.json()["ticket"]["id"] != mine.json()["ticket"]["id"]
    assert ask.post("kiosk", TAKE, {"services": ["deposit"]}, key).content == mine.content


def test_a_method_that_is_only_claimed_is_not_believed(ask: Caller, hall: Hall, nothing_changes: None) -> None:
    claims = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method")
    known = headers(ask.tokens["manager"], fresh_key())
    for claim in claims:
        answer = ask.http.get(TAKE, headers=known | {claim: "POST"}, params={"_method": "POST"})
        refused(answer, 405, "method_not_allowed")
    for method in ("TRACE", "CONNECT", "PROPFIND", "DEBUG", "post"):
        with RawLine(str(ask.http.base_url).removesuffix("/api/v1/")) as line:
            asked = f"{method} /api/v1/{TAKE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            assert status(line.say(asked.encode()).until_end()) in {400, 401, 405}, method


def test_what_a_proxy_would_be_told_is_not_believed_of_a_path(ask: Caller, hall: Hall, nothing_changes: None) -> None:
    known = headers(ask.tokens["display"], fresh_key())
    more = {"X-Original-URL": "/api/v1/clock", "X-Rewrite-URL": "/api/v1/clock", "X-Forwarded-Prefix": "/manager"}
    refused(ask.http.post(TAKE, json={"services": ["deposit"]}, headers=known | more), 403, "forbidden")
    refused(ask.http.get("nothing", headers=known | more), 404, "not_found")
