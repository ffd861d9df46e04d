"""The first step of deploy/README.md for containers, followed line by line: it makes every secret that is needed."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from server.storage.data_key import data_keys
from tests.deploy.compose import COMPOSE, EXAMPLE, loaded
from tests.running import ROOT

BLOCK = re.compile(r"^## Containers\n.*?^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ON_POSTGRESQL = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")


def followed(folder: Path) -> dict[str, str]:
    """What .env says once the lines have been typed."""
    found = BLOCK.search((ROOT / "deploy" / "README.md").read_text("utf-8"))
    assert found, "README has no first step"
    subprocess.run(["bash", "-euc", found[1]], cwd=folder, check=True, timeout=20)
    lines = (folder / ".env").read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


@needs_openssl
def test_the_first_step_makes_every_secret_once_for_its_owner_alone(tmp_path: Path) -> None:
    for name in (COMPOSE, EXAMPLE):
        shutil.copy(name, tmp_path)
    made = followed(tmp_path)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    for service in ("server-1", "server-2", "migrate"):
        (key,) = data_keys(loaded(made)["services"][service]["environment"]["CALLBOARD_DATA_KEY"], "", ON_POSTGRESQL)
        assert len(key) == 32
    secrets = [made[name] for name in ("POSTGRES_PASSWORD", "GRAFANA_PASSWORD", "METRICS_TOKEN", "DATA_KEY")]
    assert len({*secrets}) == 4
    assert followed(tmp_path) == made, "a second time it changes nothing: another key would open nothing"
