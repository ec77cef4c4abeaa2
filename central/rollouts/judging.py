"""Whether a node fares worse than before a change. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from broker.events import Reason
from broker.messages import LookingReport
from central.sources import NodeView

FPS_SHARE = 0.7  # of what it was
DELAY_TIMES, DELAY_S = 1.5, 1.0
DROPPED_MORE = 0.05  # of the frames
LEAST_FRAMES = 50  # fewer say nothing about a share
MS_TIMES, MS_MORE = 1.5, 20.0  # of a picture that the detector looks at
LEAST_LOOKS, LEAST_THINGS = 20, 10.0  # fewer, or fewer to be expected, say nothing about what it sees
RATE_SHARE = 0.1  # of the things a look before
FAILED_MORE, LEAST_FAILED = 0.05, 5  # of the looks
RESTART_S = 5.0  # a process that is younger than the change by so much was begun after it
WELL = ("ok", "starting", "ended")


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """Of one source, by its node's own word. `frames`, `dropped`: since it began."""

    state: str
    fps: float | None = None
    delay_s: float | None = None
    frames: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class LookingFigures:
    """Of a node's detector, since it began. `model`: the sha256 of what runs; `ms` of a picture."""

    model: str
    looks: int = 0
    things: int = 0
    failed: int = 0
    ms: float | None = None

    def since(self, before: "LookingFigures") -> "LookingFigures":
        """What it did since then; all of it where it has begun anew."""
        looks, things, failed = (
            self.looks - before.looks,
            self.things - before.things,
            self.failed - before.failed,
        )
        if self.model != before.model or min(looks, things, failed) < 0:
            return self
        return LookingFigures(self.model, looks, things, failed, self.ms)


@dataclass(frozen=True, slots=True)
class Figures:
    """How a node fares at a moment, in seconds since 1970; `troubles` and `conditions` by their words."""

    at: float
    online: bool = True
    troubles: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    sources: Mapping[str, SourceFigures] = field(default_factory=dict)
    uptime_s: float | None = None
    looking: LookingFigures | None = None

    def told(self) -> dict[str, Any]:
        """As JSON."""
        names = SourceFigures.__slots__
        sources = {i: {n: getattr(s, n) for n in names} for i, s in sorted(self.sources.items())}
        words = {"troubles": sorted(self.troubles), "conditions": sorted(self.conditions)}
        told = {"at": self.at, "online": self.online, **words, "sources": sources, "uptime_s": self.uptime_s}
        return told | {"looking": asdict(self.looking) if self.looking else None}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Figures":
        """What `told` wrote."""
        sources = {name: SourceFigures(**each) for name, each in told["sources"].items()}
        words = (frozenset(told["troubles"]), frozenset(told["conditions"]))
        looking = LookingFigures(**told["looking"]) if told.get("looking") else None
        return cls(told["at"], told["online"], *words, sources, told.get("uptime_s"), looking)


def figures_of(view: NodeView) -> Figures | None:
    """Of what a node last said, by when it was heard; None where it never told how it fares."""
    health, heard = view.words.health, view.words.health_heard
    if health is None or heard is None:
        return None
    sources = {
        each.id: SourceFigures(each.state, each.fps, each.delay_s, each.frames, each.dropped)
        for each in health.sources
    }
    conditions = frozenset(f"{s.id} {each.condition}" for s in view.sources for each in s.conditions)
    troubles = frozenset(each.code for each in health.troubles)
    looking = _looking(health.looking) if health.looking is not None else None
    online = view.online is not False
    return Figures(heard.timestamp(), online, troubles, conditions, sources, health.uptime_s, looking)


def _looking(told: LookingReport) -> LookingFigures:
    return LookingFigures(told.model.sha256, told.looks, told.things, told.failed, told.ms)


def worse(before: Figures, now: Figures, slower: float = MS_TIMES) -> list[Reason]:
    """Everything that is worse now; nothing: it fares as before, or better.

    slower: how many times as long a look of the detector may take.
    """
    found = [*_of_node(before, now), *_of_detector(before.looking, now.looking, slower)]
    for name in sorted(before.sources):
        found += _of_source(name, before, now)
    return found


