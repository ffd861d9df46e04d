"""People of a branch over HTTP: who they are, what they may, and the links by which they choose a password."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from server.actions.decision import Actor, who_of
from server.domain.refusals import Refusal
from server.storage import people as keeping
from server.storage.database import Database
from server.storage.people import Asking
from server.storage.staff import LINK_FOR, LoginTaken
from server.web.access import may
from server.web.badges import give_badge
from server.web.commands import as_json
from server.web.messages import Nothing
from server.web.people_messages import (
    AddPerson,
    ChangeRole,
    LinkAnswer,
    PeopleAnswer,
    PersonDone,
    SetBadge,
    SetSkills,
    SignedOutAnswer,
)
from server.web.problems import Problem
from server.web.services import Services, services
from server.web.sign_in import front_of, writing_of

router = APIRouter(tags=["staff"])

ID = r"^[\x20-\x7e]*$"  # what no database can look for is no id
Branch = Annotated[str, Path(max_length=40)]
PersonId = Annotated[str, Path(max_length=40, pattern=ID)]
Done = TypeVar("Done")


STATUS = {"person_not_found": 404, "person_above": 403, "role_above": 403, "person_elsewhere": 403}


@router.get("/branches/{branch}/people", response_model=PeopleAnswer)
async def people(
    branch: Branch, actor: Actor = Depends(may("see_people")), using: Services = Depends(services)
) -> Response:
    """Who has a part in the branch, those included who have one in every branch."""

    def read() -> dict[str, Any]:
        with using.reader.begin() as connection:
            found = keeping.people_of(connection, branch, _now())
            return {"people": found, "roles": keeping.givable(connection, Asking(who_of(actor), branch))}

    return as_json(await asyncio.to_thread(read))


@router.post("/branches/{branch}/people", status_code=201, response_model=LinkAnswer)
async def add(
    branch: Branch, asked: AddPerson, request: Request, actor: Actor = Depends(may("manage_people"))
) -> Response:
    """Somebody new, with the link by which they choose a password. Nobody gives a role above their own."""
    said = partial(keeping.add, *_who(request, actor, branch), asked.login, asked.name.strip(), asked.role)
    person, secret = await _changed(request, partial(said, asked.everywhere, _now()))
    return as_json(_link(request, person, secret), 201)


@router.post("/branches/{branch}/people/{person}/link", response_model=LinkAnswer)
async def link(
    branch: Branch,
    person: PersonId,
    request: Request,
    asked: Nothing | None = None,
    actor: Actor = Depends(may("manage_people")),
) -> Response:
    """A new link, for who has forgotten the password or lost the second factor: once they have chosen another
    password by it, all that was before it is over. An earlier link works no more."""
    secret = await _changed(request, partial(keeping.new_link, *_who(request, actor, branch), person, _now()))
    return as_json(_link(request, person, secret))


@router.post("/branches/{branch}/people/{person}/role", response_model=PersonDone)
async def role(
    branch: Branch,
    person: PersonId,
    asked: ChangeRole,
    request: Request,
    actor: Actor = Depends(may("manage_people")),
) -> Response:
    """What they are in this branch from now on, at every server; what they are in others stays."""
    change = partial(keeping.change_role, *_who(request, actor, branch), person, asked.role, asked.everywhere)
    await _changed(request, change)
    return as_json({"person": person, "gone": False})


@router.post("/branches/{branch}/people/{person}/skills", response_model=PersonDone)
async def skills(
    branch: Branch,
    person: PersonId,
    asked: SetSkills,
    request: Request,
    actor: Actor = Depends(may("manage_people")),
    using: Services = Depends(services),
) -> Response:
    """Which services they may serve here: it counts from the next counter that they open."""
    known = (await using.hub.place(branch)).hall.branch.services
    for service in asked.services or ():
        if service not in known:
            raise Refusal("service_not_found", service=service)
    change = partial(keeping.change_skills, *_who(request, actor, branch), person, asked.services)
    await _changed(request, change)
    return as_json({"person": person, "gone": False})


@router.post("/branches/{branch}/people/{person}/badge", response_model=PersonDone)
async def badge(
    branch: Branch,
    person: PersonId,
    asked: SetBadge,
    request: Request,
    actor: Actor = Depends(may("manage_people")),
) -> Response:
    """The badge and the PIN by which they take a console over from a colleague, in place of those they had."""
    writing, asking = _who(request, actor, branch)

    def look() -> None:
        with keeping.changing(writing) as connection:
            keeping.check_holder(connection, asking, person, themselves=True)

    await _changed(request, look)
    try:
        await give_badge(writing, person, asked.badge, asked.pin, _now(), asking.who)
    except LookupError as gone:
        raise Problem(404, "person_not_found") from gone
    return as_json({"person": person, "gone": False})


@router.post("/branches/{branch}/people/{person}/sign-out", response_model=SignedOutAnswer)
async def sign_out_everywhere(
    branch: Branch,
    person: PersonId,
    request: Request,
    asked: Nothing | None = None,
    actor: Actor = Depends(may("manage_people")),
) -> Response:
    """Ends all their sessions, wherever they are signed in."""
    ended = await _changed(request, partial(keeping.sign_out, *_who(request, actor, branch), person, _now()))
    return as_json({"person": person, "sessions": ended})


@router.post("/branches/{branch}/people/{person}/remove", response_model=PersonDone)
async def remove(
    branch: Branch,
    person: PersonId,
    request: Request,
    asked: Nothing | None = None,
    actor: Actor = Depends(may("manage_people")),
) -> Response:
    """They have no part in this branch any more; who has none in another is gone, and signed out everywhere."""
    gone = await _changed(request, partial(keeping.remove, *_who(request, actor, branch), person, _now()))
    return as_json({"person": person, "gone": gone})


async def _changed(request: Request, change: Callable[[], Done]) -> Done:
    """Every server knows it before somebody could make use of what was."""
    try:
        done = await asyncio.to_thread(change)
    except Refusal as refusal:
        raise Problem(STATUS.get(refusal.code, 409), refusal.code, refusal.params) from refusal
    except LoginTaken as error:
        raise Problem(409, "login_taken", {"login": str(error)}) from error
    request.app.state.access_changed()
    return done


def _who(request: Request, actor: Actor, branch: str) -> tuple[Database, Asking]:
    return writing_of(request), Asking(who_of(actor), branch)


def _link(request: Request, person: str, secret: str) -> dict[str, Any]:
    return {"person": person, "link": f"{front_of(request)}/sign-in#{secret}", "ends_at": _now() + LINK_FOR}


def _now() -> datetime:
    """Of the wall, also where the hall's own day is simulated."""
    return datetime.now(UTC)
