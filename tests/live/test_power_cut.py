"""The server is killed in the middle of the rush, twice: whoever was given a number has it, once, for ever."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tests.running import Caller, ServerProcess, fresh_key, install, server_process

CROWD = 8
TICKETS_EACH = 50
CUTS = 2


class Rush:
    """Customers and tellers who try until they are answered, with the same key each time, as devices do."""

    def __init__(self, ask: Caller) -> None:
        self._ask = ask
        self._answered = 0
        self._lock = threading.Lock()
        self.retries = 0

    @property
    def answered(self) -> int:
        return self._answered

    def insist(self, who: str, path: str, body: Any = None) -> dict[str, Any]:
        key = fresh_key()
        while True:
            try:
                answer = self._ask.post(who, path, body, key)
            except httpx.TransportError:
                self.retries += 1
                time.sleep(0.02)
                continue
            assert answer.status_code in (200, 201, 503), answer.text
            if answer.status_code == 503:
                time.sleep(float(answer.headers["retry-after"]) / 10)
                continue
            with self._lock:
                self._answered += 1
            return dict(answer.json())

    def customer(self, _: int) -> list[dict[str, Any]]:
        path, body = "branches/main/tickets", {"services": ["deposit"]}
        return [self.insist("kiosk", path, body)["ticket"] for _ in range(TICKETS_EACH)]

    def teller(self, number: int) -> list[dict[str, Any]]:
        who = ("teller", "second teller")[number - 1]
        self.insist(who, f"counters/main.{number}/open")
        called = (self.insist(who, f"counters/main.{number}/call-next")["ticket"] for _ in range(TICKETS_EACH))
        return [ticket for ticket in called if ticket]


def cut_the_power(server: ServerProcess, rush: Rush) -> None:
    """Each time when a good part of the work has been answered and more is on its way."""
    whole = CROWD * TICKETS_EACH
    for cut in range(1, CUTS + 1):
        while rush.answered < whole * cut / (CUTS + 1):
            time.sleep(0.002)
        server.kill()
        server.start()


def test_after_a_power_cut_every_number_that_was_given_is_there_once(database_url: str, tmp_path: Path) -> None:
    office = install(database_url)
    with (
        server_process(office, tmp_path) as server,
        Caller(server.url, office.tokens) as ask,
        ThreadPoolExecutor(CROWD + 2) as crowd,
    ):
        rush = Rush(ask)
        customers = [crowd.submit(rush.customer, number) for number in range(CROWD)]
        tellers = [crowd.submit(rush.teller, number) for number in (1, 2)]
        cut_the_power(server, rush)
        taken = [ticket for task in customers for ticket in task.result(60)]
        called = [ticket for task in tellers for ticket in task.result(60)]
        assert rush.retries > 0, "nobody noticed the power cut"

        log = ask.log()
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
        issued = [event["ticket"] for event in log if event["kind"] == "ticket.issued"]
        assert Counter(t["id"] for t in issued) == Counter(t["id"] for t in taken)
        assert [t["number"] for t in issued] == [f"A{n:03d}" for n in range(1, CROWD * TICKETS_EACH + 1)]
        call_outs = [event["ticket"] for event in log if event["kind"] == "ticket.called"]
        assert Counter(t["id"] for t in call_outs) == Counter(t["id"] for t in called)
        assert max(Counter(t["id"] for t in called).values()) == 1
