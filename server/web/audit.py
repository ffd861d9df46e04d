"""The audit trail, for whoever answers for a branch: who changed what, from where, and what was before."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AfterValidator, AwareDatetime
from starlette.responses import Response

from server.actions.decision import Actor
from server.domain.trail import WORDS
from server.storage.trail import Wanted, lines
from server.storage.visits import numbers_of
from server.web.access import may
from server.web.audit_messages import AuditAnswer
from server.web.commands import as_json
from server.web.services import Services, services

router = APIRouter(tags=["audit"])

WORD = r"^[^\x00]*$"  # what no database can look for


def _of_our_time(at: datetime) -> datetime:
    """Others are beyond the end of the calendar in some time zone."""
    if not 1970 <= at.year <= 9000:
        raise ValueError("should be a time of these days")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


@router.get("/branches/{branch}/audit", response_model=AuditAnswer)
async def audit(
    branch: Annotated[str, Path(max_length=40)],
    after: Annotated[int, Query(ge=0, le=2**53, description="A place in the trail: what follows, oldest first.")] = 0,
    before: Annotated[
        int | None, Query(ge=1, le=2**53, description="Instead: what came before this place, newest first.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    what: Annotated[
        str, Query(max_length=40, pattern=WORD, description="A code, or the first word of some: `token`.")
    ] = "",
    who: Annotated[str, Query(max_length=80, pattern=WORD, description="In the name, the id or the kind.")] = "",
    text: Annotated[
        str, Query(max_length=80, pattern=WORD, description="In the subject, in who, or in what was and is.")
    ] = "",
    since: Annotated[Moment | None, Query(description="Not before this time.")] = None,
    until: Annotated[Moment | None, Query(description="Before this time.")] = None,
    people: Annotated[
        bool, Query(description="Instead: sign-ins, roles and accounts of who has a part in this branch.")
    ] = False,
    actor: Actor = Depends(may("see_audit")),
    using: Services = Depends(services),
) -> Response:
    """The audit trail of a branch. Each line is tied to all before it by its hash."""
    wanted = Wanted(after, before, limit, what, who, text, since, until, people)

    def read() -> tuple[list[dict[str, Any]], dict[str, str]]:
        with using.reader.begin() as connection:
            found = lines(connection, branch, wanted)
            return found, numbers_of(connection, branch, {ticket for line in found for ticket in _tickets(line)})

    found, numbers = await asyncio.to_thread(read)
    return as_json({"lines": [_told(line) for line in found], "numbers": numbers})


def _tickets(line: dict[str, Any]) -> list[str]:
    """The ids of the tickets that a line about a customer names: it tells of them apart from their numbers."""
    if not line["what"].startswith("customer."):
        return []
    state = line["after"] or line["before"] or {}
    return [line["subject"], *filter(None, [state.get("ticket_id")])]


def _told(line: dict[str, Any]) -> dict[str, Any]:
    who = {name: line[f"who_{name}"] for name in ("kind", "id", "name")}
    same = {name: line[name] for name in ("seq", "at", "address", "what", "subject", "before", "after", "hash")}
    return {**same, "who": who, "words": WORDS.get(line["what"], {})}
