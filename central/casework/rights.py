"""Whether somebody may do something to a ticket, and why not. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from broker.events import Reason
from central.casework.deeds import Given
from central.casework.facts import Facts
from central.casework.machine import ACTIONS, BY_SCENE, HANDLES, VERIFIES, Action, allowed, unfit
from central.casework.permits import PERMITS
from central.casework.profile import Profile
from central.people import roles
from central.people.roles import Role

Sort = Literal["state", "rights", "given"]


@dataclass(frozen=True, slots=True)
class Doer:
    """Who asks. department: that the account works for, if any. scopes: of a token, None for a session."""

    who: str
    role: Role
    department: str | None = None
    scopes: Collection[roles.Action] | None = None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an action is refused, and what sort of refusal it is."""

    sort: Sort
    reason: Reason


@dataclass(frozen=True, slots=True)
class Option:
    """An action, and why this doer may not do it now; None: may."""

    action: Action
    why_not: WhyNot | None


def options(profile: Profile, facts: Facts, doer: Doer) -> list[Option]:
    """Each action that people do, with whether this one may do it now."""
    return [
        Option(action, why_not(profile, facts, action, doer)) for action in ACTIONS if action not in BY_SCENE
    ]


def why_not(profile: Profile, facts: Facts, action: Action, doer: Doer) -> WhyNot | None:
    """Why this doer may not do it now; the state comes last, for it changes."""
    if action in BY_SCENE:
        return _no("rights", "by_the_scene", f"{action} follows from what is seen; nobody asks for it")
    if not profile.role_may(doer.role, action):
        able = ", ".join(role for role in roles.ROLES if profile.role_may(role, action)) or "nobody"
        text = f"the role {doer.role} may not {action}; {able} may"
        return _no("rights", "role_lacks", text, role=doer.role, action=action, able=able)
    if doer.scopes is not None and not _in_scope(doer, action):
        return _no("rights", "scope_lacks", f"the token was not made for {' or '.join(PERMITS[action])}")
    if (reason := _unfit(facts, action, doer)) is not None:
        return WhyNot("rights", reason)
    if action not in allowed(facts.state):
        may = ", ".join(allowed(facts.state)) or "nothing"
        text = f"{action} is not allowed in the state {facts.state}; allowed: {may}"
        return _no("state", "illegal_action", text[:240], action=action, state=facts.state)
    return None


def lacking(profile: Profile, action: Action, given: Given, *, pictured: bool) -> WhyNot | None:
    """What the city's profile asks for and is not there."""
    needs = profile.needs.get(action)
    if needs is not None and needs.comment and not given.reason:
        return _no("given", "missing_reason", f"{action} needs a reason here, by the profile {profile.name}")
    if needs is not None and needs.picture and not pictured:
        text = f"{action} needs a picture of the scene as it is now, taken since the ticket was dispatched"
        return _no("given", "missing_picture", text)
    return None


def _in_scope(doer: Doer, action: Action) -> bool:
    wanted = [each for each in PERMITS[action] if doer.role in roles.TABLE[each]] or ["ticket.work"]
    return any(each in (doer.scopes or ()) for each in wanted)


def _unfit(facts: Facts, action: Action, doer: Doer) -> Reason | None:
    """By account, and by department: nobody verifies what the own house mended."""
    if (reason := unfit(action, doer.who, {each.who for each in facts.handlers})) is not None:
        return reason
    houses = {each.department for each in facts.handlers} | {facts.department}
    if action in VERIFIES and doer.department is not None and doer.department in houses:
        text = f"{doer.department} handled it; somebody of another house has to look"
        return Reason(code="own_department", text=text, words={"department": doer.department})
    other = doer.department is not None and facts.department not in (None, doer.department)
    if (action in HANDLES or action == "send_back") and other:
        text, words = f"the ticket is with {facts.department}", {"department": str(facts.department)}
        return Reason(code="other_department", text=text, words=words)
    return None


def _no(sort: Sort, code: str, text: str, **words: str) -> WhyNot:
    return WhyNot(sort, Reason(code=code, text=text, words=words or None))
