"""How much anyone may ask for: by the token, without one by the address, and guessing by the address alone."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.settings import Settings
from server.web import allowance
from server.web.allowance import MOST, Allowance, neighbourhood
from tests.running import PATIENCE_S, Caller, Office, Served, headers, serving
from tests.web.problem import refused

TIGHT = {"token_rate": 0.2, "address_rate": 0.2, "guess_rate": 0.5}  # after 2, 10 and 10 at once


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What is allowed has nothing to do with the database: one will do."""
    return sqlite_office


@pytest.fixture
def tight(office: Office) -> Iterator[Served]:
    with serving(office, **TIGHT) as served:
        yield served


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_as_they_come() -> None:
    clock = Clock()
    found = Allowance(rate=2, burst=3, now=clock)
    assert [found.take("a") for _ in range(3)] == [0, 0, 0]
    assert found.take("a") == pytest.approx(0.5)
    assert found.take("b") == 0, "one is not made to wait for another"
    clock.now += 0.5
    assert found.take("a") == 0
    assert found.take("a") == pytest.approx(0.5)
    clock.now += 60
    assert [bool(found.take("a")) for _ in range(4)] == [False, False, False, True], "it holds no more than three"


def test_without_a_rate_anything_goes_and_nothing_is_remembered() -> None:
    found = Allowance(rate=0, burst=0)
    assert not any(found.take("a") for _ in range(1000))
    assert len(found) == 0


def test_a_hundred_thousand_names_fill_no_memory_and_the_greediest_is_not_forgotten() -> None:
    found = Allowance(rate=1, burst=50, now=Clock())
    while not found.take("greedy"):
        pass
    for at in range(100_000):
        found.take(f"name {at}")
        assert len(found) <= MOST
    assert found.take("greedy") > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("nowhere", "elsewhere", False),
    ],
)
def test_a_line_of_ipv6_is_one_address(one: str, other: str, same: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is same


def test_a_token_that_asks_for_too_much_waits_and_another_does_not(tight: Served) -> None:
    with Caller(tight.url, tight.office.tokens) as ask:
        assert [ask.get("teller", "clock").status_code for _ in range(3)] == [200, 200, 429]
        answer = ask.get("teller", "clock")
        params = refused(answer, 429, "too_many")["params"]
        assert answer.headers["retry-after"] == str(params["seconds"])
        assert 0 < params["seconds"] <= 6
        assert ask.get("manager", "clock").status_code == 200
        refused(ask.post("teller", "counters/main.1/open"), 429, "too_many")


def test_who_shows_no_token_is_measured_by_the_address(tight: Served) -> None:
    with httpx.Client(base_url=tight.url, trust_env=False, timeout=PATIENCE_S) as browser:
        found = [browser.get("/healthz").status_code for _ in range(12)]
        assert found == [200] * 10 + [429] * 2
        answer = refused(browser.get("/screens/shared/theme.css"), 429, "too_many")
        assert answer["params"]["seconds"] >= 1
        known = headers(tight.office.tokens["manager"])
        assert browser.get("/api/v1/clock", headers=known).status_code == 200, "a token is another matter"


def test_any_word_that_is_shown_for_a_token_is_no_way_round(tight: Served) -> None:
    with httpx.Client(base_url=tight.url, trust_env=False, timeout=PATIENCE_S) as browser:
        good, other = (headers(tight.office.tokens[who]) for who in ("manager", "second teller"))
        assert browser.get("/api/v1/clock", headers=good).status_code == 200
        found = [browser.get("/healthz", headers={"Authorization": f"x{at}"}).status_code for at in range(12)]
        assert found == [200] * 10 + [429] * 2
        refused(browser.get("/healthz", headers=good | {"Authorization": "x"}), 429, "too_many")
        assert browser.get("/healthz").status_code == 200, "with no token at all is another matter"
        assert browser.get("/api/v1/clock", headers=good).status_code == 200, "it proved good before"
        assert browser.get("/api/v1/clock", headers=other | {"X-Forwarded-For": "10.1.1.2"}).status_code == 200


def test_behind_the_proxy_the_address_is_the_browsers(tight: Served) -> None:
    with httpx.Client(base_url=tight.url, trust_env=False, timeout=PATIENCE_S) as proxy:
        greedy, other = ({"X-Forwarded-For": address} for address in ("10.1.1.1", "10.1.1.2"))
        while proxy.get("/healthz", headers=greedy).status_code == 200:
            pass
        assert proxy.get("/healthz", headers=other).status_code == 200


def test_wrong_tokens_are_not_even_looked_up_after_a_while_and_right_ones_are_still_good(
    tight: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    doorman = tight.app.state.doorman
    look_up = doorman._look_up

    def looking_up(token: str) -> Any:
        looked.append(token)
        return look_up(token)

    monkeypatch.setattr(doorman, "_look_up", looking_up)
    with httpx.Client(base_url=tight.url, trust_env=False, timeout=PATIENCE_S) as ask:
        known = headers(tight.office.tokens["manager"])
        assert ask.get("/api/v1/clock", headers=known).status_code == 200
        found = [ask.get("/api/v1/clock", headers=headers(f"guess {at}")).status_code for at in range(200)]
        assert set(found[:10]) == {401}
        assert found.count(429) > 150
        assert len(looked) < 40
        assert ask.get("/api/v1/clock", headers=known).status_code == 200
        elsewhere = headers(tight.office.tokens["second teller"]) | {"X-Forwarded-For": "10.1.1.2"}
        assert ask.get("/api/v1/clock", headers=elsewhere).status_code == 200


def test_what_ships_lets_a_whole_branch_in_through_one_address() -> None:
    """Two hundred requests a second of one token cost a tenth of a core; a person presses once a second at the most.
    A hundred and fifty screens behind one address may all load their page, of some sixty files, at once."""
    shipped = Settings()
    assert (shipped.token_rate, shipped.address_rate, shipped.guess_rate) == (200, 200, 2)
    found = allowance.Allowances(shipped)
    assert not any(found.addresses.take("branch") for _ in range(150 * 60))
    assert not any(found.tokens.take("kiosk") for _ in range(2000))
    assert sum(found.tokens.take("kiosk") > 0 for _ in range(2000)) > 1500
    assert sum(found.guesses.take("guesser") == 0 for _ in range(1000)) < 200
