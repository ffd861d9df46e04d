"""What cards mean is the branch's to say: the kiosk keeps it, also for when the server is away."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from kiosk.card_rules import CardRules
from kiosk.cards import Cards, open_cards
from kiosk.clock import ServerClock
from kiosk.journal.journal import Journal
from kiosk.link import Link
from kiosk.upstream import Upstream

NUMBER = "6222020200112233"
VIP = [{"match": "6222", "segment": "vip", "level": 2, "kind": "card"}]


class Kiosk:
    """As much of one as has to do with cards; `answer` is what the server says to `card-rules`."""

    def __init__(self, folder: Path, answer: httpx.Response | Exception, own: Path | None = None) -> None:
        self.answer = answer
        self.asked = 0
        found = open_cards("emulated", own)
        assert found is not None
        self.cards: Cards = found
        self.journal = Journal(folder / "journal.db")
        upstream = Upstream("http://server.test", "main", "secret", httpx.MockTransport(self._answer))
        self.link = Link(upstream, ServerClock(None, None, None))
        self.rules = CardRules(self.cards, self.journal, upstream, self.link)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/api/v1/branches/main/card-rules"
        assert request.headers["Authorization"] == "Bearer secret"
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def means(self) -> str | None:
        card = self.cards.reader.hold(NUMBER)
        return card.segment if card else None


def told(rules: Any) -> httpx.Response:
    return httpx.Response(200, json={"rules": rules})


async def test_the_reader_gets_the_branchs_rules_and_new_ones_at_the_next_look(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, told(VIP))
    assert kiosk.means() is None
    await kiosk.rules.renew()
    assert kiosk.means() == "vip"
    kiosk.answer = told([{"match": "62", "segment": "priority", "level": 0, "kind": "card"}])
    await kiosk.rules.renew()
    assert kiosk.means() == "priority"


async def test_they_are_kept_while_the_server_is_away_and_over_a_start_without_it(tmp_path: Path) -> None:
    first = Kiosk(tmp_path, told(VIP))
    await first.rules.renew()
    for trouble in (httpx.ConnectError("away"), httpx.Response(404, json={}), httpx.Response(503, text="?")):
        first.answer = trouble
        await first.rules.renew()
        assert first.means() == "vip"
    first.journal.close()
    assert Kiosk(tmp_path, httpx.ConnectError("away")).means() == "vip"


async def test_rules_that_cannot_be_used_change_nothing(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, told(VIP))
    await kiosk.rules.renew()
    for wrong in ([{"match": "(", "segment": "vip"}], [{"match": "6", "segment": "king"}], "none", [1]):
        kiosk.answer = told(wrong)
        await kiosk.rules.renew()
        assert kiosk.means() == "vip"
    kiosk.journal.close()
    assert Kiosk(tmp_path, httpx.ConnectError("away")).means() == "vip"


async def test_a_file_of_the_devices_own_takes_their_place(tmp_path: Path) -> None:
    own = tmp_path / "rules.json"
    own.write_text(json.dumps([{"match": "62", "segment": "priority"}]))
    kiosk = Kiosk(tmp_path, told(VIP), own)
    kiosk.link.found()
    watching = asyncio.create_task(kiosk.rules.watch())
    await asyncio.sleep(0.05)
    watching.cancel()
    assert (kiosk.asked, kiosk.means()) == (0, "priority")


async def test_they_are_asked_for_as_soon_as_the_server_is_there(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, told(VIP))
    watching = asyncio.create_task(kiosk.rules.watch())
    await asyncio.sleep(0.05)
    assert kiosk.asked == 0
    kiosk.link.found()
    async with asyncio.timeout(5):
        while kiosk.means() is None:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    watching.cancel()