def _of_node(before: Figures, now: Figures) -> Iterator[Reason]:
    for code in sorted(now.troubles - before.troubles):
        yield Reason(code="new_trouble", text=f"the node has a new trouble: {code}", words={"code": code})
    for raised in sorted(now.conditions - before.conditions):
        source, _, condition = raised.partition(" ")
        text = f"a condition was raised: {raised}"
        yield Reason(code="new_condition", text=text, words={"source": source, "condition": condition})
    if now.uptime_s is not None and now.uptime_s < now.at - before.at - RESTART_S:
        text = f"the node was started anew {now.uptime_s:.0f} s ago, after the change"
        yield Reason(code="started_anew", text=text, values={"seconds": now.uptime_s})


def _of_detector(
    before: LookingFigures | None, now: LookingFigures | None, slower: float
) -> Iterator[Reason]:
    """A model that takes longer, fails, or is blind to what the one before saw."""
    if before is None or now is None:
        return
    if before.ms and now.ms is not None and now.ms > slower * before.ms + MS_MORE:
        values = {"before": before.ms, "now": now.ms}
        text = f"the detector takes {now.ms:.0f} ms for a picture and took {before.ms:.0f} ms"
        yield Reason(code="slower_detector", text=text, values=values)
    lately = now.since(before)
    failed = lately.failed / max(1, lately.looks + lately.failed)
    if lately.failed >= LEAST_FAILED and failed > FAILED_MORE:
        text = f"the detector fails on {100 * failed:.0f} % of the looks"
        yield Reason(code="detector_fails", text=text, values={"share": failed})
    if before.looks < LEAST_LOOKS or lately.looks < LEAST_LOOKS:
        return
    saw, sees = before.things / before.looks, lately.things / lately.looks
    if saw * lately.looks >= LEAST_THINGS and sees < RATE_SHARE * saw:
        text = f"the detector sees {sees:.2g} things a look and saw {saw:.2g}"
        yield Reason(code="sees_less", text=text, values={"before": saw, "now": sees})


def too_early(before: Figures, now: Figures) -> bool:
    """Whether another model looks, and has not yet looked as often as it takes to tell that it is blind."""
    was, is_now = before.looking, now.looking
    if was is None or is_now is None or was.model == is_now.model:
        return False
    if was.looks < LEAST_LOOKS or was.things == 0:
        return False  # nothing is to be expected
    return is_now.looks < max(LEAST_LOOKS, LEAST_THINGS * was.looks / was.things)


def _of_source(name: str, before: Figures, now: Figures) -> Iterator[Reason]:
    was, is_now = before.sources[name], now.sources.get(name)
    if is_now is None:
        if was.state in WELL:
            yield Reason(code="source_gone", text=f"{name} is gone", words={"source": name})
        return
    if was.state in WELL and is_now.state not in WELL:
        text = f"{name} was {was.state} and is {is_now.state}"
        words = {"source": name, "was": was.state, "is": is_now.state}
        yield Reason(code="source_failed", text=text, words=words)
    yield from _slower(name, was, is_now)
    if (more := _dropped_share(is_now, was) - _dropped_share(was, None)) > DROPPED_MORE:
        text = f"{name} drops {100 * more:.0f} % more of its frames"
        yield Reason(code="more_dropped", text=text, values={"share": more}, words={"source": name})


def _slower(name: str, was: SourceFigures, is_now: SourceFigures) -> Iterator[Reason]:
    if was.fps and is_now.fps is not None and is_now.fps < FPS_SHARE * was.fps:
        values = {"before": was.fps, "now": is_now.fps}
        text = f"{name} looks at {is_now.fps:.2g} frames a second and did at {was.fps:.2g}"
        yield Reason(code="fewer_frames", text=text, values=values, words={"source": name})
    if was.delay_s is None or is_now.delay_s is None:
        return
    if is_now.delay_s > DELAY_TIMES * was.delay_s + DELAY_S:
        values = {"before": was.delay_s, "now": is_now.delay_s}
        text = f"{name} is {is_now.delay_s:.1f} s late and was {was.delay_s:.1f} s"
        yield Reason(code="later", text=text, values=values, words={"source": name})


def _dropped_share(figures: SourceFigures, since: SourceFigures | None) -> float:
    """Of the frames since then; since the beginning, where it has begun anew."""
    frames, dropped = figures.frames, figures.dropped
    if since is not None and since.frames <= frames and since.dropped <= dropped:
        frames, dropped = frames - since.frames, dropped - since.dropped
    return dropped / (frames + dropped) if frames + dropped >= LEAST_FRAMES else 0.0
