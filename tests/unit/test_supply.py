"""What Gewu is made of: pinned, hashed, allowed, listed, and looked up where there is data."""

import json
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from models.catalog import shipped
from tests.supply import audit, bom, licences
from tests.supply.__main__ import main
from tests.supply.advisories import Dump
from tests.supply.locks import FOLDER, NAMES, Locked, LockError, locked, read

HASH = "--hash=sha256:" + "a" * 64
ADVISORY = {
    "id": "OSV-2026-1",
    "schema_version": "1.6.0",
    "published": "2026-01-01T00:00:00Z",
    "summary": "it can be had",
    "affected": [
        {
            "package": {"name": "gone", "ecosystem": "PyPI"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "1.0"}, {"fixed": "1.5"}, {"introduced": "2.0"}],
                }
            ],
            "versions": ["0.9rc1"],
        }
    ],
}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("OSV-2026-1.json", json.dumps(ADVISORY))
    return path


@pytest.mark.parametrize("name", NAMES)
def test_every_lock_pins_each_package_with_hashes(name: str) -> None:
    found = locked(name)
    assert len(found) > 20
    assert len({package.name for package in found}) == len(found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("gone>=1.0 \\\n    " + HASH, "line 1: 'gone>=1.0"),
        ("gone==1.0\n", "without a sha256: gone"),
        ("gone==1.0 \\\n    --hash=md5:00\n", "line 2"),
        ("gone @ https://a.example/gone.whl\n", "line 1"),
        ("--index-url https://a.example\n", "line 1"),
        ("-e .\n", "line 1"),
    ],
)
def test_what_is_not_pinned_with_hashes_is_told(text: str, why: str) -> None:
    with pytest.raises(LockError) as error:
        read(text)
    assert why in str(error.value)


def test_run_time_licences_are_known_and_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences"]) == 0, capsys.readouterr().err
    everything = {package.name for name in licences.RUN_TIME for package in locked(name)}
    assert licences.EXCEPTIONS.keys() <= everything, "an exception for what is not there"
    assert not {"ultralytics", "torch"} & everything


@pytest.mark.parametrize(
    ("expression", "good"),
    [
        ("MIT", True),
        ("MIT OR AGPL-3.0-only", True),
        ("MIT AND GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("LGPL-3.0-only", False),
        ("(GPL-2.0-only OR BSD-3-Clause) AND 0BSD", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
    ],
)
def test_alternatives_need_one_licence_and_parts_all(expression: str, good: bool) -> None:
    assert licences.allowed(expression) is good


def test_a_licence_nobody_knows_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        licences.fault(Locked("not-installed-at-all", "1", ()))
        == "not-installed-at-all: its licence is not known"
    )
    monkeypatch.setattr(licences, "spdx", lambda _name: "Proprietary")
    assert "is no SPDX expression" in str(licences.fault(Locked("x", "1", ())))
    monkeypatch.setattr(licences, "spdx", lambda _name: "AGPL-3.0-or-later")
    assert "AGPL-3.0-or-later is not allowed at run time" in str(licences.fault(Locked("x", "1", ())))
    monkeypatch.setattr(licences, "bundled", lambda _name: {"libx264": "GPL-2.0-or-later"})
    assert licences.bundled_faults(Locked("x", "1", ())) == ["x: its wheel holds libx264 (GPL-2.0-or-later)"]
    assert licences.bundled_faults(Locked("av", "1", ())) == []


def test_the_bill_is_valid_whole_and_the_same_twice(tmp_path: Path) -> None:
    (path,) = bom.write(tmp_path / "one", ("edge",))
    (again,) = bom.write(tmp_path / "two", ("edge",))
    text = path.read_text()
    assert text == again.read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    libraries = {c["name"]: c for c in bill["components"] if c["type"] == "library"}
    assert libraries.keys() == {package.name for package in locked("edge")}
    for package in locked("edge"):
        component = libraries[package.name]
        assert component["licenses"][0]["expression"]
        hashes = {h["content"] for r in component["externalReferences"] for h in r.get("hashes", [])}
        assert hashes == set(package.sha256)
    models = {c["name"] for c in bill["components"] if c["type"] == "machine-learning-model"}
    assert models == set(shipped().models)
    assert str(FOLDER.parents[1]) not in text, "no machine's path"


@pytest.mark.parametrize(
    ("version", "concerned"),
    [
        ("0.9", False),
        ("0.9rc1", True),
        ("1.0", True),
        ("1.4.9", True),
        ("1.5", False),
        ("2.1", True),
        ("odd?", True),
    ],
)
def test_an_advisory_concerns_some_versions(dump: Path, version: str, concerned: bool) -> None:
    found = Dump(dump)
    assert bool(found.about("gone", version)) is concerned
    assert found.about("other", version) == []


def test_findings_fail_and_no_data_is_said(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"gone==1.2 \\\n    {HASH}\nfine==3.0 \\\n    {HASH}\n")
    monkeypatch.setattr(audit, "default_locks", lambda: [lock])
    monkeypatch.setenv("PATH", str(tmp_path))  # there is no npm
    monkeypatch.setenv("GEWU_OSV", str(dump))
    assert main(["audit"]) == 1
    assert "gone 1.2: OSV-2026-1; fixed in 1.5" in capsys.readouterr().err
    lock.write_text(f"gone==1.5 \\\n    {HASH}\n")
    assert main(["audit"]) == 0
    assert "0 known vulnerabilities, by" in capsys.readouterr().out
    monkeypatch.delenv("GEWU_OSV")
    monkeypatch.setattr(audit, "_reachable", lambda: False)
    assert main(["audit"]) == 0
    said = capsys.readouterr().out
    assert "Python: NOT CHECKED: no vulnerability data" in said
    assert "npm: NOT CHECKED: central/console/package-lock.json" in said
