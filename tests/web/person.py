"""Somebody who works at the branch, in a browser of their own, where they have signed in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import Engine

from server.domain.trail import SERVER
from server.storage.sessions import open_session
from server.storage.staff import add_person, put_password
from server.web.signed_in import COOKIE, page_word
from tests.running import PATIENCE_S, Served, headers

PASSWORD = "verandah kettle ostrich Tuesday"
# Argon2id with the least of time and memory: a real hash takes the quarter of a second it is meant to.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
QUICK_HASH = QUICK.hash(PASSWORD)


class Person:
    """`http` is their browser. They ask as a page of their branch does: with its word beside the cookie."""

    def __init__(self, url: str, staff_id: str, login: str, branch: str) -> None:
        self.id, self.login, self.branch = staff_id, login, branch
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S)

    @property
    def word(self) -> str:
        return page_word(self.secret, self.branch)

    @property
    def secret(self) -> str:
        """The newest cookie of a session."""
        return [cookie.value or "" for cookie in self.http.cookies.jar if cookie.name == COOKIE][-1]

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"/api/v1/{path}", headers=headers(self.word))

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/api/v1/{path}", json=body, headers=headers(self.word))

    def done(self, path: str, **body: Any) -> dict[str, Any]:
        """The answer to what must succeed."""
        answer = self.post(path, **body)
        assert answer.is_success, f"{self.login} {path}: {answer.text}"
        return dict(answer.json())

    def sign_in(self, **more: Any) -> httpx.Response:
        return self.http.post("/api/v1/sign-in", json={"login": self.login, "password": PASSWORD, **more})


Hire = Callable[..., Person]  # hire("login", main="teller"): they are signed in


def someone(engine: Engine, login: str, **roles: str) -> str:
    """The id of somebody who was added and has chosen no password yet. `roles`: branch -> role; `everywhere` is every
    branch."""
    places = {"*" if name == "everywhere" else name: role for name, role in roles.items()}
    return add_person(engine, login, f"Person {login}", places, datetime.now(UTC))


@contextmanager
def working(engine: Engine, served: Served, login: str, **roles: str) -> Iterator[Person]:
    """Somebody who is signed in, at the first branch that is named."""
    staff_id = someone(engine, login, **roles)
    person = Person(served.url, staff_id, login, next((place for place in roles if place != "everywhere"), "main"))
    with engine.begin() as connection:
        put_password(connection, staff_id, QUICK_HASH, SERVER)
    with person.http:
        secret = open_session(engine, staff_id, "127.0.0.1", "", datetime.now(UTC))
        person.http.cookies.set(COOKIE, secret, domain="127.0.0.1", path="/")
        yield person


def until(true: Callable[[], bool]) -> None:
    """Whatever is changed about people counts within two seconds, at every server."""
    deadline = time.monotonic() + 2.0
    while not true():
        assert time.monotonic() < deadline, "it should count within two seconds"
        time.sleep(0.02)
