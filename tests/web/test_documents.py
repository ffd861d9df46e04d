"""The published OpenAPI document says what the server does, and nothing else."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from server.app import create_app
from server.settings import Settings
from tests.running import KINDS, Caller, Office
from tests.web.conftest import Hall
from tests.web.schema import Json, check_document, faults, references

OPEN = {"/healthz", "/readyz"}


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What is published has nothing to do with the database: one will do."""
    return sqlite_office


@pytest.fixture(scope="module")
def document(ask: Caller) -> Json:
    return dict(ask.http.get("openapi.json").json())


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_is_whole(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    check_document(document)
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))


def test_every_route_is_documented_and_every_documented_route_is_there(document: Json) -> None:
    found = {
        f"{method} {route.path}"
        for route in iter_route_contexts(create_app(Settings()).routes)
        if isinstance(route.original_route, APIRoute)
        and route.path is not None
        and route.path not in {"/api/v1/asyncapi.json", "/{screen}", "/metrics", "/sign-in"}
        and not route.path.startswith(("/phone", "/display/", "/api/v1/sign-in/outside"))
        for method in route.methods or ()
    }
    assert {name for name, _ in operations(document)} == found


def test_every_operation_says_what_it_is_for_and_what_it_answers(document: Json) -> None:
    silent = []
    for name, operation in operations(document):
        by_itself = operation["operationId"].split("_api_v1")[0].replace("_", " ").title()
        if not operation.get("description") and operation["summary"] == by_itself:
            silent.append(name)
        ok = next(content for status, content in operation["responses"].items() if status[0] == "2")
        if not next(iter(ok["content"].values()))["schema"]:  # JSON, or a clip's sound
            silent.append(name)
    assert silent == []


