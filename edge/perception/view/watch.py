"""One source's view: looks at small grey pictures and says how far they can be trusted."""

from collections.abc import Sequence
from typing import Any, Final, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.observation import Box, View, ViewCondition
from edge.perception.cells import whole
from edge.perception.view.calm import Calm
from edge.perception.view.evidence import NEVER, Evidence, against
from edge.perception.view.judge import Judge
from edge.perception.view.known import Known, free_cells
from edge.perception.view.light import Light, Mode
from edge.perception.view.pose import Pose
from edge.perception.view.reference import Settling
from edge.perception.view.settings import ViewSettings
from edge.perception.view.stillness import Stillness
from edge.perception.view.store import Arrays, figure, packed, unpacked
from edge.perception.view.structure import structure
from edge.perception.view.tone import tone
from edge.perception.view.trust import Trust, Wrong

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

LONGEST: Final = 15.0  # seconds between two looks that count; a longer gap says nothing about what lay in it
SMALLEST: Final = 48  # pixels a side
UNSTEADY: Final = 60.0  # seconds in which the looks never agreed
SAME_SHAPE: Final = 0.03  # of the aspect: a stream of another resolution shows the same view


class ViewWatch:
    """Call `look` for every small picture of one source in order of time."""

    def __init__(self, settings: ViewSettings) -> None:
        self._settings = settings
        self._t: float | None = None
        self._since_full = 0.0
        self._view = View("settling")
        self._still, self._calm = Stillness(settings.frozen), Calm()
        self._begin({}, None)

    @property
    def still_s(self) -> float:
        """For how long the picture has not changed, but for a burnt-in line of text."""
        return self._still.run

    def reset(self) -> None:
        """The zones were drawn anew: what the camera shows from now on is the view they were drawn in."""
        self._begin({}, None)

    def _begin(self, known: dict[Mode, Known], pose: Pose | None) -> None:
        self._known, self._pose = known, pose
        self._light, self._trust = Light(), Trust()
        self._judge = Judge(self._settings.follow)
        self._settling: Settling | None = None
        self._fresh = True

    def look(self, t: float, grey: Grey, *, colour: float | None, busy: Sequence[Box] = ()) -> View:
        """How the view is. colour: mean |U-128| + |V-128| in levels. busy: boxes of things, in the picture.

        t: seconds; where it goes back, no time has passed.
        """
        dt = 0.0 if self._t is None else min(LONGEST, max(0.0, t - self._t))
        self._t = t
        if min(grey.shape) < SMALLEST:
            text = f"a picture of {grey.shape[1]} x {grey.shape[0]} is too small to be judged"
            return View("settling", t, text=text)
        self._still.look(dt, grey)
        self._since_full += dt
        if self._fresh or self._since_full >= self._settings.every - 1e-6:
            elapsed, self._since_full, self._fresh = self._since_full, 0.0, False
            self._full_look(t, elapsed, grey, colour, busy)
        return self._view

    def _full_look(self, t: float, dt: float, grey: Grey, colour: float | None, busy: Sequence[Box]) -> None:
        pose, picture = self._sized(whole(grey))
        self._calm.look(dt, grey)
        frozen = self._still if self._still.frozen else self._calm
        seen = Evidence(tone(picture), frozen_s=frozen.run if frozen.frozen else 0.0)
        self._light.look(dt, colour, shows=against(seen) is None and not self._judge.bare)
        free = _free(pose, busy)
        known = self._known.get(self._light.mode)
        if known is None:
            wrong = self._settle(dt, picture, free, pose, against(seen))
        else:
            sure = self._trust.phase == "ok" and not self._light.switching
            wrong = self._judge.look(t, dt, picture, free, known, pose, seen, sure)
            if wrong is None and self._light.switching:
                wrong = Wrong("colour_lost", NEVER, "the camera changes its light")
        self._trust.look(t, dt, wrong, self._light.mode in self._known)
        self._tell(t, pose, whole(grey))

    def _sized(self, picture: Grey) -> tuple[Pose, Grey]:
        """The picture at the size of the references; another shape of picture is another view."""
        height, width = picture.shape
        pose = self._pose or Pose((height, width))
        if abs(width / height * pose.size[0] / pose.size[1] - 1) > SAME_SHAPE:
            self._begin({}, None)
            pose, self._fresh = Pose((height, width)), False
        self._pose = pose
        if (height, width) == pose.size:
            return pose, picture
        size = (pose.size[1], pose.size[0])
        return pose, np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _settle(
        self, dt: float, picture: Grey, free: Floats, pose: Pose, wrong: Wrong | None
    ) -> Wrong | None:
        """Learn the view in this light."""
        if wrong is not None:
            self._settling = None
            return wrong
        if self._settling is None:
            self._settling = Settling(self._settings.settle)
        made = self._settling.add(dt, structure(pose.flat(picture)), free)
        if made is not None:
            self._known[self._light.mode] = Known(made)
            self._settling = None
        elif self._settling.tried >= UNSTEADY:
            return Wrong("moved", 0.0, "the view does not stand still")
        return None

    def _tell(self, t: float, pose: Pose, grey: Grey) -> None:
        condition, text = self._condition(pose)
        since = self._view.since if condition == self._view.condition else t
        if self._trust.phase == "faulty":
            since = min(since, self._trust.since)
        blind = (*self._judge.cover.boxes(), *pose.strips())
        shares = pose.affine(grey.shape[1], grey.shape[0])
        self._view = View(condition, min(since, t), shares, blind, text)

    def _condition(self, pose: Pose) -> tuple[ViewCondition, str]:
        hidden = self._judge.cover.share
        phase = self._trust.phase
        if phase == "settling":
            return self._unknown()
        if phase == "faulty":
            return self._trust.name, self._trust.text
        if phase == "doubtful":
            return "doubtful", self._trust.text
        if hidden >= self._settings.blind:
            return "part_covered", f"{hidden:.0%} of the view is hidden"
        if self._light.mode == "grey":
            return "colour_lost", "the camera shows no colour, as it does by infrared light"
        return "ok", "" if pose.still else f"{pose.text}; zones follow"

    def _unknown(self) -> tuple[ViewCondition, str]:
        if self._light.mode in self._known:
            return "doubtful", self._trust.text
        if self._known:
            return "doubtful", "the light has changed and the view is learnt anew"
        return "settling", ""

    def dump(self) -> bytes:
        """What is known of the view, as bytes. Nothing that was only ever seen under a busy box is in it."""
        told: dict[str, Any] = {"mode": self._light.mode, "chroma": self._light.usual}
        told |= {"usual_run": self._still.usual, "usual_calm": self._calm.usual, "modes": {}}
        if self._pose is not None:
            told |= {"matrix": self._pose.matrix.tolist()}
        arrays: Arrays = {}
        for mode, known in self._known.items():
            told["modes"][mode], pictures = known.dump()
            arrays |= {f"{mode}.{name}": picture for name, picture in pictures.items()}
        return packed(told, arrays)

    def restore(self, data: bytes) -> None:
        """Continue from a dump. Raises ValueError for what is none; nothing has changed then."""
        told, arrays = unpacked(data)
        try:
            known = _known(told["modes"], arrays)
            pose = _pose(told, known)
            mode, chroma, run = told["mode"], figure(told["chroma"]), figure(told["usual_run"])
            calm = figure(told.get("usual_calm", 0.0))  # older ones have none
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(f"this is no stored view: {error!r}") from error
        if mode not in get_args(Mode):
            raise ValueError(f"this is no stored view: there is no light {mode!r}")
        self._begin(known, pose)
        self._light.mode, self._light.usual = mode, chroma
        self._still.usual, self._calm.usual = run, calm


