"""At which share of a limit what happens: urging (催办), the next level, supervising (督办). Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from central.clock.limits import STAGES, Stage

Level = Literal["grid", "street", "district"]
LEVELS: tuple[Level, ...] = get_args(Level)
LOWEST: Final[Level] = LEVELS[0]


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """What happens once a share of the limit has passed. 1 is due; to: the level that it then lies with."""

    at: float
    urge: bool = False
    to: Level | None = None
    supervise: bool = False
    stages: tuple[Stage, ...] = STAGES

    @property
    def does(self) -> str:
        """Its name, by the gravest thing it does."""
        if self.to is not None:
            return self.to
        return "supervise" if self.supervise else "urge"

    @property
    def told(self) -> str:
        """All that it does, in words."""
        parts = ["urge"] if self.urge else []
        parts += [f"escalate to {self.to}"] if self.to is not None else []
        return ", ".join([*parts, "supervise"] if self.supervise else parts)


@dataclass(frozen=True, slots=True)
class Named:
    """A step of one stage. kind: its timer's, the same for ever as long as the steps keep their order."""

    kind: str
    stage: Stage
    step: EscalationStep


class Escalation:
    """All steps."""

    def __init__(self, steps: Collection[EscalationStep]) -> None:
        self.steps = tuple(sorted(steps, key=lambda step: step.at))
        self._of = {stage: tuple(_named(stage, self.steps)) for stage in STAGES}
        self._by_kind = {named.kind: named for several in self._of.values() for named in several}

    def of(self, stage: Stage) -> tuple[Named, ...]:
        """What happens in a stage, by the share."""
        return self._of[stage]

    def named(self, kind: str) -> Named | None:
        """The step of a timer; None where the configuration knows it no more."""
        return self._by_kind.get(kind)


def _named(stage: Stage, steps: Collection[EscalationStep]) -> Iterator[Named]:
    """handle_urge, handle_urge_2, handle_street ..."""
    met: dict[str, int] = {}
    for step in steps:
        if stage in step.stages:
            met[step.does] = met.get(step.does, 0) + 1
            again = f"_{met[step.does]}" if met[step.does] > 1 else ""
            yield Named(f"{stage}_{step.does}{again}", stage, step)


def higher(one: Level, other: Level) -> Level:
    """The higher of two levels; so a level that was raised never falls back."""
    return max(one, other, key=LEVELS.index)
