"""`python -m server staff`: adds people, says what they are and may serve, and takes it all back."""

import argparse
import sys
from datetime import UTC, datetime

from server.audit.console import at_console
from server.domain.roles import ROLES
from server.people.links import link
from server.settings import Settings
from server.storage.branches import has_branch
from server.storage.database import Database, open_database
from server.storage.halls import load_hall
from server.storage.people import is_last
from server.storage.sessions import end_sessions, sessions_of
from server.storage.skills import set_skills, skills_of
from server.storage.staff import (
    EVERY_BRANCH,
    LINK_FOR,
    LoginTaken,
    Person,
    add_person,
    forget_second_factor,
    give_roles,
    invite,
    people,
    person_by,
    remove_person,
)

TO_ONE = {
    "link": "a new link, where the last one was used or forgotten",
    "reset": "takes away their second factor: codes and passkeys",
    "sessions": "where they are signed in",
    "sign-out": "ends all of these",
    "remove": "lets them go",
}


class Refused(ValueError):
    """Why it is not done."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="what", dest="what", required=True, metavar="WHAT")
    add = commands.add_parser("add", help="a new person; prints the link by which they choose a password")
    add.add_argument("login", help="what they type to sign in, as li.wei")
    add.add_argument("--name", required=True, help="what people call them: 'Li Wei'")
    _add_role(add, required=True)
    _add_role(commands.add_parser("role", help="gives a person this role in place of what they had"), login=True)
    for what, text in TO_ONE.items():
        commands.add_parser(what, help=text).add_argument("login")
    skills = commands.add_parser("skills", help="which services they may serve in a branch")
    skills.add_argument("login")
    skills.add_argument("services", nargs="*", help="their ids; none: all there are")
    skills.add_argument("--branch", required=True)
    commands.add_parser("list", help="who may sign in, and as what")


def _add_role(parser: argparse.ArgumentParser, *, login: bool = False, required: bool = True) -> None:
    if login:
        parser.add_argument("login")
    parser.add_argument("--role", required=required, choices=ROLES)
    parser.add_argument("--branch", default=EVERY_BRANCH, help="where; without it in every branch there is")


def run(asked: argparse.Namespace) -> int:
    settings, now = Settings(), datetime.now(UTC)
    engine = open_database(settings.database_url, writing=True)
    try:
        branch = getattr(asked, "branch", EVERY_BRANCH)
        if branch != EVERY_BRANCH and not has_branch(engine, branch):
            print(f"There is no branch '{branch}'.", file=sys.stderr)
            return 1
        if asked.what == "list":
            _list(engine)
        elif asked.what == "add":
            roles = {asked.branch: asked.role}
            _show_link(settings, engine, add_person(engine, asked.login, asked.name, roles, now, at_console()), now)
        else:
            _change(settings, engine, asked, now)
    except Refused as error:
        print(error, file=sys.stderr)
        return 1
    except LoginTaken as error:
        print(f"Somebody has the login '{error}' already.", file=sys.stderr)
        return 1
    except LookupError as error:
        print(f"Nobody has the login {error}.", file=sys.stderr)
        return 1
    finally:
        engine.dispose()
    return 0


def _change(settings: Settings, engine: Database, asked: argparse.Namespace, now: datetime) -> None:
    with engine.connect() as connection:
        person = person_by(connection, login=asked.login)
    if person is None:
        raise LookupError(asked.login)
    if asked.what == "role":
        _change_role(engine, person, asked)
    elif asked.what == "link":
        _show_link(settings, engine, person.id, now)
    elif asked.what == "skills":
        _change_skills(engine, person, asked)
    elif asked.what == "reset":
        with engine.begin() as connection:
            forget_second_factor(connection, person.id, at_console())
        print(f"{person.name} signs in with the password alone.")
    elif asked.what == "sessions":
        _show_sessions(engine, person, now)
    elif asked.what == "sign-out":
        ended = end_sessions(engine, now, staff_id=person.id, who=at_console())
        print(f"{person.name} was signed in at {ended} browsers, and is so no more.")
    else:
        _check_stays(engine, person)
        remove_person(engine, person.id, now, at_console())
        print(f"{person.name} can sign in no more, and is signed out everywhere.")


def _change_role(engine: Database, person: Person, asked: argparse.Namespace) -> None:
    roles = {asked.branch: asked.role}
    if roles != {EVERY_BRANCH: "operator"}:
        _check_stays(engine, person)
    give_roles(engine, person.id, roles, at_console())
    print(f"{person.name}: {asked.role} in {_where(asked.branch)}.")


def _check_stays(engine: Database, person: Person) -> None:
    """Nobody could let anybody in any more, but from here."""
    with engine.connect() as connection:
        if is_last(connection, person):
            raise Refused(f"{person.name} is the last administrator. Add another one first.")


def _change_skills(engine: Database, person: Person, asked: argparse.Namespace) -> None:
    with engine.begin() as connection:
        known = load_hall(connection, asked.branch).branch.services
        for service in asked.services:
            if service not in known:
                raise Refused(f"{asked.branch} has no service '{service}'; it has {', '.join(sorted(known))}.")
        set_skills(connection, person.id, asked.branch, asked.services or None, at_console())
        found = skills_of(connection, person.id, asked.branch)
    print(f"{person.name} may serve {'everything' if found is None else ', '.join(found)} in {asked.branch}.")


def _show_sessions(engine: Database, person: Person, now: datetime) -> None:
    with engine.connect() as connection:
        found = sessions_of(connection, person.id, now)
    for one in found:
        print(f"{one.made_at:%Y-%m-%d %H:%M} UTC  {one.address:24} by {one.how:9} {one.agent[:60]}")
    if not found:
        print(f"{person.name} is signed in nowhere.")


def _show_link(settings: Settings, engine: Database, staff_id: str, now: datetime) -> None:
    print(link(settings, invite(engine, staff_id, now, at_console())))
    print(f"It works once, within {LINK_FOR.total_seconds() / 3600:.0f} hours. Give it to nobody else.")


def _list(engine: Database) -> None:
    with engine.connect() as connection:
        found = people(connection)
    for person in found:
        print(
            f"{person.login:24} {person.name:24} {_roles(person)}{'' if person.password else '  (no password yet)'}"
            f"{'  (codes)' if person.code_secret else ''}"
        )
    if not found:
        print("Nobody yet: `python -m server staff add LOGIN --name NAME --role operator`.")


def _roles(person: Person) -> str:
    return ", ".join(f"{role} in {_where(branch)}" for branch, role in sorted(person.roles.items()))


def _where(branch: str) -> str:
    return "every branch" if branch == EVERY_BRANCH else branch
