"""What is shipped to run nodes and the centre with holds to its schemas, and says what the programs know."""

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from broker.settings import loads
from central.cli import _parser
from central.settings import CentralSettings
from edge.alive.pulse import ALLOWED
from edge.cli import _parser as _edge_parser

DEPLOY = Path(__file__).resolve().parents[2] / "configs" / "deploy"
KUBERNETES = ("1.32", kubernetes_validate.latest_version())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def manifests() -> list[dict[str, Any]]:
    found = []
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        if path.name != "kustomization.yaml":
            found += list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    return found


def pods() -> list[dict[str, Any]]:
    return [each["spec"]["template"]["spec"] for each in manifests() if each["kind"] in ("Deployment", "Job")]


def compose_faults(said: dict[str, Any]) -> list[str]:
    schema = json.loads(
        files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text("utf-8")
    )
    return [error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(said)]


def test_the_compose_file_holds_to_the_specification() -> None:
    assert compose_faults(COMPOSE) == []
    services = COMPOSE["services"] | {"api": COMPOSE["services"]["api"] | {"scael": 2}}
    assert compose_faults(COMPOSE | {"services": services}), "the schema refuses what it does not know"


@pytest.mark.parametrize("version", KUBERNETES)
def test_the_manifests_hold_to_kubernetes(version: str) -> None:
    for each in manifests():
        kubernetes_validate.validate(each, version, strict=True)
    spoilt = manifests()[0] | {"spec": {"replicsa": 1}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoilt, version, strict=True)


def test_every_manifest_is_applied() -> None:
    named = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))
    there = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    assert set(named["resources"]) == there
    kinds = [each["kind"] for each in manifests()]
    assert {"Deployment", "Service", "ConfigMap", "PodDisruptionBudget", "Job"} <= set(kinds)


def test_nothing_runs_as_root_or_writes_where_it_should_not() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert {"requests", "limits"} <= container["resources"].keys()
    for name in ("centre", "migrate", "ingest", "api"):
        service = COMPOSE["services"][name]
        assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"])
    node = COMPOSE["services"]["edge-01"]
    assert (node["read_only"], node["user"], node["cap_drop"]) == (True, "10002:10002", ["ALL"])
    for name, user in (("central/Dockerfile", "10001"), ("Dockerfile.edge", "10002")):
        assert f"USER {user}" in (DEPLOY.parents[1] / name).read_text(encoding="utf-8")


def test_a_node_keeps_its_state_and_its_identity_and_writes_nothing_else() -> None:
    node = COMPOSE["services"]["edge-01"]
    inside = {volume.split(":")[1]: volume.split(":")[2:] for volume in node["volumes"]}
    assert inside == {"/etc/gewu": ["ro"], "/etc/gewu/identity": [], "/var/lib/gewu": []}
    assert "edge-01-data" in COMPOSE["volumes"]
    made = (DEPLOY.parents[1] / "Dockerfile.edge").read_text(encoding="utf-8")
    assert 'CMD ["run", "/etc/gewu/edge.yaml", "--log", "json"]' in made
    assert _edge_parser().parse_args(["run", "/etc/gewu/edge.yaml", "--log", "json"]).log == "json"


UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def unit(path: Path) -> dict[str, list[str]]:
    """Every setting of a unit with its values."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def test_units_run_what_there_is() -> None:
    assert [path.stem for path in UNITS] == ["gewu-central", "gewu-edge", "gewu-guard"]
    words = {path.stem: unit(path)["ExecStart"][0].split() for path in UNITS}
    assert _edge_parser().parse_args(words["gewu-edge"][1:]).config == Path("/etc/gewu/edge.yaml")
    _parser(words["gewu-central"][1:2]).parse_args(words["gewu-central"][1:])
    asked = [Path(each[0]).name for each in words.values()]
    assert asked == ["gewu-central", "gewu-edge", "gewu-broker"]
    assert (DEPLOY.parents[1] / "broker" / "commands" / f"{words['gewu-guard'][1]}.py").exists()


def test_systemd_waits_longer_than_the_node_allows_itself() -> None:
    said = unit(DEPLOY / "systemd" / "gewu-edge.service")
    assert said["Type"] == ["notify"]
    assert float(said["TimeoutStartSec"][0]) > ALLOWED["starting"]
    assert float(said["WatchdogSec"][0]) / 2 >= ALLOWED["looking"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_are_kept_in(path: Path) -> None:
    said = unit(path)
    assert said["ProtectSystem"] == ["strict"]
    assert said["NoNewPrivileges"] == ["yes"]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["User"] != ["root"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_no_fault_in_a_unit(path: Path, tmp_path: Path) -> None:
    """It looks whether the program is there: another takes its place."""
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(encoding="utf-8"), flags=re.M)
    (tmp_path / path.name).write_text(text, encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    said = [line for line in done.stderr.splitlines() if path.name in line]
    assert (done.returncode, said) == (0, [])
    (tmp_path / path.name).write_text(
        text.replace("[Service]", "[Service]\nWatchdogSecs=3"), encoding="utf-8"
    )
    spoilt = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert "WatchdogSecs" in spoilt.stderr, "it tells what it does not know"


@pytest.mark.parametrize("name", ["install.md", "deployer.md", "deployer.zh-CN.md"])
def test_what_pages_show_of_units_is_in_the_files(name: str) -> None:
    text = (DEPLOY.parents[1] / "docs" / name).read_text(encoding="utf-8")
    shown = re.findall(r"^```ini\n# configs/deploy/systemd/(\S+)\n(.*?)^```", text, re.M | re.S)
    assert shown
    for file, lines in shown:
        whole = (DEPLOY / "systemd" / file).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines.splitlines() if line and line not in whole] == []


def test_what_watches_asks_what_answers() -> None:
    for each in manifests():
        if each["kind"] == "Deployment":
            (container,) = each["spec"]["template"]["spec"]["containers"]
            assert container["readinessProbe"]["httpGet"]["path"] == "/healthz"
            assert {"livenessProbe", "startupProbe"} <= container.keys()


def test_commands_and_settings_are_those_of_this_version() -> None:
    said = [COMPOSE["services"][name]["command"] for name in ("migrate", "ingest", "api")]
    said += [container["args"] for pod in pods() for container in pod["containers"]]
    assert len(said) == 6
    for words in said:
        _parser(words[:1]).parse_args(words)
    texts = [path.read_text(encoding="utf-8") for path in sorted((DEPLOY / "settings").glob("*.yaml"))]
    texts += [each["data"]["central.yaml"] for each in manifests() if each["kind"] == "ConfigMap"]
    settings = [loads(text, CentralSettings, name="central.yaml") for text in texts]
    assert [each.database.url is None for each in settings] == [False, True, False]
    assert all(each.broker.url.startswith("mqtts://") and each.nodes.enrolled_only for each in settings)
