"""The servers that the other tests stand on are real, and each test has an empty database of its own."""

from collections.abc import Callable

import pytest
import redis
import sqlalchemy


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database(database_url: str, turn: int) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        assert sqlalchemy.inspect(connection).get_table_names() == [], f"turn {turn} is not the first"
        connection.execute(sqlalchemy.text("CREATE TABLE ticket (id INTEGER)"))
    engine.dispose()


def test_one_test_can_have_several_databases(new_postgres_database: Callable[[], str]) -> None:
    assert new_postgres_database() != new_postgres_database()


async def test_valkey_carries_a_message(valkey_url: str) -> None:
    async with redis.asyncio.from_url(valkey_url) as client, client.pubsub() as listener:
        await listener.subscribe("test_servers")
        assert (await listener.get_message(timeout=5))["type"] == "subscribe"
        await client.publish("test_servers", "news")
        message = await listener.get_message(ignore_subscribe_messages=True, timeout=5)
        assert message["data"] == b"news"
