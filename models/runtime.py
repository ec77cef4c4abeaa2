"""A model by name, verified, loaded and ready to be called with pictures."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models import formats, kinds
from models.bundles import Bundle
from models.catalog import Catalogue, Entry, catalogue
from models.detections import Detections, Picture
from models.errors import ModelError
from models.files import check
from models.graph import Format, Graph, Shape
from models.installed import entry, entry_at, place_of
from models.mapping import LabelMap, label_map
from models.pictures import Prepared
from models.providers import Provider, open_session
from models.words import IGNORED

Feeds = dict[str, NDArray[Any]]


class ModelSettings(BaseModel):
    """Which model runs and how.

    `name` is a name of the catalogue or of an installed bundle (`our_vans`: its newest version, `our_vans@3`:
    that one), `recommended`, or `default`: the recommended one where its file is present, else the one that
    can be fetched anywhere. `directory` is where the files lie; unset, see `default_directory`. Detections
    below `score` are left out. `kinds`: what the rules take a label for (`{sedan: car, hawker: stall}`),
    before what the model's own card says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "default"
    directory: Path | None = None
    provider: Provider = "cpu"
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    score: Annotated[float, Field(ge=0, le=1)] = 0.25
    kinds: Annotated[dict[str, str], Field(max_length=2000)] = {}


@dataclass(frozen=True, slots=True)
class Choice:
    """The entry that a name came to, and why."""

    name: str
    entry: Entry
    why: str


def default_directory() -> Path:
    """$GEWU_MODELS, or gewu/models in the user's cache folder."""
    if chosen := os.environ.get("GEWU_MODELS"):
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "gewu" / "models"


def choice_of(name: str, folder: Path) -> Choice:
    """What a configured name means in this folder. Raises ModelError for a name that means nothing."""
    place = place_of(folder, name)
    if place is None:
        return choose(name, catalogue(folder), folder)
    newest = "" if "@" in name else ", and this is its newest version there"
    return Choice(place.full_name, entry_at(place), f"it is installed and configured by name{newest}")


def choose(name: str, known: Catalogue, folder: Path) -> Choice:
    """What a name of the catalogue means in this folder. Raises ModelError for a name that is not in it."""
    if name == "recommended":
        return Choice(known.recommended, known.entry(known.recommended), "the recommended one was asked for")
    if name != "default":
        return Choice(name, known.entry(name), "it is configured by name")
    best = known.entry(known.recommended)
    if (folder / best.file).is_file():
        return Choice(known.recommended, best, f"it is the recommended one and present in {folder}")
    why = f"it is the default; the recommended {known.recommended} is not in {folder}"
    return Choice(known.default, known.entry(known.default), why)


def open_detector(settings: ModelSettings) -> "LoadedDetector":
    """Load and verify a model. Raises ModelError that says what is wrong, where, and what is allowed."""
    folder = settings.directory or default_directory()
    choice = choice_of(settings.name, folder)
    return _opened(choice, _verified(folder / choice.entry.file, choice), settings)


def open_bundle(bundle: Bundle, settings: ModelSettings) -> "LoadedDetector":
    """As `open_detector`, of a bundle that need not be installed; of the settings, name and directory count
    for nothing.
    """
    return _opened(
        Choice(bundle.name, entry(bundle.card), "it was given as a bundle"), bundle.network, settings
    )


def _opened(choice: Choice, data: bytes, settings: ModelSettings) -> "LoadedDetector":
    session = open_session(choice.name, data, settings.provider, settings.threads)
    graph = _graph(choice, session)
    form: Format = kinds.kind(formats, choice.entry.format, f"format of {choice.name}").Format(graph)
    sha256 = hashlib.sha256(data).hexdigest()
    words = label_map(form.labels, choice.entry.kinds, settings.kinds, name=f"model {choice.name}")
    return LoadedDetector(choice, sha256, form, _Runner(session, graph), settings.score, words)


