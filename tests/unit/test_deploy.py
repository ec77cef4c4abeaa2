"""What is shipped to run the centre with holds to its schemas, and says what the programs know."""

import json
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
    assert "USER 10001" in (DEPLOY.parents[1] / "Dockerfile.central").read_text(encoding="utf-8")


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
