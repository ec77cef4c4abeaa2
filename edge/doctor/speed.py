"""How fast the detector is with each provider that is installed, and how many such cameras that carries."""

import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from broker.saying import said
from edge import assembly
from edge.cadence import interval
from edge.diagnosis import speed as told
from edge.diagnosis.cameras import Stream
from edge.diagnosis.sign import Finding
from edge.diagnosis.speed import Costs, Look
from edge.examining.box import cores
from edge.examining.case import Case, Measured, Seen
from edge.frames import Frame
from edge.perception.observer import pictures_of
from edge.privacy import Masker
from edge.settings import SourceSettings
from edge.streams.decoded import Plane
from models.errors import ModelError
from models.providers import available
from models.runtime import LoadedDetector, ModelSettings, open_detector

TITLE = "speed"
BOX, ALONE = False, True
SIZE = (720, 1280, 3)
LEAST_RUNS = 3


def limit_s(case: Case) -> float:
    """A GPU's provider may take a minute to make its engine."""
    return 60.0 + 4 * case.seconds + len(case.board.sources)


def examine(case: Case) -> Iterable[Finding]:
    """The providers one after the other, then what the cameras cost."""
    settings = case.settings
    if not (settings.sources or settings.flights):
        return [told.NOTHING.at(said("detector"), said("no source of pictures"))]
    ms, broken = _providers(case)
    found = [*told.providers(ms, settings.model.provider, broken)]
    if settings.sources and (detector := _detector(case)) is not None:
        found.append(_carried(case, detector, ms))
    return found


def _providers(case: Case) -> tuple[dict[str, float], dict[str, str]]:
    """Milliseconds a picture by each, and those that do not start."""
    ms: dict[str, float] = {}
    broken: dict[str, str] = {}
    wanted = case.settings.model
    there = available()
    for name in there:
        try:
            known = case.board.detector if name == wanted.provider else None
            detector = known or open_detector(wanted.model_copy(update={"provider": name}))
            asked = wanted.model_copy(update={"provider": name})
            ms[name] = _timed(detector, case.seconds / (2 * len(there)), asked)
        except ModelError as error:
            if name != wanted.provider:  # of the one that is configured the models tell
                broken[name] = str(error)[:300]
    return ms, broken


def _timed(detector: LoadedDetector, seconds: float, wanted: ModelSettings) -> float:
    noise = np.random.default_rng(1).integers(0, 256, SIZE, np.uint8)
    detector.detect([noise])  # the first call allocates
    took: list[float] = []
    until = time.perf_counter() + seconds
    while len(took) < LEAST_RUNS or time.perf_counter() < until:
        took.append(_took(detector, [noise], wanted)[0])
    return statistics.median(took)


def _detector(case: Case) -> LoadedDetector | None:
    if case.board.detector is not None:
        return case.board.detector
    wanted: ModelSettings = case.settings.model
    try:
        return open_detector(wanted)
    except ModelError:
        return None  # the models' own examination tells


def _carried(case: Case, detector: LoadedDetector, ms: dict[str, float]) -> Finding:
    """Of the sources that came; those that did not are taken to be like them."""
    settings, measured = case.settings, case.board.sources
    looks: dict[tuple[int, int, int], Look] = {}

    def costs(source: SourceSettings, seen: Measured) -> Costs:
        return _costs(source, seen, looks, partial(_look, detector=detector, model=settings.model))

    known = {s.id: costs(s, measured[s.id]) for s in settings.sources if s.id in measured}
    usual = _mean(list(known.values()) or [costs(settings.sources[0], _supposed())])
    each = [known.get(source.id, usual) for source in settings.sources]
    here = cores(case.root)
    found = told.carried(each, here, settings.inference.budget)
    idle = statistics.median(source.idle for source in settings.sources)
    figures = {"cores": here, "measured": len(known), "budget": settings.inference.budget}
    spent = {f"ms_{name}": round(took, 2) for name, took in ms.items()}
    look = next(iter(looks.values()))
    spent |= {"look_ms": round(look.look_ms, 2), "detector_ms": round(look.detector_ms, 2)}
    return told.judge(found, idle, settings.model.provider, {**figures, **spent})


def _supposed() -> Measured:
    """Where no source came nothing is known of decoding; a picture of a usual size stands in for the rest."""
    noise = np.random.default_rng(2).integers(0, 256, SIZE, np.uint8)
    return Measured(
        Stream("unknown", SIZE[1], SIZE[0], 0, 0, 0.0, 25.0, 1.0, 0.0, 0.0),
        noise,
    )


def _mean(each: list[Costs]) -> Costs:
    return Costs(*(statistics.fmean(getattr(one, name) for one in each) for name in Costs.__slots__))


def _costs(
    source: SourceSettings,
    measured: Measured,
    looks: dict[tuple[int, int, int], Look],
    look_at: Callable[[SourceSettings, Seen], Look],
) -> Costs:
    stream = measured.stream
    idle = interval(source, "nothing")
    hurried = min(interval(source, "something"), interval(source, "standing"))
    size = (stream.width, stream.height, len(source.zones))  # one look at pictures of a size tells for all
    if size not in looks:
        looks[size] = look_at(source, measured.seen)
    look = looks[size]
    return told.costs(look, stream.decode_ms(idle), stream.decode_ms(hurried), idle, hurried)


def _look(source: SourceSettings, seen: Seen, detector: LoadedDetector, model: ModelSettings) -> Look:
    """What the node's own eyes take for this very picture; the detector with every crop that it would get."""
    masker = Masker(persons=detector, faces=None, plates=None)
    eyes = assembly.eyes(source, assembly.Models(detector, masker, assembly.score_of(model)))
    looked: list[float] = []
    runs: list[tuple[float, float]] = []
    for step in range(LEAST_RUNS + 1):
        frame = Frame(seen, source.id, step, step * source.idle, time.time(), "unknown")
        busy = time.process_time()
        glance = eyes.glance(frame, ())
        looked.append((time.process_time() - busy) * 1000)
        if len(runs) < LEAST_RUNS:
            pictures = pictures_of(glance) or [frame.image]  # a dark picture is not looked at now
            runs.append(_took(detector, pictures, model))
    wall, processor = zip(*runs, strict=True)
    return Look(statistics.median(looked), statistics.median(wall), statistics.median(processor))


def _took(detector: LoadedDetector, pictures: list[Plane], model: ModelSettings) -> tuple[float, float]:
    """Milliseconds of the detector, and of the processor for it.

    Where it is the processor that detects, its time by its threads: what else runs here does not lengthen it.
    """
    began, busy = time.perf_counter(), time.process_time()
    detector.detect(pictures)
    clock, processor = (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000
    return (processor / model.threads if model.provider == "cpu" else clock), processor
