"""Which pictures show what, by everything that people said of their camera at that time. Pure.

A picture is of use only where all that stood in it then is known: a stall that nobody has marked would be
taught as street. So what nobody has said anything of leaves its picture out, and the card counts why.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from central.datasets.labels import Box, Item

DECOYS = 2
Eye = tuple[str, str]  # node, source


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that a node took of one of its situations. drawn: the box that was drawn into it.

    taken: seconds since 1970. zone, kind: of the situation.
    """

    sha256: str
    node: str
    source: str
    subject: str
    taken: float
    role: str
    kind: str
    zone: str | None = None
    drawn: Box | None = None

    @property
    def eye(self) -> Eye:
        """The camera."""
        return self.node, self.source


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture and what is in it; nothing: a negative. wrong: what was told there and was not."""

    shot: Shot
    things: tuple[Item, ...]
    wrong: tuple[Item, ...]

    def decoys(self) -> list[Box]:
        """Boxes as large as the drawn one elsewhere; which, the picture's name decides."""
        if self.shot.drawn is None:
            return []
        x1, y1, x2, y2 = self.shot.drawn
        wide, high, digits = x2 - x1, y2 - y1, self.shot.sha256
        found = []
        for n in range(DECOYS):
            across, down = (int(digits[8 * n + i : 8 * n + i + 4], 16) / 65_535 for i in (0, 4))
            left, top = across * (1 - wide), down * (1 - high)
            found.append((left, top, left + wide, top + high))
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the pictures. None asks for all. zone: of the situation that a picture is of."""

    kinds: tuple[str, ...]
    since: float | None = None
    until: float | None = None
    node: str | None = None
    source: str | None = None
    zone: str | None = None


def scenes(shots: Iterable[Shot], items: Iterable[Item], wanted: Wanted) -> tuple[list[Scene], Counter[str]]:
    """What may be learned from, the earliest first, and how many pictures were left out, by why."""
    by_eye: dict[Eye, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind in wanted.kinds:
            by_eye[item.node, item.source].append(item)
    found: dict[str, Scene] = {}
    out: Counter[str] = Counter()
    for shot in sorted(shots, key=lambda each: (each.taken, each.sha256, each.subject)):
        if shot.sha256 in found or not _asked_for(shot, wanted):
            continue
        scene = _scene(shot, by_eye[shot.eye])
        if isinstance(scene, str):
            out[scene] += 1
        else:
            found[shot.sha256] = scene
    return list(found.values()), out


def missed_without(items: Iterable[Item], found: Sequence[Scene]) -> int:
    """How many of what was missed no picture shows."""
    shown = {id(item) for scene in found for item in scene.things}
    return sum(1 for item in items if item.mark == "missed" and id(item) not in shown)


def _asked_for(shot: Shot, wanted: Wanted) -> bool:
    told = ((wanted.node, shot.node), (wanted.source, shot.source), (wanted.zone, shot.zone))
    if any(asked is not None and asked != given for asked, given in told):
        return False
    return (wanted.since is None or shot.taken >= wanted.since) and (
        wanted.until is None or shot.taken < wanted.until
    )


def _scene(shot: Shot, items: Sequence[Item]) -> Scene | str:
    own = next((item for item in items if item.subject == shot.subject), None)
    there = [_as_drawn(item, shot) for item in items if item.stands(shot.taken)]
    if (own is None or own.mark is None) and not any(item.mark == "missed" for item in there):
        return "not_marked"
    if any(item.presence == "unknown" for item in there):
        return "something_not_marked"
    things = tuple(item for item in there if item.presence == "there")
    if any(item.box is None for item in things):
        return "no_box"
    return Scene(shot, things, tuple(item for item in there if item.presence == "not_there"))


def _as_drawn(item: Item, shot: Shot) -> Item:
    """The situation that the picture is of stands where its event says; a pile may have grown since."""
    if item.subject != shot.subject or shot.drawn is None:
        return item
    values = {name: getattr(item, name) for name in Item.__slots__} | {"box": shot.drawn}
    return Item(**values)


def count_labels(found: Iterable[Scene], labels: Mapping[str, str]) -> Counter[str]:
    """How many things of each label."""
    return Counter(labels[item.kind] for scene in found for item in scene.things)
