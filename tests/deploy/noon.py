"""What ships has the clock of the day: a hall that is tried out must be open at whatever hour that is."""

from datetime import UTC, datetime

import psycopg


def make_it_noon(database: str) -> None:
    """Puts its branches where it is noon just now, before a server has read them."""
    zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # the signs of these names are the other way round
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "UPDATE branches SET settings = jsonb_set(settings::jsonb, '{time_zone}', to_jsonb(%s::text))::json",
            (zone,),
        )
