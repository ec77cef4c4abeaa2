"""The card of a model: what it is, what it was made of, what it may be used for, how good it is.

A card describes exactly one file, by its sha256. It is read in any bundle, so every text and list is bounded,
and an unknown key is a fault.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from typing_extensions import Self

from models.catalog import FormatName, Labels, Licence, label_list
from models.errors import ModelError
from models.fetching import MAX_BYTES, Sha256
from models.mapping import target

MOST_BYTES = 1_000_000
MOST_LABELS = 2_000
NAME = r"^[a-z][a-z0-9_]{0,47}$"
LARGEST = 2**53 - 1

Name = Annotated[str, Field(pattern=NAME)]
Version = Annotated[int, Field(ge=1, le=LARGEST)]
Line = Annotated[str, Field(min_length=1, max_length=240)]
Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Word = Annotated[str, Field(pattern=NAME)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class File(_Strict):
    """The network's file: exactly these bytes."""

    sha256: Sha256
    bytes: Annotated[int, Field(gt=0, le=MAX_BYTES)]


class Metric(_Strict):
    """What was measured, and on what.

    `values`: ap, ap50, ar and what else was; `labels` and `kinds`: AP of each.
    """

    data: Line
    pictures: Annotated[int, Field(ge=1, le=LARGEST)]
    source: Line
    values: Annotated[dict[Word, Amount], Field(max_length=50)] = {}
    labels: Annotated[dict[Word, Share], Field(max_length=MOST_LABELS)] = {}
    kinds: Annotated[dict[Word, Share], Field(max_length=50)] = {}


class Parity(_Strict):
    """How far it is from the tool that it was exported with, on the same pictures.

    `boxes_px` in pixels of the picture and `scores` are the largest differences; `unmatched` were seen by one
    of the two only.
    """

    against: Line
    pictures: Annotated[int, Field(ge=1, le=LARGEST)]
    things: Annotated[int, Field(ge=0, le=LARGEST)]
    boxes_px: Amount
    scores: Share
    unmatched: Annotated[int, Field(ge=0, le=LARGEST)]


class Made(_Strict):
    """What the file was made from, and with what; the sha256 is of the thing before."""

    of: Line
    sha256: Sha256 | None = None
    by: Line
    note: Text | None = None


class Card(_Strict):
    """One model. `version` only grows and is never used twice for other bytes.

    `labels`: the network's classes in order, or the name of a list. `kinds`: what the rules take a label for
    where its own word does not say it.
    """

    card: Literal[1] = 1
    name: Name
    version: Version
    title: Line
    role: Literal["detector", "faces", "plates"]
    format: FormatName
    labels: Annotated[Labels, Field(max_length=MOST_LABELS)]
    kinds: Annotated[dict[Word, Word], Field(max_length=MOST_LABELS)] = {}
    input: Line
    licence: Licence
    trained_on: Text
    precision: Literal["float32", "float16", "int8", "mixed"]
    file: File
    made: Annotated[list[Made], Field(max_length=20)] = []
    metrics: Annotated[list[Metric], Field(max_length=50)] = []
    parity: Parity | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _maps_its_own_labels(self) -> Self:
        own = self.names()
        strange = [label for label in self.kinds if own and label not in own]
        if strange:
            raise ValueError(f"kinds: {', '.join(strange[:5])}: not a label of this model")
        for label, word in self.kinds.items():
            target(label, word)
        return self

    def names(self) -> tuple[str, ...]:
        """The labels themselves; none where the file declares them."""
        return label_list(self.labels) if isinstance(self.labels, str) else tuple(self.labels)

    def written(self) -> bytes:
        """The bytes of `card.json`."""
        return self.model_dump_json(indent=2, exclude_none=True).encode() + b"\n"


def read(body: bytes, name: str = "card.json") -> Card:
    """A card from its file. Raises ModelError, a line for each fault."""
    if len(body) > MOST_BYTES:
        raise ModelError(f"{name}: is larger than the {MOST_BYTES} bytes allowed")
    try:
        return Card.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise ModelError("\n".join(f"{name}: {_words(fault)}" for fault in found[:50])) from error


def _words(fault: Any) -> str:
    where = ".".join(map(str, fault["loc"])) or "the card"
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        keys = Card.model_fields if len(fault["loc"]) == 1 else ()
        message = "is not a known key" + (f"; allowed is {', '.join(keys)}" if keys else "")
    return f"{where}: {message}"
