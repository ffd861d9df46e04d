"""Whatever is asked, by the published document or against it, is answered as published; the fault is never ours."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from schemathesis.core.failures import FailureGroup

from server.live import caretaker
from tests.running import Caller, Office, Served, install, serving
from tests.web.contract import Contract, spoilt

Json = dict[str, Any]

QUESTIONS = 6  # of each operation, the same ones each time; ten thousand are asked by make test-long
AT_LENGTH = 10_000


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    return sqlite_office


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caretaker, "EVERY_S", 3600)
        with serving(office, guess_rate=0) as served:
            yield served


@pytest.fixture
def contract(served: Served, ask: Caller) -> Contract:
    return Contract(served, ask)


def test_every_operation_answers_as_it_is_documented(contract: Contract) -> None:
    operations = contract.operations()
    for operation in operations:
        contract.hold(operation, QUESTIONS, by_chance=False)
    print(dict(contract.said))
    assert contract.said.total() > len(operations) * QUESTIONS * 0.8
    assert {200, 201, 400, 401, 403, 404, 409, 422} <= set(contract.said), "much of it was never asked"


@pytest.mark.long
def test_ten_thousand_questions_find_no_answer_that_is_not_documented(postgres_url: str) -> None:
    office = install(postgres_url)
    key = b64encode(bytes(32)).decode()
    with serving(office, guess_rate=0, data_key=key) as served, Caller(served.url, dict(office.tokens)) as ask:
        contract = Contract(served, ask)
        operations = contract.operations()
        while contract.said.total() < AT_LENGTH:
            for operation in operations:
                contract.hold(operation, 2 * QUESTIONS, by_chance=True)
        print(f"{contract.said.total()} requests: {dict(contract.said)}")


SPOILT: dict[str, Callable[[Json], object]] = {
    "a status that is not there": lambda found: found.pop("200"),
    "another type": lambda found: found["200"].update(content={"text/html": {}}),
    "another shape": lambda found: found["200"]["content"]["application/json"].update(schema={"type": "string"}),
    "a header that is missing": lambda found: found["200"].update(
        headers={"Retry-After": {"required": True, "schema": {"type": "integer"}}}
    ),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_an_answer_that_is_not_documented_would_be_noticed(
    contract: Contract, spoil: Callable[[Json], object]
) -> None:
    with pytest.raises(FailureGroup):
        contract.hold(spoilt(contract.document, spoil), 40, by_chance=False)