class LoadedDetector:
    """A `models.detections.Detector`. `why` says how it was chosen; `sha256` is of the file that runs.

    `classes` are the network's own labels, `labels` what they are taken for, `unknown` those no rule knows.
    """

    def __init__(
        self, choice: Choice, sha256: str, form: Format, runner: "_Runner", floor: float, words: LabelMap
    ) -> None:
        self.name, self.why, self.sha256 = choice.name, choice.why, sha256
        self.classes, self.labels, self.unknown = form.labels, words.labels, words.unknown
        self._format, self._runner, self._floor, self._words = form, runner, floor, words

    @property
    def taken_for(self) -> tuple[str, ...]:
        """For each of the network's own classes the label it has here; `ignore` for one that is left out."""
        return tuple(self.labels[place] if place >= 0 else IGNORED for place in self._words.places)

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        """Find things. Scores below the configured floor are left out."""
        return [self._words.applied(found) for found in self.by_class(pictures)]

    def prepared(self, picture: Picture) -> Feeds:
        """What its network is fed with for a picture, without the batch axis."""
        self._check(picture)
        return self._format.prepare(picture).feeds

    def by_class(self, pictures: Sequence[Picture]) -> list[Detections]:
        """The same by the network's own `classes`, whatever they are taken for."""
        for picture in pictures:
            self._check(picture)
        prepared = [self._format.prepare(picture) for picture in pictures]
        outputs = self._runner.run(prepared)
        return [
            self._labelled(self._format.decode(out, one.placement, self._floor))
            for out, one in zip(outputs, prepared, strict=True)
        ]

    def _labelled(self, found: Detections) -> Detections:
        """The same, if every class has a label."""
        wrong = found.classes[(found.classes < 0) | (found.classes >= len(self.classes))]
        if len(wrong):
            count = len(self.classes)
            raise ModelError(
                f"model {self.name}: it found class {wrong[0]}; its catalogue entry has {count} labels, "
                f"numbers 0 to {count - 1}"
            )
        return found

    def _check(self, picture: Picture) -> None:
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
            raise ModelError(
                f"model {self.name}: a picture is {picture.dtype} {picture.shape}; "
                f"allowed is uint8 (height, width, 3)"
            )


class _Runner:
    """Runs prepared pictures, several at once where the graph's batch axis is free."""

    def __init__(self, session: Any, graph: Graph) -> None:
        self._session, self._name = session, graph.name
        self._batches = all(shape[:1] == (None,) for shape in graph.inputs.values())

    def run(self, prepared: list[Prepared]) -> list[list[NDArray[Any]]]:
        if self._batches and len({_shapes(one.feeds) for one in prepared}) == 1:
            feeds = {name: np.stack([one.feeds[name] for one in prepared]) for name in prepared[0].feeds}
            outputs = self._call(feeds)
            return [[out[row] for out in outputs] for row in range(len(prepared))]
        return [self._single(one.feeds) for one in prepared]

    def _single(self, feeds: Feeds) -> list[NDArray[Any]]:
        outputs = self._call({name: value[None] for name, value in feeds.items()})
        return [out[0] for out in outputs]

    def _call(self, feeds: Feeds) -> list[NDArray[Any]]:
        try:
            outputs: list[NDArray[Any]] = self._session.run(None, feeds)
        except Exception as error:  # ONNX Runtime raises a dozen classes that share no base but this
            raise ModelError(f"model {self._name}: ONNX Runtime failed while running it: {error}") from error
        for declared, out in zip(self._session.get_outputs(), outputs, strict=True):
            if out.dtype.kind == "f" and np.isnan(out).any():
                # Silence would be taken for an empty street, and by the masker for a picture without persons.
                raise ModelError(
                    f"model {self._name}: its output {declared.name} holds values that are no numbers (NaN); "
                    f"nothing it says can be believed"
                )
        return outputs


def _shapes(feeds: Feeds) -> tuple[tuple[int, ...], ...]:
    return tuple(value.shape for value in feeds.values())


def _verified(path: Path, choice: Choice) -> bytes:
    """The very bytes that will run, read once and checked, so that no swap of the file can slip between."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(
            f"model {choice.name} ({choice.why}): {path} is not there; "
            f"`gewu-models pull {choice.name}` fetches it"
        ) from None
    except OSError as error:
        raise ModelError(f"model {choice.name}: {path} cannot be read: {error}") from error
    return check(f"model {choice.name}: {path}", data, *choice.entry.allowed())


def _graph(choice: Choice, session: Any) -> Graph:
    def shapes(tensors: Any) -> dict[str, Shape]:
        return {t.name: tuple(n if isinstance(n, int) else None for n in t.shape) for t in tensors}

    metadata = dict(session.get_modelmeta().custom_metadata_map)
    inputs, outputs = shapes(session.get_inputs()), shapes(session.get_outputs())
    graph = Graph(choice.name, inputs, outputs, metadata, choice.entry.names())
    for name, shape in inputs.items():
        if shape[:1] not in ((1,), (None,)):
            raise graph.fault(f"its input {name} takes batches of {shape[:1]}; allowed is 1 or any")
    return graph
