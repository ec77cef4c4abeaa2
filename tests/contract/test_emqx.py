"""EMQX's configuration, read as EMQX reads it: none runs here, so grammar and meaning are checked instead."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from broker import access
from broker.cli import main
from broker.topics import ROOT, TABLE, Address
from tests.identities import City

Term = Any
NODE, OTHER = Address("131002", "north-gate"), Address("131002", "yard-1")
TOKEN = re.compile(r'\s*(?:%[^\n]*\s*)*(?:(?P<mark>[{}\[\],.])|"(?P<text>[^"\\]*)"|(?P<atom>[a-z][a-z_]*))')


def terms(text: str) -> list[Term]:
    """Erlang terms, each ended by a full stop: tuples, lists, texts, and atoms as 1-tuples."""
    found, at = [], 0
    while text[at:].strip():
        term, at = _term(text, at)
        stop, _, at = _token(text, at)
        assert stop == "."
        found.append(term)
    return found


def _token(text: str, at: int) -> tuple[str, str | None, int]:
    match = TOKEN.match(text, at)
    assert match, f"no Erlang at {text[at : at + 40]!r}"
    return match["mark"] or match["atom"] or "", match["text"], match.end()


def _term(text: str, at: int) -> tuple[Term, int]:
    mark, string, at = _token(text, at)
    if string is not None or mark not in ("{", "["):
        return (string if string is not None else (mark,)), at
    items: list[Term] = []
    while True:
        item, at = _term(text, at)
        items.append(item)
        following, _, at = _token(text, at)
        if following != ",":
            assert following == {"{": "}", "[": "]"}[mark]
            return (tuple(items) if mark == "{" else items), at


def allowed(rules: list[Term], user: str, does: str, topic: str) -> bool:
    """What EMQX does: the first rule that matches user, action and topic decides (emqx_authz_rule)."""
    for rule in rules:
        if len(rule) == 2:
            assert rule[1] == ("all",)
            return bool(rule[0] == ("allow",))
        permission, who, action, topics = rule
        filters = [one.replace("${username}", user) for one in topics]
        if _is(who, user) and action in ((does,), ("all",)) and any(_matches(one, topic) for one in filters):
            return bool(permission == ("allow",))
    return False


def _is(who: Term, user: str) -> bool:
    assert who[0] == ("username",)
    if isinstance(who[1], str):
        return bool(who[1] == user)
    assert who[1][0] == ("re",)
    return re.search(who[1][1], user) is not None


def _matches(topic_filter: str, topic: str) -> bool:
    wanted, given = topic_filter.split("/"), topic.split("/")
    for number, word in enumerate(wanted):
        if word == "#":
            return True
        if number >= len(given) or given[number] == "#" or word not in ("+", given[number]):
            return False
    return len(wanted) == len(given)


def test_every_channel_is_there_in_its_direction_and_in_no_other() -> None:
    rules = terms(access.emqx())
    assert rules[-1] == (("deny",), ("all",))
    for row in TABLE.values():
        for address in (NODE, OTHER):
            topic = address.topic(row.name)
            for does, who in (
                ("publish", row.writer),
                ("subscribe", {"node": "centre", "centre": "node"}[row.writer]),
            ):
                assert allowed(rules, "131002/north-gate", does, topic) is (who == "node" and address is NODE)
                assert allowed(rules, "centre", does, topic) is (who == "centre")
                assert not allowed(rules, "broker", does, topic)
            reads = row.name in access.PLATFORM_READS
            assert allowed(rules, "platform", "subscribe", f"{ROOT}/+/+/{row.name}") is reads
            assert not allowed(rules, "platform", "publish", topic)


@pytest.mark.parametrize(
    "wild", ["#", f"{ROOT}/#", f"{ROOT}/+/+/receipt", f"{ROOT}/131002/+/command", "$SYS/#"]
)
def test_no_wildcard_is_a_nodes(wild: str) -> None:
    assert not allowed(terms(access.emqx()), "131002/north-gate", "subscribe", wild)


def test_who_is_denied_may_do_nothing_and_others_all_they_could() -> None:
    rules = terms(access.emqx(["131002/north-gate"]))
    assert not allowed(rules, "131002/north-gate", "publish", NODE.topic("event"))
    assert not allowed(rules, "131002/north-gate", "subscribe", NODE.topic("command"))
    assert allowed(rules, "131002/yard-1", "publish", OTHER.topic("event"))


def hocon(text: str) -> dict[str, Any]:
    """The part of HOCON that the file uses: dotted keys, blocks, lists, text, plain words."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("##")]
    top: dict[str, Any] = {}
    _block(iter(lines), top, "")
    return top


def _block(lines: Any, into: dict[str, Any], end: str) -> None:
    for line in lines:
        if line == end:
            return
        key, _, value = line.partition("=")
        if line.endswith("{") and "=" not in line:
            _block(lines, _down(into, key.removesuffix("{").strip().split(".")), "}")
            continue
        assert value, f"neither a block nor key = value: {line}"
        *way, last = key.strip().split(".")
        _down(into, way)[last] = _list(lines) if value.strip() == "[" else _plain(value.strip())
    assert not end, "a block is never closed"


def _list(lines: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in lines:
        if line == "]":
            return found
        assert line == "{"
        found.append({})
        _block(lines, found[-1], "}")
    raise AssertionError("a list is never closed")


def _down(into: dict[str, Any], way: list[str]) -> dict[str, Any]:
    for step in way:
        into = into.setdefault(step, {})
    return into


def _plain(value: str) -> Any:
    if value[0] in '["':
        return json.loads(value)
    assert re.fullmatch(r"[a-z0-9_]+(MB)?", value)
    return {"true": True, "false": False}.get(value, value)


def test_the_configuration_lets_nobody_in_without_a_certificate(tmp_path: Path) -> None:
    city = City(tmp_path)
    out = tmp_path / "emqx"
    assert main(["emqx", "--out", str(out), "--pki", str(city.broker_material()), "--tls-port", "18883"]) == 0
    told = hocon((out / "emqx.conf").read_text())
    listeners = told["listeners"]
    assert [listeners[kind]["default"]["enable"] for kind in ("tcp", "ws", "wss")] == [False] * 3
    assert {name: one["bind"] for name, one in listeners["ssl"].items()} == {
        "default": "0.0.0.0:18883",
        "services": "127.0.0.1:8884",
    }
    for one in listeners["ssl"].values():
        options = one["ssl_options"]
        assert (options["verify"], options["fail_if_no_peer_cert"]) == ("verify_peer", True)
        assert options["versions"] == ["tlsv1.3", "tlsv1.2"]
        assert all(Path(options[key]).is_file() for key in ("cacertfile", "certfile", "keyfile"))
        assert told["zones"][one["zone"]]["mqtt"]["peer_cert_as_username"] == "cn"
    assert told["zones"]["nodes"]["mqtt"]["peer_cert_as_clientid"] == "cn"
    assert told["authorization"]["no_match"] == "deny"
    assert [Path(source["path"]).is_file() for source in told["authorization"]["sources"]] == [True]
    assert terms((out / "acl.conf").read_text()) == terms(access.emqx())
    assert (out / "broker.key").stat().st_mode & 0o777 == 0o600
