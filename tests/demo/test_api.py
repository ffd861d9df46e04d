"""The careful device: one key per intent, and no giving up while the server may still answer."""

from collections.abc import Callable

import httpx
import pytest

from server.demo.api import Api


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.demo.api.random.uniform", lambda low, high: 0.0)


class Line:
    """Answers in the order given; an exception is a line that broke."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def keys(self) -> list[str]:
        return [request.headers["Idempotency-Key"] for request in self.requests]


def api(line: Callable[[httpx.Request], httpx.Response]) -> Api:
    return Api("http://callboard.test", httpx.MockTransport(line))


async def test_a_command_that_may_have_been_lost_is_sent_again_with_the_same_key() -> None:
    line = Line(httpx.ConnectError("cut"), httpx.ReadTimeout("cut"), httpx.Response(200, json={"seq": 7}))
    careful_one = api(line)
    answer = await careful_one.post("token", "counters/main.1/call-next")
    assert answer.body == {"seq": 7}
    assert len(set(line.keys)) == 1
    assert (careful_one.stats.requests, careful_one.stats.retries) == (1, 2)


async def test_a_busy_server_is_asked_again_when_it_says() -> None:
    line = Line(httpx.Response(503, headers={"Retry-After": "1"}), httpx.Response(200, json={}))
    assert (await api(line).post("token", "tickets/main.x/start")).done


async def test_each_intent_has_a_key_of_its_own() -> None:
    line = Line(httpx.Response(200, json={}), httpx.Response(200, json={}))
    asking = api(line)
    await asking.post("token", "counters/main.1/open")
    await asking.post("token", "counters/main.1/open")
    assert len(set(line.keys)) == 2
    assert all(len(key) >= 16 for key in line.keys)


async def test_a_refusal_is_an_answer_and_is_not_argued_with() -> None:
    line = Line(httpx.Response(409, json={"code": "branch_closed"}))
    asking = api(line)
    answer = await asking.post("token", "branches/main/tickets", services=["deposit"])
    assert (answer.done, answer.code) == (False, "branch_closed")
    assert asking.stats.refusals == {"branch_closed": 1}
    assert asking.stats.errors == []


async def test_one_failure_of_the_server_is_forgiven_and_five_are_a_fault() -> None:
    assert (await api(Line(httpx.Response(500), httpx.Response(200, json={}))).post("token", "x")).done
    asking = api(Line(*[httpx.Response(500, json={"code": "failed"})] * 5))
    answer = await asking.post("token", "x")
    assert answer.code == "failed"
    assert len(asking.stats.errors) == 1
