"""The wait over HTTP: what a ticket is promised is kept with it, and the waits of all queues can be asked for."""

import time
from typing import Any

from tests.running import Caller


def waits(ask: Caller, people: int) -> dict[str, dict[str, Any]]:
    """The waits by queue, once the server has heard that so many wait for cash."""
    for _ in range(100):
        queues = {queue["queue_id"]: queue for queue in ask.get("kiosk", "branches/main/waits").json()["queues"]}
        if queues["cash"]["ahead"] == people:
            break
        time.sleep(0.05)
    return queues


def test_a_ticket_keeps_the_range_that_it_was_promised_and_the_next_may_ask_for_theirs(ask: Caller) -> None:
    ask.done("teller", "counters/main.1/open")
    ask.ticket()
    ask.done("teller", "counters/main.1/call-next")
    promised = ask.ticket()
    assert 0 < promised["quote_p10_s"] < promised["quote_p50_s"] < promised["quote_p90_s"]
    assert promised["quote_by"] == "queue_length"

    queues = waits(ask, people=1)
    assert set(queues["cash"]) == {"queue_id", "ahead", "counters_open", "p50_s", "p90_s"}
    assert (queues["cash"]["ahead"], queues["cash"]["counters_open"]) == (1, 1)
    assert queues["cash"]["p50_s"] > promised["quote_p50_s"]
    assert queues["vip"]["p50_s"] > 0, "counter 1 is busy, and is the only one that takes VIPs"
