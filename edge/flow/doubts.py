"""What a detector takes for a thing and is none, as far as can be told: paint, a shadow, half of a lorry."""

from typing import Final

from broker.events import Reason
from edge.flow.shapes import touch
from edge.flow.stints import Stint
from edge.places import Place

DOUBTFUL_SCORE: Final = 0.5
# In the same light and of the same scale vehicles are seen about as surely. What is seen half as surely and
# was not seen to come is paint, a shadow, a stand.
AS_SURE: Final = 0.5
# What is doubtful and came in the same moment as the sure thing it touches is of that thing: its other half,
# its shadow. Vehicles of a queue come one after the other.
SAME_MOMENT_S: Final = 1.0
# Thin things are seldom seen surely. Small ones neither: below this share of the picture's height all are
# believed.
THIN: Final = 0.5
PLAIN_SIZE: Final = 0.045


def is_nothing(other: Place, theirs: Stint, place: Place, its: Stint, awake: float) -> bool:
    """Whether what stands beside a thing that is surely there is none itself, or a piece of it.

    awake: UTC of the first look. What stood there before may be whatever it is.
    """
    if theirs is its or not other.score < DOUBTFUL_SCORE <= place.score:
        return False
    if other.score < AS_SURE * place.score and theirs.way is None:
        return True
    together = abs(its.since - theirs.since) <= SAME_MOMENT_S and min(its.since, theirs.since) > awake
    return together and touch(its.shape, theirs.shape)


def enough(place: Place, sure: float) -> float:
    """The score that such a thing must have had once."""
    return sure if place.group == "vehicle" else THIN * sure


def never_sure(place: Place, stint: Stint, sure: float) -> Reason | None:
    """Why it is not told although it stands: nobody ever saw it surely, or saw it come."""
    if stint.sure or stint.way is not None or stint.shape.size < PLAIN_SIZE:
        return None
    needed = enough(place, sure)
    text = f"held: never surely a {place.label} ({place.score:.2f}, {needed:.2f} needed), nor seen to come"
    values = {"score": round(place.score, 3), "needed": round(needed, 3)}
    return Reason(code="never_sure", text=text, values=values, words={"label": place.label})
