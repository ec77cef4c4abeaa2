"""The catalogue: which models there are, where they come from and how they are recognised."""

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, ValidationError

from models import convert, formats, kinds, origins
from models.errors import ModelError
from models.fetching import OriginSettings, Sha256

OWN_CATALOGUE = "catalog.yaml"  # a site's own models, beside its model files
MOST_SIGNS, MOST_LEVELS = 500_000, 20
_SLUG = re.compile(r"[a-z][a-z0-9_]*")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _slugs(labels: str | list[str]) -> str | list[str]:
    for label in [labels] if isinstance(labels, str) else labels:
        if not _SLUG.fullmatch(label):
            raise ValueError(f"label {label!r} is not lower_snake_case, such as traffic_light")
    return labels


def _known_format(name: str) -> str:
    if name not in kinds.names(formats):
        raise ValueError(f"format {name!r} is not known; allowed is {', '.join(kinds.names(formats))}")
    return name


FormatName = Annotated[str, AfterValidator(_known_format)]
Labels = Annotated[str | list[str], AfterValidator(_slugs)]


def _known_conversion(name: str) -> str:
    if name not in kinds.names(convert):
        raise ValueError(f"conversion {name!r} is not known; allowed is {', '.join(kinds.names(convert))}")
    return name


if TYPE_CHECKING:
    Origin = OriginSettings
else:  # every kind in the folder of origins, told apart by `kind`; a new file is a new member
    _members = tuple(kinds.kind(origins, name, "origin").Settings for name in kinds.names(origins))
    Origin = Annotated[Union[_members], Discriminator("kind")]  # noqa: UP007 - built at run time


class Licence(_Strict):
    """What may be done with the code a model came from, and with its weights."""

    code: str
    weights: str


class Figures(_Strict):
    """What was measured: AP of all classes, of persons, of vehicles; milliseconds a picture."""

    ap: float | None = None
    ap_person: float | None = None
    ap_vehicles: float | None = None
    cpu_ms: float | None = None
    source: str


class Entry(_Strict):
    """One model. `sha256` is of the ONNX file that is run, after any conversion.

    `other_builds` are files of other bytes that may run in its place, each with what it is. `kinds` says what
    the rules take a label for where its own word does not.
    """

    title: str
    role: Literal["detector", "faces", "plates"]
    format: FormatName
    labels: Labels
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+\.onnx$")]
    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256
    other_builds: dict[Sha256, str] = {}
    licence: Licence
    origin: Origin
    convert: Annotated[str, AfterValidator(_known_conversion)] | None = None
    input: str
    kinds: dict[str, str] = {}
    figures: Figures | None = None
    note: str | None = None

    def allowed(self) -> tuple[str, ...]:
        """Every sha256 that may run under this name."""
        return (self.sha256, *self.other_builds)

    def names(self) -> tuple[str, ...]:
        """The labels themselves, read from their list where the entry names one."""
        return label_list(self.labels) if isinstance(self.labels, str) else tuple(self.labels)


class Catalogue(_Strict):
    """All models by name. `default` can be fetched anywhere; `recommended` is used where it is present.

    `needed` is what a node needs to see and to mask: what `gewu-models pull` fetches without a name.
    """

    default: str
    recommended: str
    needed: list[str]
    models: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Entry]

    def entry(self, name: str) -> Entry:
        """One model. Raises ModelError that lists the names there are."""
        if name not in self.models:
            raise ModelError(f"model {name!r} is not in the catalogue; allowed is {', '.join(self.models)}")
        return self.models[name]


class OwnModels(_Strict):
    """A site's own models; they may add names, not change those that ship."""

    models: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Entry]


def label_list(name: str) -> tuple[str, ...]:
    """The labels of a list in `models/labels/`, in the order of the network's classes."""
    folder = resources.files("models") / "labels"
    try:
        return tuple((folder / f"{name}.txt").read_text(encoding="utf-8").split())
    except OSError:
        allowed = ", ".join(sorted(f.name.removesuffix(".txt") for f in folder.iterdir()))
        raise ModelError(
            f"labels: no list is called {name!r}; allowed is {allowed}, or the labels themselves"
        ) from None


def shipped() -> Catalogue:
    """The catalogue that comes with the package."""
    text = (resources.files("models") / "catalog.yaml").read_text(encoding="utf-8")
    return Catalogue.model_validate(parsed(text, "models/catalog.yaml"))


def catalogue(folder: Path) -> Catalogue:
    """The shipped catalogue, with the site's own models that `catalog.yaml` in the model folder adds."""
    ours, path = shipped(), folder / OWN_CATALOGUE
    if not path.is_file():
        return ours
    try:
        own = OwnModels.model_validate(parsed(path.read_text(encoding="utf-8"), str(path))).models
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        raise ModelError("\n".join(f"{path}: {line}" for line in _faults(error))) from error
    if taken := sorted(own.keys() & ours.models.keys()):
        raise ModelError(f"{path}: models.{taken[0]}: the shipped catalogue has this name; choose another")
    return ours.model_copy(update={"models": {**ours.models, **own}})


def parsed(text: str, name: str) -> Any:
    """Plain values of a YAML (or JSON) mapping that is not made to swell. Raises ModelError."""
    if len(text) > MOST_SIGNS:
        raise ModelError(f"{name}: has more than the {MOST_SIGNS} signs allowed")
    try:
        if _unfolds(text):
            raise ModelError(
                f"{name}: YAML aliases (*name) and more than {MOST_LEVELS} levels are not allowed"
            )
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ModelError(f"{name}: is not YAML: {error}") from error
    if not isinstance(data, Mapping):
        raise ModelError(f"{name}: must hold a mapping")
    return data


def _unfolds(text: str) -> bool:
    """Whether it would come to more than it is, or is nested without end; told before anything is built."""
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_LEVELS or isinstance(event, yaml.AliasEvent):
            return True
    return False


def _faults(error: ValidationError) -> list[str]:
    faults = error.errors(include_url=False)
    return [f"{'.'.join(map(str, fault['loc']))}: {_words(fault)}" for fault in faults]


def _words(fault: Any) -> str:
    message: str = fault["msg"].removeprefix("Value error, ")
    return "is not a known key" if fault["type"] == "extra_forbidden" else message
