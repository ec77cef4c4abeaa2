"""What a value of a message means by configuration: where it stands, what it is, in which unit. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.events import Reason
from broker.settings import Settings
from broker.timetext import zone_name
from edge.meanings import Meaning, number, words
from edge.payloads import number_of, reason
from edge.readings import QUANTITIES, Reading, Value
from edge.stamps import epoch, iso

Find = Callable[[Any], Any]
LONGEST_PATH: Final = 256
# What the library lets through from values that its functions are not for.
_BY_FUNCTIONS: Final = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
_FLAG_WORDS: Final[dict[str | bool, bool]] = {
    True: True, False: False, "true": True, "false": False, "on": True, "off": False, "yes": True,
    "no": False, "1": True, "0": False,
}  # fmt: skip
_LITERALS: Final = {"true": True, "false": False}
_PER_SECOND: Final = {"s": 1.0, "ms": 1e3, "us": 1e6}


def _path(text: str) -> str:
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(
            f"is no JMESPath ({type(error).__name__}); fill.level or sensors[0].value is"
        ) from None
    return text


Path = Annotated[str, Field(min_length=1, max_length=LONGEST_PATH), AfterValidator(_path)]
Word = Annotated[str, Field(min_length=1, max_length=48)]
Channel = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]


class MappedReading(Settings):
    """One reading. path: where it stands; unset: the whole body. A number is value * scale + offset.

    words: what the device says for a flag or a state; without them a flag is on/off, true/false, yes/no, 1/0.
    """

    quantity: str
    path: Path | None = None
    scale: float = 1.0
    offset: float = 0.0
    words: dict[Word, bool | str] = {}
    channel: Channel | None = None

    @model_validator(mode="after")
    def _fits_its_quantity(self) -> Self:
        known = QUANTITIES.get(self.quantity)
        if known is None:
            raise ValueError(f"{self.quantity!r} is no quantity; there are {', '.join(QUANTITIES)}")
        if known.of == "number" and self.words:
            raise ValueError(f"{self.quantity} is a number and has no words")
        if known.of != "number" and (self.scale, self.offset) != (1.0, 0.0):
            raise ValueError(f"{self.quantity} is a {known.of} and has neither scale nor offset")
        allowed = known.words if known.of == "state" else (True, False)
        if strange := [word for word, value in self.words.items() if value not in allowed]:
            said = ", ".join(str(each).lower() for each in allowed)
            raise ValueError(f"{strange[0]!r} means none of what {self.quantity} can be: {said}")
        return self

    @property
    def meaning(self) -> Meaning:
        """From the device's value to ours."""
        known = QUANTITIES[self.quantity]
        if known.of == "number":
            return number(self.quantity, self.scale, self.offset, channel=self.channel)
        own: dict[Any, Value] = {_plain(word): value for word, value in self.words.items()}
        for word in list(own):  # a device may have them as text or as what they are
            means = _LITERALS.get(word, number_of(word))
            if means is not None:
                own[means] = own[word]
        standing = _FLAG_WORDS if known.of == "flag" else {word: word for word in known.words}
        return words(self.quantity, own or dict(standing), channel=self.channel)


def _plain(word: str) -> str:
    return word.strip().lower().replace(" ", "_")


class MappedTime(Settings):
    """Where the time stands. timezone: of times that say none; without it those are not told."""

    path: Path
    format: Literal["iso", "s", "ms", "us"] = "iso"
    timezone: Annotated[str, AfterValidator(zone_name)] | None = None

    def reader(self) -> Callable[[Any], float | None]:
        """From the message to UTC seconds."""
        find, zone = finder(self.path), ZoneInfo(self.timezone) if self.timezone else None
        if self.format == "iso":
            return lambda said: iso(find(said), zone)
        return lambda said: epoch(find(said), _PER_SECOND[self.format])


def finder(path: str | None) -> Find:
    """What finds the value of a path, None where there is none. A plain path needs no library."""
    if path is None:
        return lambda said: said
    compiled = jmespath.compile(path)
    steps = _steps(compiled.parsed)
    if steps is not None and len(steps) == 1 and isinstance(steps[0], str):
        name = steps[0]
        return lambda said: said.get(name) if isinstance(said, dict) else None
    if steps is not None:
        return lambda said: _walked(said, steps)

    def search(said: Any) -> Any:
        try:
            return compiled.search(said)
        except (JMESPathError, *_BY_FUNCTIONS):
            return None

    return search


def _steps(node: Mapping[str, Any]) -> tuple[str | int, ...] | None:
    """A path of names and places only, such as a.b[0].c."""
    if node["type"] in ("field", "index"):
        return (node["value"],)
    if node["type"] in ("identity", "current"):
        return ()
    if node["type"] in ("subexpression", "index_expression"):
        parts = [_steps(child) for child in node["children"]]
        if all(part is not None for part in parts):
            return tuple(step for part in parts for step in part or ())
    return None


def _walked(said: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        if isinstance(step, str):
            said = said.get(step) if isinstance(said, dict) else None
        else:
            fits = isinstance(said, list) and -len(said) <= step < len(said)
            said = said[step] if fits else None
        if said is None:
            return None
    return said


Rows = Annotated[list[MappedReading], Field(min_length=1, max_length=200)]


class Mapped:
    """What the settings say of a message, ready to be asked."""

    def __init__(self, rows: Sequence[MappedReading]) -> None:
        self._rows = [(finder(row.path), row.meaning, _not_a_value(n, row)) for n, row in enumerate(rows)]

    def read(self, device: str, said: Any, at: float | None) -> tuple[list[Reading], list[Reason]]:
        """A path that leads nowhere was not measured; a value that means nothing is left with its reason."""
        readings: list[Reading] = []
        left: list[Reason] = []
        for find, meaning, why in self._rows:
            value = find(said)
            sense = meaning(value)
            if sense is not None:
                readings.append(Reading(device, sense[0], sense[1], at, "good", sense[2]))
            elif value is not None:
                left.append(why)
        return readings, left


def _not_a_value(number: int, row: MappedReading) -> Reason:
    """By its place in the settings: a path may hold what no message may, such as a gateway's address."""
    return reason("not_a_value", f"the value of readings[{number}] is none that {row.quantity} can have")
