"""A branch is set up anew while a kiosk is on its own: what it has printed counts, and what it offers follows."""

from dataclasses import replace
from pathlib import Path

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from kiosk.edition import read
from server.domain.branch import Branch
from tests.kiosk.program import KioskProcess, kiosk_process, papers_in
from tests.running import PATIENCE_S, Caller, install, server_process
from tests.set_up_anew import grouped, set_up_meanwhile, without


def at_noon(branch: Branch) -> Branch:
    """Cards are done elsewhere from now on, and their queue is gone."""
    found = without(branch, "card", queues=("non_cash",))
    moved = {
        key: replace(one, queue_id="cash") for key, one in found.services.items() if key in ("transfer", "advice")
    }
    return replace(found, services=found.services | moved)


def in_the_afternoon(branch: Branch) -> Branch:
    return without(branch, "card", "deposit", queues=("non_cash", "vip"))


def gives_up(kiosk: KioskProcess, service: str) -> bool:
    """Whether the page that it keeps for when it is alone no longer offers the service."""
    kept = read(kiosk.folder / "data" / "page.zip")
    return kept is not None and bool(kept.boot["snapshot"]["branch"]["services"][service]["retired"])


def test_papers_printed_without_the_server_are_kept_though_their_service_is_gone(tmp_path: Path) -> None:
    office = install(f"sqlite:///{tmp_path / 'callboard.db'}", branch=grouped())
    with (
        server_process(office, tmp_path) as server,
        kiosk_process(server.url, office.tokens["kiosk"], tmp_path, "emulated") as kiosk,
    ):
        server.stop()
        kiosk.until(lambda: kiosk.status()["server"] == "away")
        printed = [kiosk.taken(services=[service]) for service in ("card", "deposit", "card", "transfer")]
        assert all(taken["offline"] for taken in printed)
        set_up_meanwhile(office.database_url, at_noon)
        server.start()
        kiosk.until(lambda: kiosk.status()["server"] == "here" and kiosk.status()["waiting_to_hand_in"] == 0)
        with Caller(server.url, office.tokens) as ask:
            waiting = {ticket["number"]: ticket for ticket in ask.snapshot()["tickets"]}
            assert set(waiting) == {taken["ticket"]["number"] for taken in printed}
            assert {ticket["queue_id"] for ticket in waiting.values()} == {"cash"}, "where somebody calls"
            ask.done("teller", "counters/main.4/open")
            called = [ask.done("teller", "counters/main.4/call-next")["ticket"]["number"] for _ in printed]
            assert called == [taken["ticket"]["number"] for taken in printed]
        assert papers_in(kiosk) == len(printed)
        page = f"ws://127.0.0.1:{kiosk.port}/api/v1/branches/main/live"
        with connect(page, subprotocols=[Subprotocol("callboard.v1")], proxy=None) as line:
            set_up_meanwhile(office.database_url, in_the_afternoon)
            while '"branch.changed"' not in str(line.recv(PATIENCE_S)):
                continue
        # What its page has heard the program knows too, before the server goes away again.
        kiosk.until(lambda: gives_up(kiosk, "deposit"))
        server.stop()
        kiosk.until(lambda: kiosk.status()["server"] == "away")
        for service in ("card", "deposit"):
            refused = kiosk.press(services=[service])
            assert (refused.status_code, refused.json()["code"]) == (422, "service_not_found")
        assert kiosk.taken(services=["transfer"], segment="vip")["ticket"]["queue_id"] == "cash"
