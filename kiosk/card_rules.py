"""The branch's rules for cards, as its settings have them on the server: kept, so that they hold while it is away."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from kiosk.cards import Cards
from kiosk.clerk import recorded
from kiosk.journal.file import CannotRecord
from kiosk.journal.journal import Journal
from kiosk.link import Link
from kiosk.reading.rules import RuleRefused, read_rules
from kiosk.upstream import Away, Upstream

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
FACT = "card_rules"


class CardRules:
    """Gives the reader its rules. Where the program was started with a file of its own, that is what counts."""

    def __init__(self, cards: Cards, journal: Journal, upstream: Upstream, link: Link) -> None:
        self._cards = cards
        self._journal = journal
        self._upstream = upstream
        self._link = link
        self._known: list[Any] | None = None
        self._due = asyncio.Event()
        link.on_change(self._due.set)
        if not cards.has_own_rules:
            self._use((journal.fact(FACT) or {}).get("rules"))

    async def watch(self) -> None:
        """For as long as the program runs."""
        while True:
            self._due.clear()
            if self._link.state == "here" and not self._cards.has_own_rules:
                await self.renew()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._due.wait()

    async def renew(self) -> None:
        """The rules as they are now. Without an answer, or with one that cannot be used, those before stay."""
        try:
            told = await self._upstream.pass_on("GET", self._upstream.branch_path("card-rules"))
            rules = told.json()["rules"] if told.status_code == 200 else None
        except (Away, ValueError, KeyError, TypeError) as error:
            log.info("the rules for cards were not renewed: %s", error)
            return
        if rules != self._known and self._use(rules):
            with suppress(CannotRecord):  # then they are asked for again after a start
                await recorded(self._journal.note_fact, FACT, {"rules": rules})

    def _use(self, rules: object) -> bool:
        if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules):
            return False
        try:
            self._cards.reader.rules = read_rules(rules)
        except RuleRefused as error:
            log.error("the branch's rules for cards cannot be used, those before stay: %s", error)
            return False
        self._known = rules
        return True
