"""What the cards mean that customers hold to a kiosk: set by the branch, read by its kiosks and its staff."""

import asyncio
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.responses import Response

from server.actions.decision import Actor
from server.actions.manager import set_card_rules
from server.domain.branch import CardRule
from server.domain.ticket import Segment
from server.web.access import may
from server.web.commands import COMMAND, Press, as_json, perform, pressing
from server.web.messages import Answer, Asked, Id, Line
from server.web.services import Services, services

router = APIRouter(tags=["devices"])


@lru_cache(maxsize=1024)
def why_no_pattern(match: str) -> str | None:
    """By RE2, as the kiosk will, with less room: no pattern that it takes can hold up a customer, nor a hundred of
    them the server. None for one that can be used."""
    import re2  # only where somebody sets rules

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 17
    try:
        re2.compile(match, options)
    except re2.error as error:
        said = error.args[0] if error.args else error
        return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return None


class AskedRule(Asked):
    match: Annotated[Line, Field(max_length=200)] = Field(
        examples=["6222"], description="What the number begins with, as RE2 reads it; the whole number with `$`."
    )
    segment: Segment = Field(examples=["vip"])
    level: int | None = Field(None, ge=0, le=9, examples=[2], description="Of a VIP. Default: 1, and 0 for others.")
    kind: Id = Field("card", max_length=40, examples=["card"])

    def rule(self) -> CardRule:
        level = int(self.segment is Segment.VIP) if self.level is None else self.level
        return CardRule(self.match, self.segment.value, level, self.kind)


EXAMPLE = [{"match": "6222", "segment": "vip", "level": 2}, {"match": "", "segment": "ordinary"}]


class SetCardRules(Asked):
    rules: Annotated[list[AskedRule], Field(max_length=100)] = Field(examples=[EXAMPLE])


class CardRules(BaseModel):
    """Tried in order; the first that fits counts."""

    rules: list[CardRule]


@router.get("/branches/{branch}/card-rules", response_model=CardRules)
async def card_rules(
    branch: str, actor: Actor = Depends(may("see_card_rules")), using: Services = Depends(services)
) -> Response:
    """What cards mean here. Displays are not told: their tokens lie about in lobbies."""
    place = await using.hub.place(branch)
    return as_json({"rules": place.hall.branch.card_rules})


@router.post("/branches/{branch}/card-rules", response_model=Answer, openapi_extra=COMMAND)
async def set_rules(
    branch: str,
    asked: SetCardRules,
    press: Press = Depends(pressing("set_card_rules")),
) -> Response:
    """All rules at once, in place of those before; the kiosks have them within a minute."""
    await asyncio.to_thread(_look_at, asked)
    arguments = {"rules": [one.rule() for one in asked.rules]}
    return await perform(press, set_card_rules, asked.model_dump(), arguments)


def _look_at(asked: SetCardRules) -> None:
    """A hundred long patterns take the better part of a second: not while everybody else waits to be answered."""
    found = [
        {"type": "pattern", "loc": ("body", "rules", at, "match"), "msg": f"no pattern that can be used: {why}"}
        for at, rule in enumerate(asked.rules)
        if (why := why_no_pattern(rule.match))
    ]
    if found:
        raise RequestValidationError(found)
