"""Somebody signs out while they are removed: both wait for one lock and neither for the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from server.domain.trail import SERVER, Who
from server.storage.database import open_database
from server.storage.people import Asking, remove
from server.storage.sessions import end_sessions, open_session, sessions_of
from tests.running import install
from tests.web.person import someone

ROUNDS = 12  # without the order of locks every second one fails


def test_a_removal_and_a_sign_out_at_the_same_time_both_come_to_an_end(postgres_url: str) -> None:
    install(postgres_url)
    engine, now = open_database(postgres_url, writing=True), datetime.now(UTC)
    asking = Asking(Who("operator", someone(engine, "chief", everywhere="operator"), "Chief"), "main")
    people = [someone(engine, f"leaves.{at}", main="teller") for at in range(ROUNDS)]
    with ThreadPoolExecutor(2) as two:
        for person in people:
            for _ in range(3):
                open_session(engine, person, "", "", now)
            leaving = two.submit(end_sessions, engine, now, staff_id=person, who=SERVER)
            removing = two.submit(remove, engine, asking, person, now)
            leaving.result(10)
            assert removing.result(10)
    with engine.connect() as connection:
        assert [sessions_of(connection, person, now) for person in people] == [[]] * ROUNDS
    engine.dispose()
