"""What an operator may set, by environment variables that begin with CALLBOARD_."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CALLBOARD_")

    database_url: str = "sqlite:///var/callboard.sqlite3"
    bus_url: str = ""  # redis://...; empty: one process
    host: str = "127.0.0.1"
    port: int = 8000
    queue_limit: int = 2000  # commands that may wait to be written
    clock_control: bool = False  # lets an operator's token set the server's clock: simulated days only
    log_level: str = "warning"
