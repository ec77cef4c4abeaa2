"""Which cameras see one place, and on which side of the split each place is. Pure.

A model that was judged on a street which it has learned from says nothing about the next street. So a whole
place is in `train` or in `val`, never in both, and stays there in the next dataset: its name decides. Cameras
that ever told of the same ticket look at the same place.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from central.datasets.scenes import Eye

Side = Literal["train", "val"]
SIDES: tuple[Side, Side] = ("train", "val")
_SALT = "gewu dataset place "


def place_name(eye: Eye) -> str:
    """A camera for people: `131002/yard-7 cam-1`."""
    return f"{eye[0].removeprefix('gewu://')} {eye[1]}"


def places(seen: Iterable[tuple[Eye, int | None]]) -> dict[Eye, str]:
    """The place of each camera by the tickets that it told of; a place is called by its first camera."""
    above: dict[Eye, Eye] = {}
    first: dict[int, Eye] = {}

    def top(eye: Eye) -> Eye:
        while above[eye] != eye:
            eye = above[eye]
        return eye

    for eye, ticket in seen:
        above.setdefault(eye, eye)
        if ticket is not None:
            one, other = top(eye), top(first.setdefault(ticket, eye))
            above[max(one, other)] = min(one, other)
    return {eye: place_name(top(eye)) for eye in above}


def sides(names: Collection[str], share: float) -> Mapping[str, Side]:
    """The side of each place. share: about so many are in `val`; of two places each side has one."""
    ordered = sorted(set(names), key=lambda name: (_fraction(name), name))
    found: dict[str, Side] = {name: "val" if _fraction(name) < share else "train" for name in ordered}
    if len(ordered) > 1 and share > 0:
        found[ordered[0]], found[ordered[-1]] = "val", "train"
    return found


def short(name: str) -> str:
    """For file names: the same for one place, and nothing of its name."""
    return hashlib.sha256((_SALT + name).encode()).hexdigest()[:8]


def _fraction(name: str) -> float:
    return int(hashlib.sha256((_SALT + name).encode()).hexdigest()[:13], 16) / 16**13
