"""How many cameras a box carries, from what decoding, looking and detecting cost it.

A quiet camera is looked at every `idle` seconds: decoding up to that look, comparing the picture, and the
detector once in `REFRESH_S`. A busy one is looked at as its most hurried rule wants, with the detector at
each look. The processor has `SPARE` of its cores for that; the detector has `inference.budget` seconds a
second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from broker.saying import said
from edge.diagnosis.sign import Finding, Sign

REFRESH_S: Final = 60.0  # after which the detector looks in any case (edge.perception.observer)
SPARE: Final = 0.8
FEW: Final = 0.25  # of the cameras busy at once: less than that is soon reached
FASTER: Final = 1.5
MOST: Final = 100_000  # more are not told

ALL: Final = said("all cameras")

CARRIES = Sign("speed_carries", "fine", "this box carries its cameras")
SHORT = Sign(
    "speed_short",
    "fault",
    "this box cannot look at so many cameras, even while nothing happens: looks are left out",
    "Watch at most {quiet:d} such cameras here, or set `idle: {idle:.0f}s` at the sources; {help}.",
)
TIGHT = Sign(
    "speed_tight",
    "warning",
    "when more than {busy:d} of {cameras:d} cameras are busy at once, looks are left out "
    "(`detector_overloaded`)",
    "A faster `model.name` or `model.provider`, `sample: 1`, or fewer cameras on this box; {help}.",
)
FASTER_THERE = Sign(
    "speed_provider",
    "note",
    "another provider that is installed here is faster",
    "Set `model.provider: {provider}`.",
)
PROVIDER_FINE = Sign("speed_inference", "fine", "what the detector takes here")
PROVIDER_BROKE = Sign(
    "speed_provider_broken",
    "note",
    "a provider that is installed does not start here",
    "Nothing, while `model.provider` is another one; else install its libraries and the device's driver.",
)
NOTHING = Sign("speed_nothing", "fine", "nothing here needs a detector")


@dataclass(frozen=True, slots=True)
class Costs:
    """One camera's, in seconds of work a second: of the processor, and of the detector's budget."""

    quiet_cpu: float
    quiet_detector: float
    busy_cpu: float
    busy_detector: float


@dataclass(frozen=True, slots=True)
class Look:
    """What one look costs, in milliseconds: comparing; the detector's own time, the processor's for it."""

    look_ms: float
    detector_ms: float
    detector_cpu_ms: float


def costs(look: Look, decode_quiet: float, decode_busy: float, idle: float, hurried: float) -> Costs:
    """Of a camera that is looked at every `idle`, or every `hurried`, seconds; decode_...: ms a second."""
    quiet_run, busy_run = 1.0 / max(REFRESH_S, idle), 1.0 / hurried
    return Costs(
        (decode_quiet + look.look_ms / idle + look.detector_cpu_ms * quiet_run) / 1000,
        look.detector_ms * quiet_run / 1000,
        (decode_busy + look.look_ms / hurried + look.detector_cpu_ms * busy_run) / 1000,
        look.detector_ms * busy_run / 1000,
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """Shares of what the box can do that are taken, and how many such cameras it carries."""

    quiet_share: float
    busy_share: float
    cameras: int

    @property
    def quiet(self) -> int:
        """So many, while nothing happens."""
        return _so_many(self.cameras, self.quiet_share)

    @property
    def all_busy(self) -> int:
        """So many, all of them busy."""
        return _so_many(self.cameras, self.busy_share)

    @property
    def busy(self) -> int:
        """How many of the configured ones may be busy at once."""
        if self.quiet_share >= 1.0:
            return 0
        more = self.busy_share - self.quiet_share
        share = (1.0 - self.quiet_share) / more if more > 0 else 1.0
        return min(self.cameras, _whole(share * self.cameras))


def _so_many(cameras: int, share: float) -> int:
    return min(MOST, _whole(cameras / share)) if share > 0 else MOST


def _whole(value: float) -> int:
    return int(value + 1e-9)


def carried(each: Sequence[Costs], cores: float, budget: float) -> Carried:
    """Of all cameras together."""
    room = SPARE * cores
    quiet = max(sum(c.quiet_cpu for c in each) / room, sum(c.quiet_detector for c in each) / budget)
    busy = max(sum(c.busy_cpu for c in each) / room, sum(c.busy_detector for c in each) / budget)
    return Carried(quiet, busy, len(each))


def judge(found: Carried, idle: float, provider: str, figures: Mapping[str, float]) -> Finding:
    """Whether the configured cameras are carried."""
    words = (
        "{cameras} camera(s) take {share:.0%} of this box while quiet; it carries {quiet} quiet ones "
        "like these, {all_busy} if all are busy ({provider})"
    )
    told = {"quiet": found.quiet, "all_busy": found.all_busy, "busy": found.busy, "cameras": found.cameras}
    seen = said(words, share=found.quiet_share, provider=provider, **told)
    shares = {"quiet_share": round(found.quiet_share, 4), "busy_share": round(found.busy_share, 4)}
    about = {**told, **shares, **figures}
    faster, smaller = said("a faster `model.provider` helps"), said("a smaller model helps")
    helps = faster if provider == "cpu" else smaller
    if found.quiet_share > 1.0:
        return SHORT.at(ALL, seen, idle=idle * found.quiet_share, help=helps, **about)
    if found.busy < FEW * found.cameras:
        return TIGHT.at(ALL, seen, help=helps, **about)
    return CARRIES.at(ALL, seen, **about)


def providers(ms: Mapping[str, float], chosen: str, broken: Mapping[str, str]) -> Iterator[Finding]:
    """What each provider that is installed takes for a picture."""
    for name, took in ms.items():
        seen = said("{ms:.1f} ms a picture", ms=took)
        yield PROVIDER_FINE.at(name, seen, provider=name, ms=round(took, 2), chosen=name == chosen)
    for name, why in broken.items():
        yield PROVIDER_BROKE.at(name, why, provider=name)
    if chosen in ms:
        best = min(ms, key=lambda name: ms[name])
        if ms[chosen] > FASTER * ms[best]:
            words = "{best} takes {best_ms:.1f} ms a picture, {chosen} {chosen_ms:.1f} ms"
            seen = said(words, best=best, best_ms=ms[best], chosen=chosen, chosen_ms=ms[chosen])
            yield FASTER_THERE.at(best, seen, provider=best)
