"""What the named fields of a make mean: a table from a name to a quantity and its value. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from broker.events import Reason
from edge.payloads import number_of, reason
from edge.readings import Reading, Value

# Quantity, value, channel.
Sense = tuple[str, Value, str | None]
# From a value as the device tells it; None where it is none of those that the field has.
Meaning = Callable[[Any], Sense | None]

PERCENT: Final = (0.0, 100.0)
LONGEST_NUMBERED: Final = 32  # signs of a name with a number in it; what is remembered of strangers is short


def number(
    quantity: str,
    scale: float = 1.0,
    offset: float = 0.0,
    *,
    channel: str | None = None,
    within: tuple[float, float] | None = None,
) -> Meaning:
    """A number: value * scale + offset. within: what it can be at all, in our unit."""
    least, most = within or (float("-inf"), float("inf"))

    as_it_is = scale == 1.0 and offset == 0.0

    def meaning(value: Any) -> Sense | None:
        told = value if type(value) is float else number_of(value)
        if told is None:
            return None
        if not as_it_is:  # rounded, since 30.8 and not 30.800000000000001 is what the device said
            told = round(told * scale + offset, 9)
        # What is no number or infinite is not itself less itself.
        return (quantity, told, channel) if told - told == 0.0 and least <= told <= most else None

    return meaning


def words(quantity: str, known: Mapping[Any, Value], *, channel: str | None = None) -> Meaning:
    """A flag or a state by the words (small letters, `_` between) or the numbers that a device has for it."""
    senses: dict[Any, Sense] = {word: (quantity, value, channel) for word, value in known.items()}

    def meaning(value: Any) -> Sense | None:
        if isinstance(value, str):
            return senses.get(value.strip().lower().replace(" ", "_")) if len(value) <= 48 else None
        return senses.get(value) if isinstance(value, bool | int | float) else None

    return meaning


def flag(quantity: str, *, channel: str | None = None, when: bool = True) -> Meaning:
    """A truth value, or 1 and 0. when: what the flag is where the device says true."""
    return words(quantity, {True: when, False: not when}, channel=channel)


def one_and_zero(quantity: str, one: str, zero: str, when: bool = True, **more: Any) -> Meaning:
    """A flag that a device's bytes tell as 1 and 0 and its network's decoder as words."""
    ones, zeros = dict.fromkeys(one.split(), when), dict.fromkeys(zero.split(), not when)
    return words(quantity, dict([(1, when), (0, not when), *ones.items(), *zeros.items()]), **more)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a make. persons: names of fields about persons; silent: those that hold no reading.

    numbered: what fields mean that come with a number or an end in their name; asked with short names only.
    """

    known: Mapping[str, Meaning]
    persons: Collection[str] = ()
    silent: Collection[str] = ()
    dropped: Mapping[str, Reason] = field(default_factory=dict)
    numbered: Callable[[str], Meaning | None] | None = None

    def read(
        self, device: str, said: Iterable[tuple[str, Any]], at: float | None = None
    ) -> tuple[list[Reading], list[Reason]]:
        """Readings in the order of the fields, and why others are none. None was not measured."""
        readings: list[Reading] = []
        left: list[Reason] = []
        strange, known = 0, self.known
        for name, value in said:
            meaning = known.get(name) or self._numbered(name)
            if meaning is None:
                strange += self._drop(name, left)
            elif (sense := meaning(value)) is not None:
                readings.append(Reading(device, sense[0], sense[1], at, "good", sense[2]))
            elif value is not None:
                left.append(reason("not_a_value", f"{name} has a value that it cannot have"))
        if strange:
            left.append(unknown(strange))
        return readings, left

    def _numbered(self, name: str) -> Meaning | None:
        if self.numbered is None or len(name) > LONGEST_NUMBERED or name in self.silent:
            return None
        return self.numbered(name)

    def _drop(self, name: str, left: list[Reason]) -> bool:
        """Whether it is a stranger."""
        if name in self.persons:
            left.append(about_persons(name))
        elif (why := self.dropped.get(name)) is not None:
            left.append(why)
        else:
            return name not in self.silent
        return False


def unknown(number: int) -> Reason:
    """Why fields that no table knows are left out. Their names are a stranger's words and not repeated."""
    told = "1 field" if number == 1 else f"{number} fields" if number < 100 else "many fields"
    return reason("unknown_fields", f"{told} of the message mean nothing to this decoder")


def about_persons(name: str) -> Reason:
    """Why such a field is left unread. name: ours, out of a table."""
    return reason("person_data", f"{name} tells of persons and is not read")
