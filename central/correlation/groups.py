"""Which sightings are one thing. Pure, and the same for any order of arrival.

Theory of operation. Sightings are taken in the order in which they were found, and of two at one time in the
order of their names. Each joins the group to which its bond is least strained, unless a member of that group
is seen beside it by the same eye; where there is none it founds a group. So a decision depends on what was
found earlier alone, never on what came later or on when the centre heard of it, and as long as nothing comes
late no decision is ever changed. When something does come late, whatever it could touch is decided again;
`neighbourhood` says what that is: the sightings that are linked to it by any chain of possible bonds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from broker.events import Reason
from central.correlation.bonds import Finding, Kinds, bond, told, touches
from central.correlation.sightings import Key, Sighting

FOUNDS = Reason(code="first_of_its_kind", text="nothing like it was near in place and time")


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a sighting went and why. founder: the group's first sighting, itself where it founds one.

    beside: why the nearest group that could have been was not joined, where there was one.
    """

    key: Key
    founder: Key
    reason: Reason
    beside: Reason | None = None


@dataclass(slots=True)
class Group:
    """Sightings of one thing, in their order."""

    members: list[Sighting] = field(default_factory=list)

    @property
    def founder(self) -> Key:
        """The first sighting."""
        return self.members[0].key


def grouped(sightings: Iterable[Sighting], kinds: Kinds) -> dict[Key, Joined]:
    """Where each of a whole neighbourhood goes."""
    groups: list[Group] = []
    found: dict[Key, Joined] = {}
    for sighting in sorted(sightings, key=lambda each: each.order):
        joined, group = place(sighting, groups, kinds)
        if group is None:
            groups.append(Group([sighting]))
        else:
            group.members.append(sighting)
        found[sighting.key] = joined
    return found


def place(sighting: Sighting, groups: Sequence[Group], kinds: Kinds) -> tuple[Joined, Group | None]:
    """Where the latest sighting goes among the groups there are; None: it founds one."""
    best: tuple[float, Key, Finding, Group] | None = None
    missed: tuple[Key, Finding] | None = None
    for group in groups:
        if (nearest := _nearest(sighting, group, kinds)) is None:
            continue
        if nearest.strain is None:
            missed = min(
                missed or (group.founder, nearest), (group.founder, nearest), key=lambda each: each[0]
            )
        elif best is None or (nearest.strain, group.founder) < best[:2]:
            best = (nearest.strain, group.founder, nearest, group)
    if best is None:
        return Joined(sighting.key, sighting.key, FOUNDS, told(missed[1]) if missed else None), None
    return Joined(sighting.key, best[1], told(best[2])), best[3]


def _nearest(sighting: Sighting, group: Group, kinds: Kinds) -> Finding | None:
    """The least strained bond to a group, or why it is not joined; None where it is not near at all."""
    found: Finding | None = None
    cool = sighting.since - kinds.closeness(sighting.kind).cool_down_s
    for member in reversed(group.members):
        if found is not None and member.until is not None and member.until < cool:
            continue  # long clear; of a thing that comes and goes there may be thousands
        if not touches(member, sighting, kinds):
            continue
        tried = bond(member, sighting, kinds)
        if tried.code == "seen_beside":
            return tried
        if found is None or _better(tried, found):
            found = tried
    return found


def _better(one: Finding, other: Finding) -> bool:
    return one.strain is not None and (other.strain is None or one.strain < other.strain)


def neighbourhood(
    seeds: Iterable[Sighting], near: Callable[[Sequence[Sighting]], Iterable[Sighting]], *, most: int
) -> list[Sighting] | None:
    """The seeds and all that a chain of possible bonds links to them; None: they are more than `most`.

    near: what might be bound to any of some.
    """
    found = {seed.key: seed for seed in seeds}
    rim = list(found.values())
    while rim:
        rim = [other for other in near(rim) if other.key not in found]
        found |= {other.key: other for other in rim}
        if len(found) > most:
            return None
    return sorted(found.values(), key=lambda each: each.order)
