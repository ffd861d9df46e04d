"""`python -m server staff`: what the pages do, for who has the server's own console, and for the first day."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.people import command
from server.storage.database import open_database
from server.storage.sessions import open_session
from server.storage.staff import person_by
from server.storage.tables import audit, staff_skills
from tests.running import install

Say = Callable[[str], int]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    url = f"sqlite:///{tmp_path / 'callboard.db'}"
    install(url)
    monkeypatch.setenv("CALLBOARD_DATABASE_URL", url)
    return open_database(url, writing=True)


@pytest.fixture
def say(engine: Engine) -> Say:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return lambda line: command.run(parser.parse_args(line.split()))


def test_somebody_is_added_changed_listed_and_removed(
    say: Say, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say("add Li.Wei --name Li --role teller --branch main") == 0
    assert "/sign-in#" in capsys.readouterr().out
    assert say("role li.wei --role supervisor --branch main") == 0
    assert say("list") == 0
    assert "supervisor in main" in capsys.readouterr().out
    assert say("remove li.wei") == 0
    with engine.connect() as connection:
        assert person_by(connection, login="li.wei") is None


def test_the_last_administrator_stays(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    for line in ("remove admin", "role admin --role manager", "role admin --role operator --branch main"):
        assert say(line) == 1
        assert "last administrator" in capsys.readouterr().err
    assert say("add second --name Second --role operator") == 0
    assert say("remove admin") == 0


def test_skills_are_those_of_the_branch(say: Say, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    say("add li.wei --name Li --role teller --branch main")
    assert say("skills li.wei deposit card --branch main") == 0
    assert "card, deposit in main" in capsys.readouterr().out
    assert say("skills li.wei flying --branch main") == 1
    assert "no service 'flying'" in capsys.readouterr().err
    assert say("skills li.wei --branch main") == 0
    assert say("skills li.wei deposit --branch nowhere") == 1
    with engine.connect() as connection:
        assert connection.execute(select(staff_skills)).all() == []


def test_sessions_are_shown_and_ended(say: Say, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    say("add li.wei --name Li --role teller --branch main")
    with engine.connect() as connection:
        person = person_by(connection, login="li.wei")
    assert person is not None
    open_session(engine, person.id, "192.0.2.7", "Firefox", datetime.now(UTC), "passkey")
    capsys.readouterr()
    say("sessions li.wei")
    shown = capsys.readouterr().out
    assert "192.0.2.7" in shown
    assert "by passkey" in shown
    say("sign-out li.wei")
    capsys.readouterr()
    say("sessions li.wei")
    assert "nowhere" in capsys.readouterr().out


def test_a_second_factor_is_reset_and_the_trail_says_so(say: Say, engine: Engine) -> None:
    from server.domain.trail import SERVER
    from server.storage.codes import put_code

    say("add li.wei --name Li --role teller --branch main")
    with engine.connect() as connection:
        person = person_by(connection, login="li.wei")
    assert person is not None
    assert put_code(engine, person.id, "sealed", 1, ["mark"], SERVER)
    assert say("reset li.wei") == 0
    with engine.connect() as connection:
        found = person_by(connection, login="li.wei")
        told = connection.execute(select(audit.c.what).where(audit.c.subject == f"staff:{person.id}")).scalars().all()
    assert found is not None
    assert found.code_secret is None
    assert told[-2:] == ["person.code_added", "person.code_removed"]


def test_who_is_not_there_is_said(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    for what in command.TO_ONE:
        assert say(f"{what} nobody") == 1
        assert "Nobody has the login nobody" in capsys.readouterr().err