def _free(pose: Pose, busy: Sequence[Box]) -> Floats:
    """Weight by cell of the drawn view: 0 under things, and where the picture does not show it."""
    if not busy:
        return pose.inside
    boxes = np.array([pose.cells_of(box) for box in busy], np.float64)
    return np.asarray(free_cells(pose.size, boxes) * pose.inside, np.float32)


def _known(modes: dict[Any, Any], arrays: Arrays) -> dict[Mode, Known]:
    if not isinstance(modes, dict):
        raise ValueError(f"this is no stored view: {modes!r} are no lights")
    known: dict[Mode, Known] = {}
    for mode in get_args(Mode):
        if mode in modes:
            own = {name.split(".")[1]: each for name, each in arrays.items() if name.startswith(f"{mode}.")}
            known[mode] = Known.restore(modes[mode], own)
    if len({each.size for each in known.values()}) > 1:
        raise ValueError("its pictures are not of one size")
    return known


def _pose(told: dict[str, Any], known: dict[Mode, Known]) -> Pose | None:
    """Where the camera looked."""
    if not known:
        return None
    size = next(iter(known.values())).size
    matrix = np.array([[figure(value) for value in row] for row in told["matrix"]], np.float64)
    if matrix.shape != (2, 3) or abs(np.linalg.det(matrix[:, :2]) - 1) > 0.5:
        raise ValueError("its matrix is none of a camera that has moved a little")
    pose = Pose(size)
    pose.jump(0.0, matrix)
    return pose
