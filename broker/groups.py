"""Class groups: the labels one thing may have from look to look; things are compared by group."""

import re
from functools import lru_cache
from typing import Final, Literal

from broker.boundary import names_a_person

Group = Literal["vehicle", "two_wheeler", "thing"]

_VEHICLES: Final = frozenset(
    # A coach is a bus in one look and a train in the next, so trains and trams are vehicles here.
    {"vehicle", "car", "truck", "bus", "van", "train", "tram", "lorry", "coach", "minibus", "trailer"}
    | {"pickup", "pickup_truck", "suv", "taxi", "caravan"}
)
_TWO_WHEELERS: Final = frozenset(
    # Tricycles stand and are fined with the cycles (非机动车), whatever their wheels.
    {"two_wheeler", "bicycle", "bike", "motorcycle", "motorbike", "moped", "scooter", "e_bike"}
    | {"tricycle", "awning_tricycle"}
)
# They move by themselves, so they never are things at a place; they may hide one.
_ANIMALS: Final = frozenset(
    {"animal", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}
)


@lru_cache(maxsize=1024)  # labels of a few networks, asked of every look
def group_of(label: str) -> Group | None:
    """The group of a detector's label, or None for persons and animals, which only ever hide a place."""
    word = label_word(label)
    if word in _ANIMALS or names_a_person(word):
        return None
    if word in _VEHICLES:
        return "vehicle"
    return "two_wheeler" if word in _TWO_WHEELERS else "thing"


def words_of(group: Group) -> tuple[str, ...]:
    """The labels known to be of a group, its own name first; of things there are too many to be told."""
    labels = {"vehicle": _VEHICLES, "two_wheeler": _TWO_WHEELERS, "thing": frozenset[str]()}[group]
    return (group, *sorted(labels - {group}))


def label_word(label: str) -> str:
    """The label as the contract spells it: lower_snake_case, at most 48 characters, else "thing"."""
    word = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    return word[:48].rstrip("_") if word[:1].isalpha() else "thing"
