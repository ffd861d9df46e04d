"""The alerts come where they must, and only there; each says what to do first."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.debian import program
from tests.running import ROOT

READ = YAML(typ="safe")
FOLDER = ROOT / "deploy" / "prometheus"
RULES = [rule for group in READ.load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def promtool() -> Path:
    found = program("promtool", "prometheus")
    if found is None:
        pytest.skip("no promtool here, and none could be fetched: apt-get install prometheus")
    return found


def told(promtool: Path, *arguments: str, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    return subprocess.run([promtool, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_every_alert_comes_when_it_must_and_not_before(promtool: Path) -> None:
    ran = told(promtool, "test", "rules", "alerts_test.yml")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_alert_is_tried() -> None:
    tried = (FOLDER / "alerts_test.yml").read_text()
    assert [rule["alert"] for rule in RULES if rule["alert"] not in tried] == []


def test_an_alert_that_never_comes_would_be_noticed(promtool: Path, tmp_path: Path) -> None:
    rules = READ.load((FOLDER / "alerts.yml").read_text())
    for group in rules["groups"]:
        group["rules"] = [rule | {"expr": "vector(0) > 1"} for rule in group["rules"]]
    READ.dump(rules, tmp_path / "alerts.yml")
    (tmp_path / "alerts_test.yml").write_text((FOLDER / "alerts_test.yml").read_text())
    ran = told(promtool, "test", "rules", "alerts_test.yml", folder=tmp_path)
    assert ran.returncode != 0
    assert [rule["alert"] for rule in RULES if rule["alert"] not in ran.stdout + ran.stderr] == []


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_says_whom_it_wakes_and_what_to_do_first(rule: Any) -> None:
    assert rule["labels"]["severity"] in {"page", "notice"}
    assert rule["annotations"].keys() == {"summary", "runbook"}
    assert len(rule["annotations"]["runbook"]) > 60


def test_prometheus_itself_takes_its_settings(promtool: Path, tmp_path: Path) -> None:
    """But for the token, which no repository has."""
    token = tmp_path / "token"
    token.write_text("secret")
    settings = (FOLDER / "prometheus.yml").read_text().replace("/run/secrets/metrics_token", str(token))
    (tmp_path / "prometheus.yml").write_text(settings)
    (tmp_path / "alerts.yml").write_text((FOLDER / "alerts.yml").read_text())
    ran = told(promtool, "check", "config", "prometheus.yml", folder=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
