"""Who may read and write what at a broker, from the topic table: for Mosquitto and for EMQX."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from broker.topics import ROOT, TABLE

NODES = "nodes"
CENTRE, PLATFORM = "centre", "platform"
SERVICES = (CENTRE, PLATFORM)
PLATFORM_READS = ("event", "state", "about")

_HEADS = {
    NODES: "Nodes. The user name is DISTRICT/NODE, so each has its own branch and no other.",
    CENTRE: "The centre.",
    PLATFORM: "Another platform that takes the events, and writes nothing.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One right: `who` is a service's name or all nodes, `channel` a row of the topic table."""

    who: str
    does: Literal["read", "write"]
    channel: str

    def filter(self, branch: str) -> str:
        """The topics it is about; `branch` stands for a node's own place in the tree."""
        return f"{ROOT}/{branch if self.who == NODES else '+/+'}/{self.channel}"


def rules() -> list[Rule]:
    """Every right there is; what is not here is refused."""
    table = list(TABLE.values())
    nodes = [Rule(NODES, "write" if row.writer == "node" else "read", row.name) for row in table]
    centre = [Rule(CENTRE, "read" if row.writer == "node" else "write", row.name) for row in table]
    platform = [Rule(PLATFORM, "read", name) for name in PLATFORM_READS]
    return [*_writing_first(nodes), *centre, *platform]


def _writing_first(found: list[Rule]) -> list[Rule]:
    return sorted(found, key=lambda rule: rule.does == "read")


def mosquitto(denied: Iterable[str] = ()) -> str:
    """Mosquitto's access file. `denied`: user names that may do nothing any more, whatever is said below.

    Mosquitto 2.0 looks at what is denied to a user before anything that is granted, patterns included, and
    applies a file read anew (SIGHUP) to the connections that stand. Names must be checked by the caller.
    """
    lines = ["# Who may read and write what: made by `gewu-broker` from the topic table. Do not edit.", ""]
    for name in sorted(set(denied)):
        lines += [f"user {name}", "topic deny #", ""]
    for who in (NODES, *SERVICES):
        lines += [f"# {_HEADS[who]}"] + ([f"user {who}"] if who != NODES else [])
        word = "pattern" if who == NODES else "topic"
        lines += [f"{word} {rule.does} {rule.filter('%u')}" for rule in rules() if rule.who == who]
        lines.append("")
    return "\n".join(lines)


def emqx(denied: Iterable[str] = ()) -> str:
    """EMQX's access file, as Erlang terms; the first that matches decides."""
    lines = ["%% Who may do what: made by `gewu-broker` from the topic table. Do not edit.", ""]
    lines += [f'{{deny, {{username, "{name}"}}, all, ["#"]}}.' for name in sorted(set(denied))]
    for who in (CENTRE, PLATFORM, NODES):
        lines += ["", f"%% {_HEADS[who]}"]
        lines += [_term(rule, _EMQX_WHO[who]) for rule in rules() if rule.who == who]
    return "\n".join([*lines, "", "{deny, all}.", ""])


# A node is whoever has a name with a slash in it; no service has one.
_EMQX_WHO = {
    NODES: '{username, {re, "^[0-9]{6}/[A-Za-z0-9][A-Za-z0-9._-]*$"}}',
    **{name: f'{{username, "{name}"}}' for name in SERVICES},
}


def _term(rule: Rule, who: str) -> str:
    does = "publish" if rule.does == "write" else "subscribe"
    return f'{{allow, {who}, {does}, ["{rule.filter("${username}")}"]}}.'
