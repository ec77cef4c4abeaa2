"""From any network's labels to the words that Gewu's rules know. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.detections import Detections
from models.errors import ModelError
from models.suppress import suppressed
from models.words import IGNORED, allowed, kind_of

OVERLAP = 0.6  # of two classes that mean the same to the rules: then it is one thing


@dataclass(frozen=True, slots=True)
class LabelMap:
    """What a network's classes are called in the end.

    labels: the words, one a class. places: (classes,) which word each of the network's classes has; -1 where
    it is ignored. unknown: labels that no rule takes for anything, for people to be told. merges: whether two
    classes have one word.
    """

    labels: tuple[str, ...]
    places: NDArray[np.int64]
    unknown: tuple[str, ...]
    merges: bool

    @property
    def same(self) -> bool:
        """Whether it changes nothing but names."""
        return not self.merges and bool((self.places == np.arange(len(self.places))).all())

    def applied(self, found: Detections) -> Detections:
        """The same things by their new classes; what two classes of one word tell of is one thing."""
        if self.same:
            return found
        classes = self.places[found.classes]
        kept = np.flatnonzero(classes >= 0)
        moved = Detections(found.boxes[kept], found.scores[kept], classes[kept])
        return suppressed(moved, OVERLAP) if self.merges else moved


def target(label: str, word: str) -> str:
    """The word that a label shall be taken for. Raises ValueError for one that means nothing to any rule."""
    if word != IGNORED and kind_of(word) is None:
        raise ValueError(f"{label}: {word!r} means nothing to any rule; allowed is {allowed()}")
    return word


def label_map(labels: Sequence[str], *kinds: Mapping[str, str], name: str = "model") -> LabelMap:
    """The labels by their own words, then by each mapping, a later one before an earlier one.

    Raises ModelError with every label that the network does not have and every word that means nothing.
    """
    chosen = {label: word for mapping in kinds for label, word in mapping.items()}
    faults = [
        f"{label}: is no label of this model; it has {_some(labels)}"
        for label in chosen
        if label not in labels
    ]
    faults += [why for label, word in chosen.items() if (why := _why_not(label, word))]
    if faults:
        raise ModelError("\n".join(f"{name}: kinds: {fault}" for fault in faults))
    words = [chosen.get(label, label) for label in labels]
    kept = [word for word in words if word != IGNORED]
    final = tuple(dict.fromkeys(kept))
    places = np.array([-1 if word == IGNORED else final.index(word) for word in words], np.int64)
    unknown = tuple(label for label, word in zip(labels, words, strict=True) if _unknown(word))
    return LabelMap(final, places, unknown, len(final) < len(kept))


def _unknown(word: str) -> bool:
    return word != IGNORED and kind_of(word) is None


def _why_not(label: str, word: str) -> str | None:
    try:
        target(label, word)
    except ValueError as error:
        return str(error)
    return None


def _some(labels: Sequence[str]) -> str:
    return ", ".join(labels[:20]) + (f" and {len(labels) - 20} more" if len(labels) > 20 else "")
