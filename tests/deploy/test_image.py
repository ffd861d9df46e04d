"""The image: what the linter says of its Dockerfile, and whether what it builds runs as it is run in a container."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.deploy.contained import container
from tests.deploy.dockerfile import DOCKERFILE, stages
from tests.deploy.image import Image, is_sent
from tests.running import ROOT

pytestmark = pytest.mark.long

HADOLINT = Path(sys.executable).with_name("hadolint")


def linted(path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(HADOLINT), str(path)], capture_output=True, text=True, check=False)


def test_the_linter_has_nothing_to_say() -> None:
    ran = linted(DOCKERFILE)
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stdout


def test_the_linter_can_say_something(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text(DOCKERFILE.read_text("utf-8").replace("python:3.11-slim-bookworm", "python:latest"))
    assert "DL3007" in linted(bad).stdout


def test_it_is_run_by_nobody_in_particular_and_told_to_stop_by_name() -> None:
    building, final = stages()
    assert building.base == final.base
    assert final.user > 0
    assert final.start == ["python", "-m", "server", "serve"], "without a shell in between, which would keep SIGTERM"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("requirements.lock", True),
        ("server/app.py", True),
        ("server/screens/vendor/uPlot.css", False),
        ("server/screens/node_modules/acorn/package.json", False),
        ("server/web/__pycache__", False),
        ("deploy/build_hook.py", True),
        ("deploy/.env", False),
        (".git/config", False),
        ("var/callboard.sqlite3", False),
    ],
)
def test_the_builder_is_sent_what_the_image_is_made_of(path: str, sent: bool) -> None:
    assert is_sent(path) is sent


def test_it_serves_on_a_read_only_root_and_stops_when_told(image: Image, tmp_path: Path) -> None:
    image.state()
    with container(image, tmp_path / "said", {}) as server:
        assert not server.healthy(), "healthy before it serves"
        server.until_healthy()
        assert httpx.get(f"{server.url}/display", trust_env=False).status_code == 401
        for path in ("/screens/vendor/uPlot.esm.js", "/screens/teller/teller.js", "/display/page/main.js"):
            assert httpx.get(f"{server.url}{path}", trust_env=False).status_code == 200, path
        assert server.stop() == -signal.SIGTERM, "it did not end in good order"
        assert not server.healthy()
    assert (image.root / "var" / "lib" / "callboard" / "callboard.sqlite3").exists()
    said = (tmp_path / "said").read_text()
    assert "Traceback" not in said, said


def test_nothing_but_the_state_can_be_written(image: Image, tmp_path: Path) -> None:
    image.state()
    tried = (
        "for place in / /opt/callboard /etc /var /tmp /var/lib/callboard; do touch $place/x 2>&1 || true; done; id -u"
    )
    said = tmp_path / "said"
    assert image.run(["sh", "-c", tried], {}, said).wait() == 0
    *refused, who = said.read_text().splitlines()
    assert [line.rpartition(": ")[2] for line in refused] == ["Read-only file system"] * 4
    assert int(who) == image.stage.user


def test_the_image_says_which_version_it_is() -> None:
    version = next(line for line in (ROOT / "pyproject.toml").read_text().splitlines() if line.startswith("version"))
    number = version.partition(" = ")[2]
    assert f"org.opencontainers.image.version={number}" in stages()[1].said("LABEL")[0]
