"""`python -m server staff`: adds people, gives them roles, makes their links anew, and lets them go."""

import argparse
import sys
from datetime import UTC, datetime

from server.audit.console import at_console
from server.domain.roles import ROLES
from server.people.links import link
from server.settings import Settings
from server.storage.branches import has_branch
from server.storage.database import Database, open_database
from server.storage.sessions import end_sessions
from server.storage.staff import (
    EVERY_BRANCH,
    LINK_FOR,
    LoginTaken,
    Person,
    add_person,
    give_roles,
    invite,
    people,
    person_by,
    remove_person,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="what", dest="what", required=True, metavar="WHAT")
    add = commands.add_parser("add", help="a new person; prints the link by which they choose a password")
    add.add_argument("login", help="what they type to sign in, as li.wei")
    add.add_argument("--name", required=True, help="what people call them: 'Li Wei'")
    _add_role(add, required=True)
    _add_role(commands.add_parser("role", help="gives a person this role in place of what they had"), login=True)
    for what, text in (("link", "a new link, where the last one was used or forgotten"), ("remove", "lets them go")):
        commands.add_parser(what, help=text).add_argument("login")
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
        give_roles(engine, person.id, {asked.branch: asked.role}, at_console())
        print(f"{person.name}: {asked.role} in {_where(asked.branch)}.")
    elif asked.what == "link":
        _show_link(settings, engine, person.id, now)
    else:
        remove_person(engine, person.id, now, at_console())
        end_sessions(engine, now, staff_id=person.id, who=at_console())
        print(f"{person.name} can sign in no more, and is signed out everywhere.")


def _show_link(settings: Settings, engine: Database, staff_id: str, now: datetime) -> None:
    print(link(settings, invite(engine, staff_id, now, at_console())))
    print(f"It works once, within {LINK_FOR.total_seconds() / 3600:.0f} hours. Give it to nobody else.")


def _list(engine: Database) -> None:
    with engine.connect() as connection:
        found = people(connection)
    for person in found:
        print(
            f"{person.login:24} {person.name:24} {_roles(person)}{'' if person.password else '  (no password yet)'}"
        )
    if not found:
        print("Nobody yet: `python -m server staff add LOGIN --name NAME --role operator`.")


def _roles(person: Person) -> str:
    return ", ".join(f"{role} in {_where(branch)}" for branch, role in sorted(person.roles.items()))


def _where(branch: str) -> str:
    return "every branch" if branch == EVERY_BRANCH else branch