def test_every_operation_of_the_api_asks_for_a_token_and_may_answer_with_a_problem(document: Json) -> None:
    for name, operation in operations(document):
        if name.split()[1] in OPEN:
            continue
        assert operation["security"] == ([] if name in SIGN_IN | PAIRING else [{"HTTPBearer": []}]), name
        content = operation["responses"]["4XX"]["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}, name
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"


# Questions with a body: they change nothing, so that a retry needs no key.
# Whose answer stands by itself when it is asked again; who signs in has no name yet under which a key could be kept.
SIGN_IN = {f"POST /api/v1/{path}" for path in ("sign-in", "sign-out", "set-up", "set-up/look")}
SIGN_IN |= {f"POST /api/v1/sign-in/passkey/{step}" for step in ("begin", "finish")}
# What is done to people twice is done once; a second link takes the place of the first, and a login is given once.
TO_PEOPLE = ("", *(f"/{{person}}/{what}" for what in ("link", "role", "skills", "badge", "sign-out", "remove")))
PEOPLE = {f"POST /api/v1/branches/{{branch}}/people{what}" for what in TO_PEOPLE}
STEPS = (*(f"code/{step}" for step in ("begin", "confirm", "remove")), "password", "sessions/{session}/end")
KEY_STEPS = tuple(f"passkeys/{step}" for step in ("begin", "finish", "remove"))
ACCOUNT = {f"POST /api/v1/account/{step}" for step in STEPS + KEY_STEPS}
# Who is erased twice is erased once.
CUSTOMERS = {f"POST /api/v1/branches/{{branch}}/customers/{what}" for what in ("find", "export", "erase")}
PLANNING = {"POST /api/v1/branches/{branch}/plan/evaluate", "POST /api/v1/branches/{branch}/what-if"}
DEVICE_WORK = ("pairings/approve", "devices/{device}/rename", "devices/{device}/revoke")
# A device that asks again has another code, and whoever says yes to one twice has connected it once.
PAIRING = {f"POST /api/v1/pairings{what}" for what in ("", "/collect")}
DEVICES = {f"POST /api/v1/branches/{{branch}}/{what}" for what in DEVICE_WORK}
# Whoever sits there already is there still, and a new session takes the place of the one before.
SWITCH = {"POST /api/v1/branches/{branch}/switch"}
SETTING_UP = {f"POST /api/v1/branches/{{branch}}/set-up/{what}" for what in ("check", "read")}
QUESTIONS = PEOPLE | ACCOUNT | SETTING_UP | SWITCH | PAIRING | DEVICES | PLANNING | CUSTOMERS | SIGN_IN


def test_every_command_asks_for_a_key_that_its_example_fits(document: Json) -> None:
    posts = {name: operation for name, operation in operations(document) if name.startswith("POST")}
    assert posts.keys() >= QUESTIONS
    commands = [(name, operation) for name, operation in posts.items() if name not in QUESTIONS]
    assert len(commands) == 29
    for name, operation in commands:
        key = next(p for p in operation["parameters"] if p["name"] == "Idempotency-Key")
        assert key["required"] is True, name
        assert key["schema"]["examples"], name
        for example in key["schema"]["examples"]:
            assert faults(document, key["schema"], example) == []


def test_every_body_has_examples_that_are_right(document: Json) -> None:
    bodies = 0
    for name, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:  # nothing, or what is a file
            continue
        bodies += 1
        schema = content["application/json"]["schema"]
        model = document["components"]["schemas"][next(references(schema)).rsplit("/", 1)[1]]
        parts = model.get("properties", {})
        examples = model.get("examples") or [{key: part["examples"][0] for key, part in parts.items()}]
        for example in examples:
            assert faults(document, schema, example) == [], name
        assert model["additionalProperties"] is False, name
    assert bodies == 63


ASKED = [
    ("GET", "branches/{branch}/snapshot"),
    ("GET", "branches/{branch}/events"),
    ("GET", "branches/{branch}/days/{day}"),
    ("GET", "branches/{branch}/waits"),
    ("GET", "branches/{branch}/figures"),
    ("GET", "branches/{branch}/advice"),
    ("GET", "branches/{branch}/advice/record"),
    ("GET", "branches/{branch}/plan"),
    ("GET", "branches/{branch}/card-rules"),
    ("GET", "clock"),
    ("POST", "branches/{branch}/tickets"),
    ("POST", "tickets/{ticket}/cancel"),
    ("POST", "tickets/{ticket}/start"),
    ("POST", "counters/{counter}/open"),
    ("POST", "counters/{counter}/call-next"),
    ("POST", "counters/{counter}/pause"),
    ("POST", "counters/{counter}/close"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("method", "path"), ASKED)
def test_what_is_answered_is_what_is_documented(
    ask: Caller, hall: Hall, document: Json, method: str, path: str, kind: str
) -> None:
    """Right answers and refusals alike, for whoever asks."""
    real = path.format(branch="main", ticket=hall.waiting, counter="main.5", day="2026-03-02")
    body = {"services": ["card", "deposit"]} if real.endswith("tickets") else {}
    answer = ask.get(kind, real) if method == "GET" else ask.post(kind, real, body)
    schema = documented(document, method, path, answer)
    assert faults(document, schema, answer.json()) == []


def documented(document: Json, method: str, path: str, answer: httpx.Response) -> Json:
    responses = document["paths"][f"/api/v1/{path}"][method.lower()]["responses"]
    found = responses.get(str(answer.status_code)) or responses["4XX"]
    schema: Json = found["content"][answer.headers["content-type"].split(";")[0]]["schema"]
    return schema


SPOILT: dict[str, Callable[[Json], object]] = {
    "no speed": lambda found: found.pop("speed"),
    "no recent calls": lambda found: found["snapshot"].pop("recent_calls"),
    "a ticket without its place": lambda found: found["snapshot"]["tickets"][0].pop("order_at"),
    "a ticket in no state": lambda found: found["snapshot"]["tickets"][0].update(state="lost"),
    "a ticket at no time": lambda found: found["snapshot"]["tickets"][0].update(arrived_at="at noon"),
    "a counter without a number": lambda found: found["snapshot"]["counters"][0].update(number="one"),
    "a call of nobody": lambda found: found["snapshot"]["recent_calls"][0].pop("number"),
    "something more": lambda found: found["snapshot"].update(secret=1),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_an_answer_that_is_not_as_documented_would_be_noticed(
    ask: Caller, hall: Hall, document: Json, spoil: Callable[[Json], object]
) -> None:
    answer = ask.get("manager", "branches/main/snapshot")
    schema = documented(document, "GET", "branches/{branch}/snapshot", answer)
    found = answer.json()
    assert faults(document, schema, found) == []
    spoil(found)
    assert faults(document, schema, found) != []
