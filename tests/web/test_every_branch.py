"""What reaches past a branch is for who has that role in every one: no token, and nobody whom one branch calls so."""

import httpx
import pytest

from server.storage.staff import EVERY_BRANCH
from server.web.access import EVERYWHERE as IN_THE_CODE
from server.web.signed_in import page_word
from tests.running import KINDS, Caller, Office, fresh_key, headers
from tests.web.person import Hire, Person
from tests.web.problem import refused
from tests.web.test_permissions import API, BODIES, EVERYWHERE, routes


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    return sqlite_office


def test_the_code_knows_of_no_other() -> None:
    guarded = dict(routes())
    assert {guarded[f"{method} {API}{path}"] for method, path in EVERYWHERE} == IN_THE_CODE


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_only_who_has_a_part_in_every_branch_is_let_in(ask: Caller, hire: Hire, method: str, path: str) -> None:
    body = BODIES[path[1:]]
    for kind in KINDS:
        answer = ask.http.request(method, path[1:], json=body, headers=headers(ask.tokens[kind], fresh_key()))
        refused(answer, 403, "other_branch" if kind == "operator" else "forbidden")
    of_one, of_all = hire("operator.of.one", main="operator"), hire("operator.of.all", everywhere="operator")

    def sent(one: Person, word: str) -> httpx.Response:
        return one.http.request(method, f"{API}{path}", json=body, headers=headers(word, fresh_key()))

    refused(sent(of_one, page_word(of_one.secret, EVERY_BRANCH)), 401, "unauthorized")
    for person in (of_one, of_all):
        refused(sent(person, person.word), 403, "other_branch")
    refused(sent(of_all, page_word(of_all.secret, EVERY_BRANCH)), 422, "set_up_faulty")
