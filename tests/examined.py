"""A box to be examined, healthy but for what a test plants; and what the doctor finds on it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from broker.settings import written
from edge.cli import main
from edge.diagnosis.sign import Finding
from edge.examining.case import Case, opened
from edge.examining.running import Examined, Told, examinations, examined
from tests.street import model

SECONDS = 2.0
KERB = [[0.05, 0.3], [0.95, 0.3], [0.95, 0.95], [0.05, 0.95]]
RULE = {"kind": "dwell", "incident": "illegal_parking", "dwell": "5m"}


def zone(polygon: Any = None) -> dict[str, Any]:
    """One zone that watches."""
    return {"id": "kerb", "polygon": polygon or KERB, "rules": [RULE]}


def box(folder: Path, **sections: Any) -> Path:
    """A node's configuration without sources but with something to do; sections replace its own."""
    settings: dict[str, Any] = {
        "node": {"district": "131002", "id": "edge-01"},
        "broker": {"url": "mqtt://127.0.0.1:9"},
        "storage": {
            "directory": "data",
            "max_evidence_mb": 5,
            "max_kept_mb": 5,
            "max_events": 100,
        },
        "journal": {"max_mb": 5, "leave_mb": 0},
        "model": model(folder / "models"),
        "sources": [{"id": "drop", "kind": "folder", "path": "drop", "watch": True, "zones": [zone()]}],
    }
    (folder / "drop").mkdir(exist_ok=True)
    file = folder / "edge.yaml"
    file.write_text(written(settings | sections))
    return file


def silent() -> Told:
    """Tells nobody how far it is."""
    return Told(lambda _name, _title: None, lambda _one: None)


def findings(config: Path | Case, *only: str, seconds: float = SECONDS) -> list[Finding]:
    """What these examinations find; all of them, where none is named."""
    case = config if isinstance(config, Case) else opened(config, seconds)
    assert not case.faults, case.faults
    return [one for each in of(case, *only) for one in each.findings]


def of(case: Case, *only: str) -> list[Examined]:
    """The examinations themselves."""
    return examined(case, only or list(examinations()), silent())


def codes(found: Iterable[Finding]) -> set[str]:
    """Their codes."""
    return {one.code for one in found}


def at(found: Iterable[Finding], code: str) -> Finding:
    """The one of a code, which has to be there, with words of what it means and what to change."""
    found = list(found)
    those = [one for one in found if one.code == code]
    assert those, f"{code} was not found, only {[(one.code, one.seen) for one in found]}"
    if those[0].state != "fine":
        assert those[0].means
        assert those[0].cure
        assert "{" not in those[0].cure
    return those[0]


def command(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, str, str]:
    """`gewu-edge doctor`: exit code and both outputs."""
    capsys.readouterr()
    code = main(["doctor", str(config), *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def document(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, Any]:
    """The same as JSON."""
    code, out, err = command(capsys, config, "--json", *words)
    assert out, err
    return code, json.loads(out)
