"""A folder of cases, read and checked as a whole before anything is played."""

import fnmatch
import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from broker.settings import Fault, Settings, SettingsError, load
from edge.config import as_recording
from edge.kinds import SOURCES
from edge.score.cases import Case, Expected, SuiteSettings, Trap, rules_of
from edge.score.matching import Decoy, Ill, Situation
from edge.settings import RuleSettings, SourceSettings
from models.runtime import ModelSettings

CASE, SUITE = "case.yaml", "suite.yaml"
GRACE_S = 60.0  # beyond its dwell, for what says no `found_by`


@dataclass(frozen=True, slots=True)
class Staged:
    """A case ready to be played: from pictures (`source`) or from what a node once saw (`journal`).

    sha256: of the case file, which is all of its configuration.
    """

    case: Case
    folder: Path
    sha256: str
    source: SourceSettings
    journal: Path | None = None

    @property
    def name(self) -> str:
        """As it is called in every list."""
        return self.case.name

    def situations(self) -> tuple[Situation, ...]:
        """The truth, with every time filled in."""
        return tuple(_situation(item, self.source) for item in self.case.expected)

    def decoys(self) -> tuple[Decoy, ...]:
        """What must not be told."""
        return tuple(_decoy(item) for item in self.case.traps)

    def ills(self) -> tuple[Ill, ...]:
        """What the source really had."""
        return tuple(
            Ill(ill.condition, ill.since, ill.within, ill.to, ill.optional) for ill in self.case.health
        )


@dataclass(frozen=True, slots=True)
class Suite:
    """All cases in order of their names, and what they have in common."""

    name: str
    folder: Path
    settings: SuiteSettings
    cases: tuple[Staged, ...]

    def narrowed(self, names: Collection[str], model: ModelSettings) -> "Suite":
        """Some of its cases, with this model."""
        settings = self.settings.model_copy(update={"model": model})
        return replace(self, settings=settings, cases=tuple(c for c in self.cases if c.name in names))


def read(folder: Path) -> Suite:
    """Read a suite, or the one case that a folder is. Raises SettingsError with the faults of all files."""
    faults: list[Fault] = []
    settings, cases = SuiteSettings(), []
    try:
        if (folder / SUITE).is_file():
            settings = _at_home(load(folder / SUITE, SuiteSettings), folder.resolve())
    except SettingsError as error:
        faults += error.faults
    for path in sorted(folder.rglob(CASE)):
        try:
            cases.append(_staged(path, folder, settings))
        except SettingsError as error:
            faults += error.faults
    if not cases and not faults:
        what = f"holds no case: no folder with a {CASE} in it"
        faults.append(Fault(str(folder), 1, 1, "", what if folder.is_dir() else "is no folder"))
    faults += _twice(cases)
    if faults:
        raise SettingsError(faults)
    name = settings.name or folder.resolve().name
    return Suite(name, folder, settings, tuple(sorted(cases, key=lambda case: case.name)))


def _at_home(settings: SuiteSettings, folder: Path) -> SuiteSettings:
    """The models' folders taken from that of the suite; what was left to defaults stays so."""
    privacy = settings.privacy
    models = {name: _moved(getattr(privacy, name), folder) for name in privacy.model_fields_set}
    changes = {"model": _moved(settings.model, folder), "privacy": privacy.model_copy(update=models)}
    return settings.model_copy(update=changes)


def _moved(model: ModelSettings | None, folder: Path) -> ModelSettings | None:
    if model is None or model.directory is None:
        return model
    return model.model_copy(update={"directory": folder / model.directory.expanduser()})


def chosen(cases: Sequence[Staged], wanted: Iterable[str]) -> tuple[Staged, ...]:
    """The cases with any of these tags or names; `*` and `?` stand for others. Nothing wanted is all.

    Raises ValueError for a word that means no case.
    """
    words = list(wanted)
    for word in words:
        if not any(_meant(case, word) for case in cases):
            tags = ", ".join(sorted({tag for case in cases for tag in case.case.tags})) or "none"
            raise ValueError(f"--only {word}: is no case's name or tag; the tags are {tags}")
    return tuple(case for case in cases if not words or any(_meant(case, word) for word in words))


