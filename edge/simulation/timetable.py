"""When a thing says what, over a whole run, faults on purpose included; chance comes from a seed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random
from typing import Final

from edge.simulation.thing import Fault, Fields, ThingSettings, Value, seconds_of

Words = Mapping[str, Mapping[str, Value]]
FIRST_S: Final = 60.0  # within so much of the begin each has spoken once
BEHIND_S: Final = 1.0  # so long after the next one what was overtaken is sent


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to say. sent, made: seconds from the begin; made is what its own stamp tells."""

    sent: float
    made: float
    fields: Mapping[str, Value]
    broken: bool = False


def changes(settings: ThingSettings, words: Words) -> list[tuple[float, Mapping[str, Value]]]:
    """The timetable in order. Raises ValueError for a word that the kind does not know."""
    table = []
    for moment, change in settings.timetable.items():
        if isinstance(change, str) and change not in words:
            known = ", ".join(sorted(words)) or "none"
            raise ValueError(f"{settings.id}: {change!r} is no word of {settings.kind}; known are {known}")
        t = seconds_of(moment)
        if settings.again is not None and t >= settings.again:
            raise ValueError(f"{settings.id}: {moment} is not within the {settings.again:g} s of `again`")
        table.append((t, words[change] if isinstance(change, str) else change))
    return sorted(table, key=lambda entry: entry[0])


def utterances(settings: ThingSettings, words: Words, seconds: float, seed: int) -> list[Utterance]:
    """All that it says in so many seconds, in the order in which it is sent."""
    chance = Random(f"{seed}/{settings.id}")  # noqa: S311 - no secret
    said = list(_said(settings, words, seconds, chance))
    for fault in settings.faults:
        said = _faulty(fault, said, chance)
    return sorted((each for each in said if each.sent < seconds), key=lambda each: (each.sent, each.made))


def _said(settings: ThingSettings, words: Words, seconds: float, chance: Random) -> Iterator[Utterance]:
    """By rounds and by changes, each with all that is so then."""
    table = _over_again(changes(settings, words), settings.again, seconds)
    so: Fields = dict(settings.fields)
    since: dict[str, float] = {}
    place = 0
    for t, is_change in sorted([*((t, True) for t, _ in table), *_rounds(settings, seconds, chance)]):
        while is_change and place < len(table) and table[place][0] <= t:
            so |= table[place][1]
            since |= dict.fromkeys(table[place][1], t)
            place += 1
        if t < seconds:
            yield Utterance(t, t, _moved(so, since, settings, t, chance))


def _over_again(
    table: list[tuple[float, Mapping[str, Value]]], every: float | None, seconds: float
) -> list[tuple[float, Mapping[str, Value]]]:
    """The timetable as often as it fits in."""
    laps = 1 if every is None else ceil(seconds / every)
    return [(lap * (every or 0.0) + t, change) for lap in range(laps) for t, change in table]


def _rounds(settings: ThingSettings, seconds: float, chance: Random) -> Iterator[tuple[float, bool]]:
    """The begin, and every so often from then on."""
    t = round(chance.uniform(0.0, min(FIRST_S, settings.every or FIRST_S)), 3)
    while t < seconds:
        yield t, False
        if settings.every is None:
            return
        t = round(t + max(1.0, settings.every + settings.jitter * chance.uniform(-0.5, 0.5)), 3)


def _moved(
    so: Fields, since: Mapping[str, float], settings: ThingSettings, t: float, chance: Random
) -> Fields:
    """With what changes slowly and what is never quite the same. Battery and the like end at 0."""
    now = dict(so)
    for name, change in settings.drift.items():
        if isinstance(value := now.get(name), (int, float)):
            hours = (t - since.get(name, 0.0)) / 3600.0
            now[name] = round(max(0.0, value + change * hours), 3)
    for name, spread in settings.noise.items():
        if isinstance(value := now.get(name), (int, float)):
            now[name] = round(max(0.0, value + chance.gauss(0.0, spread)), 3)
    return now


def _faulty(fault: Fault, said: Sequence[Utterance], chance: Random) -> list[Utterance]:
    found: list[Utterance] = []
    for place, each in enumerate(said):
        if not fault.holds(each.made) or chance.random() >= fault.share:
            found.append(each)
            continue
        after = said[place + 1].sent if place + 1 < len(said) else each.sent
        found += _wrong(fault, each, after)
    return found


def _wrong(fault: Fault, each: Utterance, after: float) -> list[Utterance]:
    if fault.kind == "silent":
        return []
    if fault.kind == "duplicated":
        return [each, each]
    if fault.kind == "late":
        return [replace(each, sent=each.sent + fault.by)]
    if fault.kind == "out_of_order":
        return [replace(each, sent=after + BEHIND_S)]
    return [replace(each, broken=True)]
