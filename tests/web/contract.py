"""Drives the API with what its own document allows, and with what it does not, as anyone: each answer is checked."""

import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.domain.words import LANGUAGES
from tests.running import KINDS, Caller, Served
from tests.web.schema import Json, references

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SAID = {
    400,
    401,
    403,
    404,
    409,
    410,
    422,
    429,
}  # the document's 4XX, as narrow as it is without fault of the client's HTTP
ANYBODY = ("", "nobody", "stranger", "phone", *KINDS)
Operation = APIOperation[Any, Any, Any, Any]


@dataclass(slots=True)
class Contract:
    """A server, who asks it, and what it has said so far."""

    served: Served
    ask: Caller
    http: requests.Session = field(default_factory=requests.Session)
    said: Counter[int] = field(default_factory=Counter)
    document: Json = field(init=False)

    def __post_init__(self) -> None:
        self.http.trust_env = False
        self.document = self.ask.http.get("openapi.json").json()

    def operations(self) -> list[Operation]:
        return [found.ok() for found in loaded(self.document).get_all_operations()]

    def hold(self, operation: Operation, examples: int, *, by_chance: bool) -> None:
        """Half of it right by the document and half of it wrong, mostly about what is there. Raises the first fault
        that is found; `by_chance`: other questions each time."""
        ways = self._ways(operation)

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=not by_chance,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=st.one_of(ways), who=st.sampled_from([*self._welcome(operation), *ANYBODY]))
        def questions(case: Case[Any], who: str) -> None:
            self._ask(case, who)

        questions()

    def _ways(self, operation: Operation) -> list[st.SearchStrategy[Case[Any]]]:
        here = self.situation()
        ways = [operation.as_strategy(path_parameters=here)]
        found = self.document["paths"].get(operation.path, {}).get(operation.method, {})
        in_json = "application/json" in found.get("requestBody", {}).get("content", {})  # else it is a file
        examples = [example_of(self.document, found)] if in_json else []
        # Right ones more often than made-up ones, or few would come past the doorman and the reading of the body.
        ways += [operation.as_strategy(path_parameters=here, body=example) for example in examples * 3]
        if found.get("parameters") or examples:  # else there is nothing to get wrong
            wrong = GenerationMode.NEGATIVE
            ways += [operation.as_strategy(wrong, path_parameters=here)] * 2 + [operation.as_strategy(wrong)]
        return ways

    def situation(self) -> dict[str, str]:
        """Somebody waits, somebody is called, a counter is free: the names of it, for a path."""
        waiting = self.ask.ticket()["id"]
        self.ask.tokens["phone"] = f"ticket.{waiting}"
        self.ask.post("manager", "counters/main.1/open", {"take_over": True})
        self.ask.post("manager", "counters/main.1/call-next")
        return {
            "branch": "main",
            "counter": "main.1",
            "ticket": waiting,
            "advice": "main.a1",
            "block": "main.b1",
            "counter_class": "cash",
            "day": "2026-03-02",
            "seq": 1,
            "key": "0" * 64,
        }

    def _welcome(self, operation: Operation) -> list[str]:
        """More often those who may, or most would be said by the doorman."""
        path = operation.path
        kinds = ["phone"] if "/phone" in path else ["manager", "operator"]
        return [kind for kind in kinds for _ in range(8)] + ["kiosk", "display"] * 2

    def _ask(self, case: Case[Any], who: str) -> None:
        known = {"Authorization": f"Bearer {self.ask.tokens.get(who, who)}"} if who else {}
        answer = case.call(base_url=self.served.url, session=self.http, headers=known, timeout=60)
        self.said[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            found = answer.json()
            assert answer.status_code in SAID, found
            assert all(f"refusal.{found['code']}" in words for words in LANGUAGES.values()), found


def loaded(document: Json) -> Any:
    """Without its word on tokens: who asks is our own choice."""
    found = copy.deepcopy(document)
    del found["components"]["securitySchemes"]
    for operations in found["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return schemathesis.openapi.from_dict(found)


def example_of(document: Json, operation: Json) -> Json:
    """A body that is right."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    model = document["components"]["schemas"][next(references(schema)).rsplit("/", 1)[1]]
    parts = model.get("properties", {})
    whole = model.get("examples") or [{key: part["examples"][0] for key, part in parts.items() if "examples" in part}]
    return dict(whole[0])


def spoilt(document: Json, spoil: Callable[[Json], object]) -> Operation:
    """The clock's answer, as a document would have it in which something is wrong."""
    found = copy.deepcopy(document)
    spoil(found["paths"]["/api/v1/clock"]["get"]["responses"])
    operation: Operation = loaded(found)["/api/v1/clock"]["GET"]
    return operation
