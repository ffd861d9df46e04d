"""The door knows every command that is published with one name in its path, and answers as the routers would."""

import pytest
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from server.app import API, create_app
from server.settings import Settings
from server.web import advice, counters, devices, tickets
from server.web.commands import is_pressing
from server.web.door import Door
from tests.running import Caller, Office, fresh_key, headers
from tests.web.conftest import Hall
from tests.web.problem import refused

ROUTERS = (tickets.router, counters.router, devices.router, advice.router)
# Rare, and left to the framework.
TWO_NAMES = {"/branches/{branch}/policies/{counter_class}", "/branches/{branch}/tickets/hand-in"}


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What the door knows has nothing to do with the database: one will do."""
    return sqlite_office


async def nobody(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("there is nobody behind this door")


def test_it_knows_every_command() -> None:
    pressed = {
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and any(is_pressing(one.call) for one in route.dependant.dependencies)
    }
    assert Door(nobody, API, ROUTERS).known == pressed - TWO_NAMES
    assert len(pressed) == 23


def test_it_comes_before_the_framework() -> None:
    innermost: object = create_app(Settings()).user_middleware[-1].cls
    assert innermost is Door


def test_what_it_does_not_know_is_left_to_the_routers(ask: Caller, hall: Hall) -> None:
    known = headers(ask.tokens["teller"], fresh_key())
    refused(ask.http.request("PUT", "counters/main.5/open", headers=known), 405, "method_not_allowed")
    refused(ask.post("teller", "counters/main.5/dance"), 404, "not_found")
    refused(ask.post("teller", "counters//open"), 404, "not_found")
    refused(ask.post("teller", "counters/main.5/open/wide"), 404, "not_found")
    refused(ask.post("teller", "counters/main.99/open"), 404, "counter_not_found")


def test_a_body_that_says_it_is_something_else_is_not_read(ask: Caller, hall: Hall) -> None:
    known = headers(ask.tokens["kiosk"], fresh_key()) | {"Content-Type": "text/plain"}
    answer = ask.http.post("branches/main/tickets", content=b'{"services": ["deposit"]}', headers=known)
    refused(answer, 422, "invalid")
