"""Brings a database to the schema that this version expects."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def migrate(engine: Engine, revision: str = "head") -> None:
    """Up to `revision`; nothing to do where it is there already."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
