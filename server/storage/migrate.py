"""Brings a database to the schema that this version expects."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

LOCK = 0x63616C6C  # any number that is nobody else's


def migrate(engine: Engine, revision: str = "head") -> None:
    """Up to `revision`; nothing to do where it is there already."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # servers that start at once go one after the other
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
