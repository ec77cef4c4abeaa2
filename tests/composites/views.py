"""The real views, and where in them something may be put down. All by eye, in shares."""

from typing import Final

from edge.observation import Box
from tests.composites.backgrounds import Ground, Point, View

VIEWS: Final[dict[str, View]] = {
    "cromwell": View("tfl_jamcam_1", Ground(0.26, 0.19)),
    "oak": View("tfl_jamcam_2", Ground(0.08, 0.14)),
    "piccadilly": View("tfl_jamcam_3", Ground(0.27, 0.30)),
    "barnet": View("tfl_jamcam_4", Ground(0.19, 0.12)),
    "tooley": View("tfl_jamcam_5", Ground(-0.04, 0.108)),
    "circus": View("tfl_jamcam_6", Ground(0.40, 0.185)),
    "night": View("tfl_jamcam_7", Ground(-0.03, 0.11), light=0.6),
    "shaftesbury": View("tfl_jamcam_8", Ground(0.0, 0.115)),
    "crossroad": View("crossroad_traffic", Ground(-0.06, 0.165)),
    "campus": View("opencv_vtest", Ground(-0.14, 0.141)),
    "stuttgart": View("opendatacam_stuttgart", Ground(0.14, 0.20)),
    "highway": View("highway_shoulder_bike", Ground(0.11, 0.16)),
    "hall": View("intel_one-by-one-person-detection", Ground(-0.77, 0.51)),
    "kitchen": View("indoor_person", Ground(0.0, 0.33), end=10.5),
}

# Where real vehicles of the street stop for longer than a dwell: they may be told, and need not be.
STANDING: Final[dict[str, tuple[Box, ...]]] = {"crossroad": ((0.0, 0.45, 0.19, 0.77),)}

# Places where no traffic drives (`Background.crossed` of the footprint is small; the builder looks again).
# None beside the queue on Piccadilly: played to and fro it stands for ever, and holds its neighbours.
CAR_SPOTS: Final[tuple[tuple[str, Point], ...]] = (
    ("cromwell", (0.60, 0.565)),
    ("oak", (0.635, 0.79)),
    ("circus", (0.56, 0.86)),
    ("barnet", (0.88, 0.73)),
    ("tooley", (0.11, 0.92)),
    ("circus", (0.62, 0.82)),
    ("crossroad", (0.80, 0.88)),
    ("crossroad", (0.62, 0.66)),
    ("campus", (0.24, 0.47)),
    ("campus", (0.40, 0.85)),
    ("stuttgart", (0.14, 0.82)),
    ("highway", (0.25, 0.78)),
    ("barnet", (0.36, 0.80)),
)
# Lanes and kerbs with what a detector may take for a vehicle: arrows, hatching, manholes.
STREET_SPOTS: Final[tuple[tuple[str, Point], ...]] = (
    ("oak", (0.66, 0.75)),
    ("cromwell", (0.60, 0.565)),
    ("barnet", (0.66, 0.86)),
    ("oak", (0.58, 0.72)),
    ("tooley", (0.11, 0.92)),
    ("circus", (0.62, 0.82)),
)
NARROW: Final = frozenset({"oak", "tooley", "stuttgart"})

# A common detector knows the bicycles here in a clear picture; the one scooter there is it takes for a cake.
CYCLE_SPOTS: Final[tuple[tuple[str, Point], ...]] = (
    ("campus", (0.22, 0.46)),
    ("crossroad", (0.85, 0.90)),
    ("stuttgart", (0.14, 0.86)),
    ("campus", (0.45, 0.80)),
    ("crossroad", (0.33, 0.90)),
    ("tooley", (0.11, 0.92)),
)
STALL_SPOTS: Final[tuple[tuple[str, Point], ...]] = (
    ("campus", (0.35, 0.85)),
    ("crossroad", (0.82, 0.93)),
    ("campus", (0.22, 0.48)),
    ("stuttgart", (0.08, 0.93)),
    ("crossroad", (0.32, 0.88)),
    ("campus", (0.18, 0.70)),
    ("tooley", (0.09, 0.90)),
)
HEAP_SPOTS: Final[tuple[tuple[str, Point], ...]] = (
    ("tooley", (0.10, 0.90)),
    ("oak", (0.79, 0.80)),
    ("campus", (0.30, 0.75)),
    ("crossroad", (0.46, 0.58)),
    ("cromwell", (0.62, 0.56)),
    ("circus", (0.62, 0.85)),
    ("barnet", (0.90, 0.86)),
    ("stuttgart", (0.14, 0.82)),
    ("night", (0.77, 0.66)),
    ("highway", (0.25, 0.78)),
    ("crossroad", (0.88, 0.88)),
    ("campus", (0.55, 0.72)),
    ("kitchen", (0.60, 0.80)),
)
