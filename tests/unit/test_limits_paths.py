"""No name becomes a path that leads elsewhere: of nodes, sources, zones, pictures, models."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from broker.events import Evidence
from broker.fields import Identifier
from broker.settings import SettingsError, loads
from broker.topics import Address, parse
from edge.configured import EdgeSettings
from edge.evidence import EvidenceStore
from edge.journal.segments import sources
from edge.memory import Memory
from models.catalog import OwnModels
from tests.unit.central.makers import evidence

NAMES = [
    "..",
    ".",
    "../x",
    "..\\x",
    "a/b",
    "/etc/passwd",
    "a\\b",
    "C:x",
    "a\x00b",
    "a\nb",
    "-rf",
    ".ssh",
    "~root",
    "$HOME",
    "a" * 65,
    "",
    " ",
    "a b",
    "a%2fb",
    "\u2025/x",
    "ａ",
    "CON/..",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_leads_elsewhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Identifier).validate_python(name)
    with pytest.raises(ValueError, match="node"):
        Address("131002", name)
    with pytest.raises(ValueError, match=r"topic|node"):
        parse(f"gewu/v1/131002/{name}/event")
    with pytest.raises(ValueError, match="is not a sha256"):
        EvidenceStore(tmp_path, max_bytes=1).get(name)
    with pytest.raises(ValidationError):
        Evidence.model_validate(evidence(b"x").model_dump() | {"sha256": name})
    with pytest.raises(ValidationError):
        OwnModels.model_validate({"models": {"x": {"file": name}}})


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "a\\b", ".hidden"])
@pytest.mark.parametrize("place", ["node", "source", "zone"])
def test_a_configuration_with_such_a_name_is_refused(name: str, place: str) -> None:
    names = {"node": "n", "source": "s", "zone": "z"} | {place: name}
    text = (
        f"node: {{ district: '131002', id: '{names['node']}' }}\nbroker: {{ url: mqtt://h }}\n"
        "storage: { directory: var }\n"
        f"sources: [{{ kind: file, id: '{names['source']}', path: f.mp4, zones: [{{ id: '{names['zone']}', "
        "polygon: [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]], "
        "rules: [{ kind: dwell, incident: illegal_parking, dwell: 3m }] }] }]\n"
    )
    with pytest.raises(SettingsError, match="1 to 64 letters"):
        loads(text, EdgeSettings, name="edge.yaml")


def test_what_the_longest_good_name_makes_stays_in_its_folder(tmp_path: Path) -> None:
    name = "A" + "." * 62 + "z"
    TypeAdapter(Identifier).validate_python(name)
    memory = Memory(tmp_path / "views")
    memory.store(name, "drawn", {"view": b"x"})
    assert [path.parent for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "views"]
    assert memory.load(name, "drawn") == {"view": b"x"}
    assert sources(tmp_path / "journal") == []
