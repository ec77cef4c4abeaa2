"""The AsyncAPI document: valid for the official parser, and the same as the topic table."""

import json
from pathlib import Path

from broker import exports
from broker.events import EVENTS
from broker.topics import ROOT, TABLE
from tests.contract.node import node

DOCUMENT = exports.HOME / "asyncapi.yaml"


def test_the_official_parser_takes_it() -> None:
    answer = node("asyncapi.mjs", str(DOCUMENT))
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert found["version"] == "3.0.0"
    assert found["channels"] == [f"{ROOT}/{{district}}/{{node}}/{name}" for name in TABLE]
    assert len(found["operations"]) == len(TABLE)
    assert [name for name, _, _ in found["messages"]] == list(exports.models())
    assert all(properties > 0 for _, _, properties in found["messages"]), "a schema was not found"
    types = {name: kind for name, kind, _ in found["messages"]}
    assert {types[name] for name in EVENTS} == {"application/cloudevents+json"}


def test_the_official_parser_refuses_a_broken_one(tmp_path: Path) -> None:
    broken = tmp_path / "asyncapi.yaml"
    broken.write_text(DOCUMENT.read_text().replace("action: send", "action: shout"))
    assert node("asyncapi.mjs", str(broken)).returncode == 1


def test_operations_carry_the_tables_qos_retention_and_expiry() -> None:
    operations = exports.asyncapi()["operations"]
    for channel in TABLE.values():
        mqtt = operations[f"{channel.writer}_writes_{channel.name.replace('/', '_')}"]["bindings"]["mqtt"]
        assert (mqtt["qos"], mqtt["retain"]) == (channel.qos, channel.retained)
        assert mqtt.get("messageExpiryInterval") == channel.expiry_s


def test_exported_files_are_fresh() -> None:
    assert exports.stale() == [], "run gewu-broker schema"


def test_a_file_that_is_no_longer_made_is_noticed(tmp_path: Path) -> None:
    exports.write(tmp_path)
    (tmp_path / "schema" / "gone.v1.json").write_text("{}")
    (tmp_path / "asyncapi.yaml").write_text("")
    assert exports.stale(tmp_path) == ["asyncapi.yaml", "schema/gone.v1.json"]
