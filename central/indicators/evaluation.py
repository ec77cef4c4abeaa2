"""The scored evaluation (综合评价): weights and bands as data, points with their reasons. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.events import Reason
from broker.fields import Word
from broker.settings import Settings
from central.indicators.formulas import FIGURES, Sums, Value, value_of

Judged = Literal["department", "cell", "community"]
JUDGED: tuple[Judged, ...] = get_args(Judged)
Name = Annotated[str, Field(min_length=1, max_length=80)]
Points = Annotated[float, Field(ge=0, le=100)]


def _figure(name: str) -> str:
    if name not in FIGURES:
        raise ValueError(f"is no figure; allowed: {', '.join(FIGURES)}")
    return name


class Band(Settings):
    """At this value of the figure it has so many points; between two bands they go straight."""

    value: Annotated[float, Field(ge=0, le=1e9)]
    points: Points


class Part(Settings):
    """What one figure adds. bands: by rising value; below the first and above the last its points stay."""

    figure: Annotated[str, AfterValidator(_figure)]
    weight: Annotated[float, Field(gt=0, le=1000)]
    bands: Annotated[list[Band], Field(min_length=2, max_length=50)]
    of: Annotated[list[Judged], Field(min_length=1)] = list(JUDGED)

    @model_validator(mode="after")
    def _rise(self) -> Self:
        for one, other in pairwise(self.bands):
            if other.value <= one.value:
                text = f"bands: {other.value:g} comes after {one.value:g}; each value is higher than the last"
                raise ValueError(text)
        return self

    def points(self, value: float) -> float:
        """Of a value of the figure."""
        bands = self.bands
        if value <= bands[0].value:
            return bands[0].points
        for one, other in pairwise(bands):
            if value <= other.value:
                share = (value - one.value) / (other.value - one.value)
                return one.points + share * (other.points - one.points)
        return bands[-1].points


class Grade(Settings):
    """A name for scores from `at_least` on, up to the next."""

    grade: Word
    zh: Name
    en: Name
    at_least: Points


class Evaluation(Settings):
    """How areas and departments are judged.

    least: of fewer tickets a figure has no points. enough: the share of the weights that must have points,
    else there is no score.
    """

    name: Word
    zh: Name
    en: Name
    least: Annotated[int, Field(ge=1, le=100_000)] = 10
    enough: Annotated[float, Field(gt=0, le=1)] = 0.5
    parts: Annotated[list[Part], Field(min_length=1, max_length=100)]
    grades: Annotated[list[Grade], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [*self._doubled(), *self._unjudged(), *self._grades_fall()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _doubled(self) -> list[str]:
        return [
            f"parts: {figure} counts twice for {by}; once is expected"
            for by in JUDGED
            for figure in FIGURES
            if sum(part.figure == figure and by in part.of for part in self.parts) > 1
        ]

    def _unjudged(self) -> list[str]:
        lost = [by for by in JUDGED if not any(by in part.of for part in self.parts)]
        return [f"parts: none is of {by}; one at least is expected" for by in lost]

    def _grades_fall(self) -> list[str]:
        froms = [each.at_least for each in self.grades]
        if froms != sorted(set(froms), reverse=True):
            return ["grades: at_least must fall from each to the next"]
        return [] if froms[-1] == 0 else ["grades: the last must begin at 0, so that every score has one"]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one figure added. points None: it had none, and `why` says so."""

    figure: str
    value: Value
    weight: float
    points: float | None
    why: Reason


@dataclass(frozen=True, slots=True)
class Score:
    """Of an area or department. score and grade None: there was too little to judge by."""

    key: str
    score: float | None
    grade: str | None
    parts: tuple[Scored, ...]
    why: Reason


def score_of(plan: Evaluation, by: Judged, key: str, sums: Sums) -> Score:
    """The score of one group, 0 to 100, to a tenth of a point."""
    parts = tuple(_scored(part, sums, plan.least) for part in plan.parts if by in part.of)
    whole = sum(part.weight for part in parts)
    counted = [(part.weight, part.points) for part in parts if part.points is not None]
    weight = sum(each for each, _ in counted)
    if weight < plan.enough * whole - 1e-9:
        return Score(key, None, None, parts, _too_few(plan, weight / whole))
    score = round(sum(each * points for each, points in counted) / weight, 1)
    grade = next(each for each in plan.grades if score >= each.at_least)
    text = f"{score:g} of 100 by {plan.name}, on {weight / whole:.0%} of its weights: {grade.en}"
    values = {"score": score, "weight": weight, "of": whole}
    return Score(key, score, grade.grade, parts, Reason(code="scored", text=text, values=values))


def scores_of(plan: Evaluation, by: Judged, groups: Mapping[str, Sums]) -> list[Score]:
    """Of every group that has a name: the best first, those without a score at the end."""
    found = [score_of(plan, by, key, sums) for key, sums in groups.items() if key]
    return sorted(found, key=lambda each: (each.score is None, -(each.score or 0.0), each.key))


def grade_named(plan: Evaluation, grade: str | None) -> Grade | None:
    """A grade with its names."""
    return next((each for each in plan.grades if each.grade == grade), None)


def parts_of(plan: Evaluation, by: Judged) -> Sequence[Part]:
    """What counts for these."""
    return [part for part in plan.parts if by in part.of]


def _scored(part: Part, sums: Sums, least: int) -> Scored:
    value = value_of(part.figure, sums)
    if value.value is None:
        assert value.why is not None  # noqa: S101 - it says why there is none
        return Scored(part.figure, value, part.weight, None, value.why)
    if value.denominator < least:
        text = f"{value.denominator} tickets are too few to judge by; {least} are needed"
        return Scored(part.figure, value, part.weight, None, Reason(code="too_few", text=text))
    points = round(part.points(value.value), 2)
    text = f"{value.numerator} of {value.denominator} is {value.value:.4g}: {points:g} points"
    return Scored(part.figure, value, part.weight, points, Reason(code="points", text=text))


def _too_few(plan: Evaluation, share: float) -> Reason:
    text = f"only {share:.0%} of the weights have figures to judge by; {plan.enough:.0%} are needed"
    return Reason(code="too_few", text=text, values={"share": share})
