"""What the centre wants changed, laid over a node's own file: what is taken, and what is refused and why."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.messages import DesiredConfiguration, ReportedConfiguration
from broker.settings import plain, written
from edge.asked.plain import HOT
from edge.cli import main
from edge.config import OwnFile, configured, load
from edge.configured import EdgeSettings
from edge.desired.checking import checked, reasons, sha256_of
from edge.desired.desk import Change, Desired
from edge.desired.difference import difference
from edge.desired.kept import keep, kept
from edge.desired.overlay import Refused, merged, where_in
from edge.desired.proving import Proving
from edge.desired.reach import FROM_CENTRE, reach
from edge.desired.running import running
from edge.kinds import SOURCES
from tests.nodes import until

SECRETS = "/var/lib/gewu/secrets"
RULE = {"kind": "dwell", "incident": "illegal_parking", "dwell": "90s"}
ZONE = {"id": "kerb", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], "rules": [RULE]}
CAM = {
    "id": "cam-1",
    "kind": "rtsp",
    "url": "rtsp://cam-1.lan/main",
    "username": "watcher",
    "password_file": "own.txt",
    "zones": [ZONE],
}
FRIGATE = {
    "kind": "frigate",
    "id": "box",
    "broker": {"url": "mqtt://10.0.0.2"},
    "cameras": [{"id": "back", "camera": "back", "zones": [ZONE]}],
}
OWN: dict[str, Any] = {
    "node": {"district": "131002", "id": "edge-01"},
    "broker": {"url": "mqtt://10.0.0.1"},
    "storage": {"directory": "data"},
    "model": {"name": "auto"},
    "sources": [CAM, {"id": "cam-2", "kind": "file", "path": "two.mkv"}],
    "analytics": [FRIGATE],
}


def faults(**body: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        merged(OWN, body, SECRETS)
    return [f"{one.where}: {one.what}" for one in refusal.value.misfits]


def source(tree: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in tree["sources"] if one["id"] == name]
    return found  # type: ignore[no-any-return]


def test_keys_given_replace_those_of_the_file_and_the_file_stays_as_it_is() -> None:
    before = json.dumps(OWN)
    tree = merged(OWN, {"sources": [{"id": "cam-1", "zones": []}], "model": {"score": 0.4}}, SECRETS)
    assert source(tree, "cam-1") == {**CAM, "zones": []}
    assert tree["model"] == {"name": "auto", "score": 0.4}
    assert json.dumps(OWN) == before


def test_sources_come_go_and_analysed_cameras_are_told_too() -> None:
    body = {"sources": [{"id": "new", "kind": "file", "path": "x"}, {"id": "back", "zones": []}]}
    tree = merged(OWN, {**body, "removed": ["cam-2"]}, SECRETS)
    assert [one["id"] for one in tree["sources"]] == ["cam-1", "new"]
    assert tree["analytics"][0]["cameras"][0]["zones"] == []


def test_a_source_that_only_the_centre_had_can_be_taken_away() -> None:
    tree = merged(OWN, {"removed": ["cam-9"]}, SECRETS)
    assert [one["id"] for one in tree["sources"]] == [one["id"] for one in OWN["sources"]]


def test_an_address_of_the_centres_goes_without_the_credentials_of_the_file() -> None:
    tree = merged(OWN, {"sources": [{"id": "cam-1", "url": "rtsp://elsewhere.lan/main"}]}, SECRETS)
    assert not {"username", "password_file"} & set(source(tree, "cam-1"))
    same = merged(OWN, {"sources": [{"id": "cam-1", "url": CAM["url"]}]}, SECRETS)
    assert source(same, "cam-1") == CAM


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"trust": {"require_signed": False}}, "trust: is not a known key"),
        ({"broker": {"url": "mqtt://x"}}, "broker: is the node's own"),
        ({"sources": {}}, "sources: must be a list"),
        ({"model": []}, "model: must be a mapping"),
        ({"sources": [{"zones": []}]}, "sources[0].id: is missing"),
        ({"sources": [5]}, "sources[0].id: is missing"),
        ({"sources": [{"id": ["cam-1"]}]}, "sources[0].id: is missing"),
        ({"sources": [{"id": "cam-1"}, {"id": "cam-1"}]}, "sources[cam-1]: is given twice"),
        ({"sources": [{"id": "cam-9", "zones": []}]}, "sources[cam-9]: the node's file has no such source"),
        ({"removed": [["cam-9"]]}, "removed: must be a list of ids"),
        ({"removed": 5}, "removed: must be a list"),
        (
            {"sources": [{"id": "cam-1", "password_file": "/etc/shadow"}]},
            "sources[cam-1].password_file: names",
        ),
        ({"sources": [{"id": "cam-1", "ca_file": f"{SECRETS}/../x"}]}, "sources[cam-1].ca_file: names"),
        ({"model": {"directory": "/tmp"}}, "model.directory: names"),  # noqa: S108
    ],
)
def test_what_is_not_the_centres_to_change_is_refused(body: dict[str, Any], where: str) -> None:
    assert faults(**body)[0].startswith(where)


def test_a_secret_that_was_entrusted_may_be_named() -> None:
    body = {"sources": [{"id": "cam-1", "url": "rtsp://b.lan/", "password_file": f"{SECRETS}/cam-1"}]}
    assert source(merged(OWN, body, SECRETS), "cam-1")["password_file"] == f"{SECRETS}/cam-1"


def test_places_are_told_as_the_centre_knows_them() -> None:
    assert where_in(OWN, "sources[1].zones[0].polygon") == "sources[cam-2].zones[0].polygon"
    assert where_in(OWN, "analytics[0].cameras[0].zones") == "sources[back].zones"
    assert where_in(OWN, "model.name") == "model.name"


@pytest.fixture
def own(tmp_path: Path) -> OwnFile:
    path = tmp_path / "edge.yaml"
    path.write_text(written(OWN))
    return OwnFile.read(path)


def wants(version: str = "v1", **body: Any) -> DesiredConfiguration:
    return DesiredConfiguration(version=version, sha256=sha256_of(body), body=body)


def test_faults_are_those_of_check_at_places_of_the_overlay(own: OwnFile, tmp_path: Path) -> None:
    zones = [ZONE, {**ZONE, "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}]
    with pytest.raises(Refused) as refusal:
        checked(own, wants(sources=[{"id": "cam-1", "zones": zones, "sampel": 2}]), tmp_path)
    told = {one.where: one.text for one in reasons(refusal.value)}
    assert "crosses or touches itself" in told["sources[cam-1].zones[1].polygon"]
    assert told["sources[cam-1].sampel"] == "sources[cam-1].sampel: is not a known key"
    assert "'kerb' is the id of [0] already" in told["sources[cam-1].zones[1].id"]


def test_another_body_than_was_meant_and_an_unsigned_one_are_refused(own: OwnFile, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is not that of the body"):
        checked(own, wants().model_copy(update={"body": {"removed": ["cam-2"]}}), tmp_path)
    tree = {**OWN, "trust": {"require_signed": True, "keys": []}}
    strict = OwnFile(own.path, written(tree).encode())
    with pytest.raises(Refused, match="trust"):
        checked(strict, wants(), tmp_path)


def test_nothing_changed_is_the_same_configuration(own: OwnFile, tmp_path: Path) -> None:
    assert checked(own, wants(), tmp_path).sha256 == load(own.path).sha256


@pytest.mark.parametrize(
    ("body", "hot"),
    [
        ({"sources": [{"id": "cam-1", "zones": [], "name": "West", "idle": "9s", "sample": 3}]}, True),
        (
            {
                "sources": [{"id": "cam-1", "position": {"lon": 116.7, "lat": 39.5}}],
                "stills": {"every": "1m"},
            },
            True,
        ),
        ({"sources": [{"id": "cam-1", "transport": "udp"}]}, False),
        ({"sources": [{"id": "cam-1", "kind": "file", "path": "x"}]}, False),
        ({"sources": [{"id": "back", "zones": []}]}, False),
        ({"removed": ["cam-2"]}, False),
        ({"journal": {"buffer": "2s"}, "inference": {"budget": 0.5}}, True),
        ({"verify": {"within": "5m"}}, False),
    ],
)
def test_what_is_taken_up_while_everything_runs(
    own: OwnFile, tmp_path: Path, body: dict[str, Any], hot: bool
) -> None:
    now, then = configured(own, own.text), checked(own, wants(**body), tmp_path)
    assert difference(now.settings, then.settings).hot is hot


KEYS = st.from_regex("[a-z]{1,6}", fullmatch=True)
SIGNS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"))
PLAIN = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(SIGNS, max_size=12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TREES = st.recursive(
    PLAIN | NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_values_are_read_as_they_were_written(tree: dict[str, Any]) -> None:
    assert plain(written(tree), name="x") == (tree or {})


def test_what_runs_is_kept_whole_and_rubbish_is_left_out(tmp_path: Path) -> None:
    keep(tmp_path, wants(removed=["cam-2"]))
    assert kept(tmp_path) == wants(removed=["cam-2"])
    (tmp_path / "desired.json").write_text("{")
    assert kept(tmp_path) is None
    keep(tmp_path, None)
    keep(tmp_path, None)
    assert kept(tmp_path) is None


def test_what_runs_is_judged_by_other_commands_too(
    own: OwnFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    keep(folder, wants(removed=["cam-2"]))
    found, wanted = running(load(own.path))
    assert [source.id for source in found.settings.sources] == ["cam-1"]
    assert wanted is not None
    assert main(["check", str(own.path)]) == 0
    assert f"the centre's v1 is laid over it: the node runs sha256 {found.sha256}" in capsys.readouterr().out
    keep(folder, wants(sources=[{"id": "cam-9", "zones": []}]))
    assert running(load(own.path))[1] is None


class Node:
    """Its desk, and what was said."""

    def __init__(self, own: OwnFile, folder: Path) -> None:
        self.told: list[ReportedConfiguration] = []
        self.desk = Desired(folder, self.told.append, lambda: 1.7e9)
        self.first = self.desk.begin(configured(own, own.text))


def ready(node: Node) -> Change:
    """What is to be applied, once it is there."""
    found: list[Change] = []

    def there() -> bool:
        change = node.desk.ready()
        found.extend([] if change is None else [change])
        return bool(found)

    until(there)
    return found[0]


def test_an_edited_file_and_a_new_wish_at_once_both_count(own: OwnFile, tmp_path: Path) -> None:
    node = Node(own, tmp_path)
    own.path.write_text(written({**OWN, "sources": [{**CAM, "name": "Edited"}, OWN["sources"][1]]}))
    node.desk.heard(wants(removed=["cam-2"]).encode())
    node.desk.reread()
    node.desk.start()
    until(node.desk._coming.empty)
    node.desk.stop()
    (source,) = ready(node).configuration.settings.sources
    assert source.name == "Edited"


def test_what_needs_a_restart_is_not_taken_up(
    own: OwnFile, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    node = Node(own, tmp_path)
    own.path.write_text(written({**OWN, "broker": {"url": "mqtt://10.0.0.9"}}))
    node.desk.reread()
    node.desk.start()
    until(lambda: "changed in broker: that needs a restart" in caplog.text)
    node.desk.stop()
    assert node.desk.ready() is None


def test_what_was_kept_and_fits_no_more_is_refused_and_the_own_file_runs(
    own: OwnFile, tmp_path: Path
) -> None:
    keep(tmp_path, wants(sources=[{"id": "cam-9", "zones": []}]))
    node = Node(own, tmp_path)
    assert node.first.sha256 == load(own.path).sha256
    assert [one.status for one in node.told] == ["refused"]
    assert node.desk.version is None


def test_the_last_of_many_counts_and_the_same_again_is_only_told(own: OwnFile, tmp_path: Path) -> None:
    node = Node(own, tmp_path)
    for n in range(5):
        node.desk.heard(wants(sources=[{"id": "cam-1", "name": f"n{n}"}]).encode())
    node.desk.heard(wants(sources=[{"id": "cam-1", "name": "last"}]).encode())
    node.desk.start()
    change = ready(node)
    assert change.configuration.settings.sources[0].name == "last"
    node.desk.applied(change)
    node.desk.heard(wants(sources=[{"id": "cam-1", "name": "last"}]).encode())
    until(lambda: len(node.told) == 2)
    node.desk.stop()
    assert [one.status for one in node.told] == ["applied", "applied"]
    assert node.desk.ready() is None


def test_an_edited_file_is_taken_up_and_a_broken_one_is_not(own: OwnFile, tmp_path: Path) -> None:
    node = Node(own, tmp_path)
    own.path.write_text("sources: [")
    node.desk.reread()
    node.desk.start()
    tree = {**OWN, "sources": [{**CAM, "name": "Edited"}, OWN["sources"][1]]}
    until(node.desk._coming.empty)
    own.path.write_text(written(tree))
    node.desk.reread()
    change = ready(node)
    assert change.configuration.settings.sources[0].name == "Edited"
    node.desk.stop()


def lived(node: Node) -> str | None:
    """What runs after a start, as a word about it: its status as it was said last."""
    return node.told[-1].status if node.told else None


def test_what_ends_the_node_again_and_again_is_given_up_and_what_ran_before_runs(
    own: OwnFile, tmp_path: Path
) -> None:
    good, bad = wants(removed=["cam-2"]), wants(sources=[{"id": "cam-1", "name": "bad"}], version="v2")
    keep(tmp_path, good, "desired.proven.json")
    node = Node(own, tmp_path)
    node.desk.heard(bad.encode())
    node.desk.start()
    node.desk.applied(ready(node))  # and the process dies
    for _ in range(2):
        node = Node(own, tmp_path)
        assert lived(node) == "applied"
        assert node.desk.version == "v2"
    node = Node(own, tmp_path)
    assert (lived(node), node.told[-1].reasons[0].code) == ("rolled_back", "node_ended")
    assert node.desk.version == "v1"
    assert [source.id for source in node.first.settings.sources] == ["cam-1"]
    node.desk.heard(bad.encode())  # it comes again with every connection
    node.desk.start()
    until(lambda: len(node.told) == 2)
    assert [one.status for one in node.told] == ["rolled_back"] * 2
    assert node.desk.ready() is None
    node.desk.heard(wants(sources=[{"id": "cam-1", "name": "other"}], version="v3").encode())
    node.desk.applied(ready(node))
    assert lived(node) == "applied"
    node.desk.stop()


def test_an_orderly_end_is_no_fault_of_what_ran_and_long_life_proves_it(own: OwnFile, tmp_path: Path) -> None:
    seconds = [0.0]
    proving = Proving(tmp_path, lambda: seconds[0])
    proving.begins("a")
    for _ in range(9):
        proving.stopped()
        proving = Proving(tmp_path, lambda: seconds[0])
        assert not proving.given_up("a")
        proving.goes_on("a")
    assert not proving.lives()
    seconds[0] = 601.0
    assert proving.lives()
    assert not proving.lives()
    for _ in range(9):
        proving = Proving(tmp_path, lambda: seconds[0])
        proving.goes_on("a")
        assert not proving.given_up("a")
    assert not list(tmp_path.glob("probation*"))
    (tmp_path / "probation.json").write_text("[")
    assert not Proving(tmp_path).given_up("a")


def test_an_edit_under_what_the_centre_wants_is_told_with_its_place(own: OwnFile, tmp_path: Path) -> None:
    node = Node(own, tmp_path)
    node.desk.heard(wants(sources=[{"id": "cam-1", "name": "Centre"}]).encode())
    node.desk.start()
    node.desk.applied(ready(node))
    assert node.told[-1].reasons == []
    node.desk.stop()
    edited = {**OWN, "sources": [{**CAM, "name": "Mine", "place": "Here"}, OWN["sources"][1]]}
    own.path.write_text(written(edited))
    again = Node(OwnFile.read(own.path), tmp_path)  # edited while it did not run
    (why,) = again.told[-1].reasons
    assert (why.code, why.where, again.told[-1].status) == (
        "own_edit_covered",
        "sources[cam-1].name",
        "applied",
    )
    source = again.first.settings.sources[0]
    assert (source.name, source.place) == ("Centre", "Here")  # key by key
    again.desk.heard(wants(sources=[{"id": "cam-1", "name": "Centre again"}], version="v2").encode())
    again.desk.start()
    again.desk.applied(ready(again))  # decided by who knows it now
    assert again.told[-1].reasons == []
    again.desk.stop()


def test_a_file_that_is_edited_and_not_taken_up_is_told(own: OwnFile, tmp_path: Path) -> None:
    node = Node(own, tmp_path)
    assert node.desk.edited is None
    own.path.write_text(written({**OWN, "sources": [{**CAM, "name": "Edited"}]}))
    assert "not taken up yet" in str(node.desk.edited)
    own.path.write_text("sources: [")
    assert "a restart would fail: line 1" in str(node.desk.edited)
    own.path.unlink()
    assert "gone" in str(node.desk.edited)
    own.path.write_bytes(own.body)
    assert node.desk.edited is None


OTHER = {
    "inference": {"budget": 0.5},
    "journal": {"keep": "1d"},
    "stills": {"every": "1m"},
    "model": {"name": "street-m"},
    "verify": {"within": "5m"},
    "privacy": {"faces": {"name": "auto"}},
    "sources": [{**CAM, "transport": "udp"}],
    "analytics": [],
}


@pytest.mark.parametrize("key", OTHER)
def test_what_is_said_to_be_hot_is_taken_up_while_all_runs(own: OwnFile, key: str) -> None:
    now, then = (configured(own, written(tree)).settings for tree in (OWN, OWN | {key: OTHER[key]}))
    assert now != then
    assert difference(now, then).hot == (reach(key) == "hot")


def test_the_page_says_of_every_key_how_a_change_is_taken_up() -> None:
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    table = page[page.index("| key | how a change is taken up") : page.index("A change of a key that needs")]
    rows = dict(re.findall(r"^\| `(\w+)` \| \W*(hot|by turning over|restart)", table, re.M))
    words = {"hot": "hot", "begun anew": "by turning over", "restart": "restart"}
    assert rows == {key: words[reach(key)] for key in EdgeSettings.model_fields if key != "sources"}
    listed = re.search(r"`sources\[\]`: (.*?) \| hot", table)
    assert listed is not None
    assert set(re.findall(r"`(\w+)`", listed[1])) == HOT
    assert all(set(kind.model_fields) >= HOT for kind in SOURCES.values())
    assert {reach("sources", key) for key in HOT} == {"hot"}
    assert reach("sources", "url") == "begun anew"
    told = {
        key for key in EdgeSettings.model_fields if re.search(rf"^\| `{key}` .*\| (yes|keys)", table, re.M)
    }
    assert told | {"sources"} == FROM_CENTRE