def _meant(case: Staged, word: str) -> bool:
    return any(fnmatch.fnmatchcase(name, word) for name in (case.name, *case.case.tags))


def _twice(cases: Sequence[Staged]) -> list[Fault]:
    first: dict[str, Path] = {}
    faults = []
    for case in cases:
        if case.name in first:
            what = f"{case.name!r} is the name of {first[case.name] / CASE} already; names are unique"
            faults.append(_fault(case.folder / CASE, "name", what))
        first.setdefault(case.name, case.folder)
    return faults


def _staged(path: Path, suite: Path, settings: SuiteSettings) -> Staged:
    case = load(path, Case)
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        source = _source(case, path.parent, suite, settings)
        journal = None if case.journal is None else _inside(case.journal, "journal", path.parent, suite)
    except _Unusable as error:
        raise SettingsError([_fault(path, error.where, str(error))]) from error
    return Staged(case, path.parent, sha256, source, journal)


def _fault(path: Path, where: str, what: str) -> Fault:
    """At the line on which a key of the file itself stands."""
    key = re.compile(rf"{where.split('.')[0]}\s*:")
    lines = enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1)
    line = next((number for number, text in lines if key.match(text)), 1)
    return Fault(str(path), line, 1, where, what)


class _Unusable(ValueError):
    """Something in a case that its model cannot see is wrong."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(what)
        self.where = where


def _source(case: Case, folder: Path, suite: Path, settings: SuiteSettings) -> SourceSettings:
    """The source as the node's configuration would have it, played once and as fast as it goes."""
    fields = {**(_given(settings.camera) if settings.camera else {}), **_given(case.camera)}
    fields |= {"kind": "file", "path": folder / "none"} if case.source is None else _given(case.source)
    if case.clip is not None:
        fields["path"] = _inside(case.clip, "clip", folder, suite)
    elif "path" in fields and case.source is not None:
        fields["path"] = _inside(fields["path"], "source.path", folder, suite)
    # Each part was validated where it was written.
    source = SOURCES[fields["kind"]].model_construct(**fields)
    recording = as_recording(source)
    if recording is None:
        raise _Unusable(
            "source.kind", f"{source.kind} is live; a case needs a recording, which plays alike twice"
        )
    return recording


def _given(settings: Settings) -> dict[str, Any]:
    """What a file says, without what it leaves to defaults."""
    return {name: getattr(settings, name) for name in settings.model_fields_set}


def _inside(path: Path, where: str, folder: Path, suite: Path) -> Path:
    """A path that stays in the suite, unless it is written out in full."""
    given = path.expanduser()
    found = given if given.is_absolute() else folder / given
    if not given.is_absolute() and not found.resolve().is_relative_to(suite.resolve()):
        raise _Unusable(where, f"{given} leads out of the suite; such a path is written in full, from /")
    if not found.exists():
        raise _Unusable(where, f"{given} is not there")
    return found


def _situation(item: Expected, camera: SourceSettings) -> Situation:
    dwell = _dwell(item, camera)
    found_by = item.start + dwell + GRACE_S if item.found_by is None else item.found_by
    own = (item.id, item.kind, item.box, item.start, found_by, item.end, item.zone, item.optional)
    return Situation(*own, item.what or "", dwell)


def _dwell(item: Expected, camera: SourceSettings) -> float:
    """How long it may stand before it is a matter; 0 where its rule knows no such time."""
    rules: list[RuleSettings] = [
        rule for zone, rule in rules_of(camera) if rule.incident == item.kind and item.zone in (None, zone)
    ]
    return min((float(getattr(rule, "dwell", 0.0)) for rule in rules), default=0.0)


def _decoy(item: Trap) -> Decoy:
    return Decoy(item.id, item.kind, item.box, item.since, item.what, item.to, item.zone)
