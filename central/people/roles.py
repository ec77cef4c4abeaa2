"""Who may do what: one table of actions and roles. Pure; `docs/people.md` shows the same table."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from broker.events import Reason

Role = Literal["viewer", "grid_worker", "department", "operator", "supervisor", "administrator"]
Action = Literal[
    "account.own",
    "ticket.view",
    "evidence.view",
    "source.view",
    "ticket.work",
    "report.make",
    "ticket.report",
    "picture.upload",
    "ticket.dispatch",
    "ticket.handle",
    "ticket.verify",
    "ticket.supervise",
    "ticket.hold",
    "ticket.mark",
    "ticket.suppress",
    "dataset.export",
    "view.share",
    "sweep.ask",
    "zone.edit",
    "zone.tune",
    "node.view",
    "node.enroll",
    "node.revoke",
    "node.manage",
    "quarantine.view",
    "quarantine.replay",
    "metrics.view",
    "audit.view",
    "indicator.view",
    "place.manage",
    "user.manage",
    "token.make",
]
ROLES: tuple[Role, ...] = get_args(Role)
ACTIONS: tuple[Action, ...] = get_args(Action)

ALL = frozenset(ROLES)
# Who handles never verifies: a department mends, the grid worker looks, an operator closes.
TABLE: dict[Action, frozenset[Role]] = {
    "account.own": ALL,
    "ticket.view": ALL,
    "evidence.view": ALL,
    "source.view": ALL,
    "ticket.work": frozenset({"grid_worker", "department", "operator", "supervisor"}),
    "report.make": frozenset({"grid_worker", "department", "operator"}),
    "ticket.report": frozenset({"grid_worker", "operator"}),
    "picture.upload": frozenset({"grid_worker", "department", "operator"}),  # who reports, and who handles
    "ticket.dispatch": frozenset({"operator"}),
    "ticket.handle": frozenset({"department"}),
    "ticket.verify": frozenset({"grid_worker", "operator"}),
    "ticket.supervise": frozenset({"supervisor"}),
    "ticket.hold": frozenset({"supervisor", "administrator"}),
    "ticket.mark": frozenset({"grid_worker", "operator", "supervisor"}),
    "ticket.suppress": frozenset({"operator", "supervisor"}),
    # Many pictures at once, out of the centre's keeping: never who works with them day by day.
    "dataset.export": frozenset({"supervisor", "administrator"}),
    "view.share": frozenset({"operator", "supervisor", "administrator"}),
    "sweep.ask": frozenset({"operator", "supervisor"}),
    "zone.edit": frozenset({"operator", "administrator"}),
    # Looking at a street at any moment, also where nothing was found: who draws zones, and who checks them.
    "zone.tune": frozenset({"operator", "supervisor", "administrator"}),
    "node.view": frozenset({"operator", "supervisor", "administrator"}),
    "node.enroll": frozenset({"administrator"}),
    "node.revoke": frozenset({"administrator"}),
    "node.manage": frozenset({"administrator"}),
    "quarantine.view": frozenset({"supervisor", "administrator"}),
    "quarantine.replay": frozenset({"administrator"}),
    "metrics.view": frozenset({"operator", "supervisor", "administrator"}),
    "audit.view": frozenset({"supervisor", "administrator"}),
    "indicator.view": frozenset({"viewer", "operator", "supervisor", "administrator"}),
    "place.manage": frozenset({"administrator"}),
    "user.manage": frozenset({"administrator"}),
    "token.make": frozenset({"operator", "supervisor", "administrator"}),
}
# What a token may never do, so that a stolen one cannot make itself another.
NOT_BY_TOKEN: frozenset[Action] = frozenset({"account.own", "token.make", "user.manage"})


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an action is allowed, and why or why not."""

    ok: bool
    reason: Reason


def allowed(role: Role, action: Action, scopes: Collection[str] | None = None) -> Decision:
    """Whether the role may do it. `scopes`: those of the token that asks, None for a session."""
    if role not in TABLE[action]:
        able = ", ".join(name for name in ROLES if name in TABLE[action])
        return _no("role_lacks", f"the role {role} may not do {action}; {able} may", role=role, able=able)
    if scopes is None:
        return Decision(True, Reason(code="role_may", text=f"the role {role} may do {action}"))
    if action in NOT_BY_TOKEN:
        return _no("not_by_token", f"{action} needs a person who is signed in, never a token")
    if action not in scopes:
        return _no("scope_lacks", f"the token was not made for {action}")
    return Decision(True, Reason(code="scope_may", text=f"the token was made for {action}"))


def scopes_for(role: Role, wanted: Collection[str]) -> list[Action] | Reason:
    """The scopes of a new token in the table's order, or why it cannot be made."""
    may = scopes_of(role)
    if strange := sorted(set(wanted) - set(may)):
        text = f"{', '.join(strange)}: not for a token of the role {role}; allowed: {', '.join(may)}"
        return Reason(code="scope_refused", text=text[:240])
    if not wanted:
        return Reason(code="no_scope", text="a token needs at least one scope")
    return [action for action in may if action in wanted]


def scopes_of(role: Role) -> list[Action]:
    """Every scope that a token of this role may have."""
    return [action for action in ACTIONS if role in TABLE[action] and action not in NOT_BY_TOKEN]


def page() -> str:
    """The table as the documentation shows it."""
    lines = ["| action | " + " | ".join(ROLES) + " | token |", "|---|" + "---|" * (len(ROLES) + 1)]
    for action, able in TABLE.items():
        marks = ["✓" if role in able else "" for role in ROLES]
        marks.append("" if action in NOT_BY_TOKEN else "✓")
        lines.append(f"| `{action}` | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def _no(code: str, text: str, **words: str) -> Decision:
    return Decision(False, Reason(code=code, text=text, words=words or None))
