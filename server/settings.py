"""What an operator may set, by environment variables that begin with CALLBOARD_, or files of such names."""

import os

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)


class Settings(BaseSettings):
    """CALLBOARD_SECRETS names a folder of files: `callboard_database_url` there is as good as the variable, and no
    list of processes shows it. The variable wins where both are given."""

    model_config = SettingsConfigDict(env_prefix="CALLBOARD_")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = os.environ.get("CALLBOARD_SECRETS") or None
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)

    database_url: str = "sqlite:///var/callboard.sqlite3"
    bus_url: str = ""  # redis://...; empty: one process
    host: str = "127.0.0.1"
    port: int = 8000
    site: str = ""  # https://... as browsers know it, where a proxy stands in front: for the links that are printed
    queue_limit: int = 2000  # commands of one branch that may wait to be written
    keep_days: int = Field(60, ge=2)  # of log; what is older is put away in one piece a day, and stays readable
    max_sockets: int = 20_000  # that one process keeps open; who comes after is told to come back later
    token_rate: float = Field(200, ge=0)  # requests a second of one token, after ten seconds' worth at once; 0: any
    address_rate: float = Field(200, ge=0)  # ... without a token, of one address, after fifty seconds' worth; 0: any
    guess_rate: float = Field(
        2, ge=0
    )  # wrong tokens or passwords a second of one address, after twenty seconds' worth; 0: any
    hosts: str = ""  # the names it answers to, with spaces between them; empty: any
    drain_s: float = 0.0  # how long a stopping server goes on answering, for a proxy to notice that it is not ready
    clock_control: bool = False  # lets an operator's token set the server's clock: simulated days only
    data_key: str = ""  # seals what is personal and what is secret: 32 bytes as base64; several, the newest first
    data_key_file: str = ""  # ... or the file that holds them; default: one beside a SQLite database
    oidc_issuer: str = ""  # the bank's own sign-in (OpenID Connect), as it calls itself: https://...; empty: none
    oidc_client: str = "callboard"  # who this server is there
    oidc_secret: str = ""  # what it is known by; empty, and no file: a public client, by PKCE alone
    oidc_secret_file: str = ""  # ... or the file that holds it
    oidc_name: str = "OpenID"  # what people call it, for the button: "Bank account"
    media: str = "var/media"  # a folder for each branch, named by its id: what its displays show between calls
    voice_folder: str = "var/voice"  # where spoken clips are kept once they are made
    voice_mb: int = Field(200, ge=10)  # of them; those not heard for longest go first
    voice_packs: str = ""  # folders of recordings, with `:` between them; what they lack is synthesised
    voice_piper: str = ""  # zh=/voices/zh.onnx en=...: voices of Piper, if that extra is installed
    voice_espeak: str = "zh=cmn yue=yue en=en"  # who speaks what is not recorded; empty: nobody
    push_key: str = (
        ""  # a private key for web push, or the file that holds it; empty: phones are told on the page only
    )
    push_contact: str = "mailto:callboard@localhost"  # whom a push service may write to
    # Those that messages may go to, by https unless said otherwise; `*` is one name.
    push_services: str = "fcm.googleapis.com updates.push.services.mozilla.com *.push.apple.com *.notify.windows.com"
    log_level: str = "warning"
    log_format: str = "human"  # or json: one object a line, for machines
    metrics_token: str = ""  # who has it may read /metrics; empty: there is no such door
    traces: str = ""  # the address of an OpenTelemetry collector, over http or https; empty: no traces

    @field_validator("oidc_issuer")
    @classmethod
    def _secure(cls, issuer: str) -> str:
        """Who listens on the line to it could be anybody here."""
        if issuer and not issuer.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
            raise ValueError("an issuer is reached by https")
        return issuer

    @property
    def front(self) -> str:
        """The address under which links are given out: the first of `site`, or this server's own."""
        return self.site.split(",")[0].strip().rstrip("/") or f"http://{self.host}:{self.port}"
