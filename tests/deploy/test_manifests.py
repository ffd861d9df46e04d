"""The manifests for Kubernetes: of the right shape, and true to the image and to each other."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from server.settings import Settings
from tests.deploy.dockerfile import stages
from tests.running import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
Json = dict[str, Any]


def kustomization() -> Json:
    return dict(YAML(typ="safe").load((FOLDER / "kustomization.yaml").read_text("utf-8")))


def resources() -> list[Path]:
    return [FOLDER / name for name in kustomization()["resources"]]


def documents() -> list[Json]:
    return [doc for path in resources() for doc in YAML(typ="safe").load_all(path.read_text("utf-8"))]


def of_kind(kind: str) -> list[Json]:
    return [doc for doc in documents() if doc["kind"] == kind]


def validated(*paths: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name("kubernetes-validate")), "--strict", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_manifest_is_what_kubernetes_expects() -> None:
    ran = validated(*resources())
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_what_kubernetes_does_not_expect_is_found(tmp_path: Path) -> None:
    bad = tmp_path / "server.yaml"
    bad.write_text((FOLDER / "server.yaml").read_text("utf-8").replace("readinessProbe", "readynessProbe"))
    ran = validated(bad)
    assert ran.returncode != 0
    assert "readynessProbe" in ran.stdout + ran.stderr


def test_every_manifest_is_applied() -> None:
    there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization()["resources"]) == there


def test_kustomize_puts_them_together(tmp_path: Path) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not on this machine")
    shutil.copytree(FOLDER, tmp_path / "kubernetes")
    shutil.copy(FOLDER / "secret.example.env", tmp_path / "kubernetes" / "secret.env")
    built = tmp_path / "built.yaml"
    ran = subprocess.run([kubectl, "kustomize", str(tmp_path / "kubernetes")], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    built.write_bytes(ran.stdout)
    assert validated(built).returncode == 0
    kinds = {doc["kind"] for doc in YAML(typ="safe").load_all(built.read_text("utf-8"))}
    assert kinds == {doc["kind"] for doc in documents()} | {"Secret"}


def pods() -> list[Json]:
    return [doc["spec"]["template"]["spec"] for doc in of_kind("Deployment") + of_kind("Job")]


def test_every_pod_is_as_restricted_as_its_namespace_demands() -> None:
    assert len(pods()) == 2
    for pod in pods():
        assert pod["securityContext"]["runAsUser"] == stages()[1].user
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]


def test_an_upgrade_takes_no_server_away_before_another_serves() -> None:
    (deployment,) = of_kind("Deployment")
    assert deployment["spec"]["replicas"] >= 2
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    pod = deployment["spec"]["template"]["spec"]
    (server,) = pod["containers"]
    waits_s = int(server["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] >= waits_s + 10, "who drains is killed"
    assert server["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert server["livenessProbe"]["httpGet"]["path"] == "/healthz", "a database that is away would restart all"
    assert server["ports"][0]["containerPort"] == int(stages()[1].environment["CALLBOARD_PORT"])


def test_every_setting_is_one_that_the_server_knows() -> None:
    given = set(of_kind("ConfigMap")[0]["data"])
    for path in (FOLDER / "secret.example.env", ROOT / "deploy" / "systemd" / "callboard.env"):
        lines = [line.removeprefix("#") for line in path.read_text("utf-8").splitlines()]
        given |= {line.partition("=")[0] for line in lines if line.startswith("CALLBOARD_")}
    known = {f"CALLBOARD_{name.upper()}" for name in Settings.model_fields}
    assert given - known == {"FORWARDED_ALLOW_IPS"}


def test_sockets_stay_open_and_commands_are_tried_again() -> None:
    (ingress,) = of_kind("Ingress")
    notes = {name.partition("/")[2]: value for name, value in ingress["metadata"]["annotations"].items()}
    assert int(notes["proxy-read-timeout"]) >= 3600
    assert "non_idempotent" in notes["proxy-next-upstream"].split()
