"""What the console's pages are made of: locked without hosts, allowed, listed, looked up where one can."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply import npm
from tests.supply.audit import NotChecked
from tests.supply.locks import LockError

DIGEST = "sha512-" + base64.b64encode(b"x" * 64).decode()


def lock(**packages: dict[str, Any]) -> str:
    """A lock of packages, each with what is said of it."""
    plain = {"version": "1.0.0", "license": "MIT", "integrity": DIGEST}
    return json.dumps({"packages": {"": {}} | {at: plain | said for at, said in packages.items()}})


def test_the_lock_names_no_host_and_its_licences_are_allowed() -> None:
    text = (npm.FOLDER / "package-lock.json").read_text(encoding="utf-8")
    found = npm.locked()
    assert "resolved" not in text
    assert npm.faults(found) == []
    assert {"react", "maplibre-gl"} <= {package.name for package in found if package.run_time}
    named = json.loads((npm.FOLDER / "package.json").read_text(encoding="utf-8"))
    loose = [
        v for key in ("dependencies", "devDependencies") for v in named[key].values() if not v[0].isdigit()
    ]
    assert loose == [], "every version is exact"


def test_the_lock_installs_on_every_machine() -> None:
    """`npm ci` refuses a lock that knows only the machine's own parts of what has one for each."""
    found = json.loads((npm.FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {name for said in found.values() for name in said.get("optionalDependencies", {})}
    known = {at.rpartition("node_modules/")[2] for at in found}
    assert wanted <= known


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"resolved": "https://a.example/x.tgz"}, "names where it comes from"),
        ({"integrity": "sha1-AAAA"}, "has no sha512"),
        ({"integrity": ""}, "has no sha512"),
    ],
)
def test_what_is_not_locked_is_told(said: dict[str, Any], why: str) -> None:
    with pytest.raises(LockError, match=why):
        npm.locked(lock(**{"node_modules/x": said}))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"license": "AGPL-3.0-only"}, "AGPL-3.0-only is not allowed"),
        ({"license": "SEE LICENSE IN X"}, "no SPDX expression"),
        ({"license": None}, "is not known"),
        ({"license": None, "dev": True}, "is not known"),
        ({"license": "MIT OR GPL-3.0-only"}, None),
        ({"license": "CC-BY-4.0", "dev": True}, None),
    ],
)
def test_licences_of_what_pages_load(said: dict[str, Any], why: str | None) -> None:
    wrong = npm.faults(npm.locked(lock(**{"node_modules/x": said})))
    assert (why is None and wrong == []) or (why is not None and why in wrong[0])


def test_the_bill_is_valid_and_says_what_needs_what() -> None:
    bill = npm.bill(npm.locked())
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    (dom,) = (ref for ref in needs if ref.startswith("react-dom@"))
    assert [ref.partition("@")[0] for ref in needs[dom]] == ["scheduler"]
    assert not any(each["name"] in ("vite", "axe-core") for each in bill["components"])


def test_the_nearest_of_two_versions_is_the_one_that_is_meant() -> None:
    tree = {
        "node_modules/a": {"dependencies": {"b": "*"}},
        "node_modules/a/node_modules/b": {"version": "2.0.0"},
        "node_modules/b": {},
        "node_modules/c": {"dependencies": {"b": "*"}},
    }
    needs = {each["ref"]: each["dependsOn"] for each in npm.bill(npm.locked(lock(**tree)))["dependencies"]}
    assert (needs["a@1.0.0"], needs["c@1.0.0"]) == (["b@2.0.0"], ["b@1.0.0"])


def test_findings_are_told_and_no_data_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "npm"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    known = {"auditReportVersion": 2, "vulnerabilities": {"x": {"range": "<2", "severity": "high"}}}
    for answer, told in ((known, ["x <2: high"]), ({"error": {}}, None)):
        program.write_text(f"#!/bin/sh\ncat <<'E'\n{json.dumps(answer)}\nE\n")
        program.chmod(0o755)
        if told is None:
            with pytest.raises(NotChecked, match="gives no advisories"):
                npm.audit()
        else:
            assert [str(finding) for finding in npm.audit()[0]] == told
