"""YAML into a model, every fault at once as `file:line:col: where: what, and what is allowed`."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, TypeVar, Union

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, ValidationError
from pydantic_core import PydanticCustomError

from broker.fieldfaults import UNCODED, Coded, coded
from broker.fields import IN_WORDS

M = TypeVar("M", bound=BaseModel)
Way = tuple[str | int, ...]
MAX_BYTES = 2_000_000

MAX_DEPTH = 40
MOST_DIGITS = 100  # of a number or a date; YAML 1.1 computes a longer one, in base 60 if need be

_IN_QUERY = re.compile(r"((?:pass\w{0,20}|pwd|token)=)[^&\s]*", re.IGNORECASE)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)")
_SECRET = re.compile(r"password|passphrase|secret|token|credential|api_?key", re.IGNORECASE)


def _seconds(value: Any) -> float:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        text = f"{value!r} is no duration; a number with ms, s, m, h or d is, such as 90s or 5m"
        raise PydanticCustomError("no_duration", "{text}", {"text": text})
    return float(match[1]) * _UNITS[match[2]]


# Seconds, written with a unit: 90s, 5m.
Duration = Annotated[float, BeforeValidator(_seconds, json_schema_input_type=str)]


class Settings(BaseModel):
    """Base of every configuration model: frozen, unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file, at a place a person can go to (line and column count from 1)."""

    file: str
    line: int
    col: int
    where: str
    what: str
    coded: Coded = UNCODED

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}:{self.col}: {where}{self.what}"


class SettingsError(ValueError):
    """A configuration that cannot be used; `faults` holds all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load(path: Path, model: type[M]) -> M:
    """Read and check one file. Raises SettingsError with every fault found."""
    return loads(text_of(path, bytes_of(path)), model, name=str(path))


def bytes_of(path: Path) -> bytes:
    """A configuration file's content. Raises SettingsError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError([Fault(str(path), 1, 1, "", f"is larger than the {MAX_BYTES} bytes allowed")])
        return path.read_bytes()
    except OSError as error:
        raise SettingsError([Fault(str(path), 1, 1, "", f"cannot be read: {error}")]) from error


def text_of(path: Path, body: bytes) -> str:
    """It as text. Raises SettingsError."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"cannot be read: it is not UTF-8 text (byte {error.start + 1}); save it as UTF-8"
        raise SettingsError([Fault(str(path), 1, 1, "", what)]) from error


def loads(text: str, model: type[M], *, name: str) -> M:
    """As `load`, from a string; `name` stands for the file in faults."""
    reader = _Reader(name)
    data = reader.read(text)
    try:
        settings = model.model_validate(data)
    except ValidationError as error:
        reader.faults += [
            replace(reader.fault(tuple(e["loc"]), _words(e), missing=e["type"] == "missing"), coded=coded(e))
            for e in error.errors(include_url=False)
        ]
    if reader.faults:
        raise SettingsError(sorted(reader.faults, key=lambda f: (f.line, f.col)))
    return settings


def plain(text: str, *, name: str) -> Any:
    """The values of a file, not checked against anything. Raises SettingsError for what is no YAML."""
    reader = _Reader(name)
    data = reader.read(text)
    if reader.faults:
        raise SettingsError(reader.faults)
    return data


def written(data: Any) -> str:
    """Values as YAML, which `loads` reads as the same values."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return text


def _words(error: Any) -> str:
    """What is wrong, with what was given unless that may be a secret."""
    message = _message(error)
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return "is not a known key"
    if kind == "missing":
        return "is missing"
    if kind == "union_tag_invalid":
        return f"kind {error['ctx']['tag']!r} is not known; known are {error['ctx']['expected_tags']}"
    if kind == "union_tag_not_found":
        return "kind is missing"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "must be a mapping of keys to values"
    secret = any(_SECRET.search(str(step)) for step in error["loc"])
    if kind == "string_type" and isinstance(given, int | float | bool | date):
        return "must be text; put it in quotes" + ("" if secret else f" (YAML read {given})")
    if secret:
        return message
    if isinstance(given, bool | int | float):
        return f"{message} (given: {given})"
    if isinstance(given, str):
        return f"{message.replace(given, _bare(given))} (given: {_bare(given)[:120]!r})"
    return message


def _message(error: Any) -> str:
    """Pydantic's own words, and plainer ones where those are a programmer's."""
    kind, bounds = error["type"], error.get("ctx", {})
    if kind in ("list_type", "tuple_type"):
        return "must be a list"
    if kind == "too_long" and bounds["field_type"] == "Tuple":
        return f"must be a list of {bounds['max_length']} values, not of {bounds['actual_length']}"
    if kind == "string_pattern_mismatch" and bounds["pattern"] in IN_WORDS:
        return f"is written with {IN_WORDS[bounds['pattern']]}"
    text: str = error["msg"]
    return text.removeprefix("Value error, ")


def _bare(url: str) -> str:
    """Without the credentials, however they are written: a password may hold a slash, a space or an @."""
    begin, end = url.find("//"), url.rfind("@")
    plain = f"{url[:begin]}//***{url[end:]}" if 0 <= begin < end else url
    return _IN_QUERY.sub(r"\1***", plain)


# libyaml is many times as fast; what it refuses is read again without it, for the words of the refusal.
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes nothing by reference: the reader refuses that."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as the library calls it
        return True


class _Reader:
    """Builds plain values from YAML nodes and remembers where each one stood. Aliases are refused."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.marks: dict[Way, tuple[int, int]] = {}
        self.kinds: dict[Way, Any] = {}

    def read(self, text: str) -> Any:
        try:
            return self._read(text, _FAST)
        except yaml.YAMLError:
            return self._read_slowly(text)

    def _read(self, text: str, loader: Any) -> Any:
        self._bound(text, loader)
        self.faults, self.marks, self.kinds = [], {(): (1, 1)}, {}
        return self._build(loader(text))

    def _read_slowly(self, text: str) -> Any:
        try:
            return self._read(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, col = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise SettingsError([Fault(self.name, line, col, "", f"is not YAML: {error.problem}")]) from error
        except yaml.reader.ReaderError as error:
            line, col = _position(text, error.position)
            what = f"is not YAML: the sign U+{error.character:04X} is not allowed"
            raise SettingsError([Fault(self.name, line, col, "", what)]) from error

    def _bound(self, text: str, loader: Any) -> None:
        """Refuse what unfolds to more than it is, and what is nested without end, before it is built."""
        depth = 0
        for event in yaml.parse(text, loader):
            if isinstance(event, yaml.AliasEvent):
                raise SettingsError([Fault(self.name, 1, 1, "", "YAML aliases (*name) are not allowed")])
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                mark = event.start_mark
                line, col = (mark.line + 1, mark.column + 1) if mark else (1, 1)
                what = f"is nested too deeply; {MAX_DEPTH} levels are allowed"
                raise SettingsError([Fault(self.name, line, col, "", what)])

    def _build(self, loader: yaml.SafeLoader) -> Any:
        try:
            node = loader.get_single_node()
            return None if node is None else self._value(loader, node, ())
        finally:
            loader.dispose()

    def _value(self, loader: yaml.SafeLoader, node: yaml.Node, way: Way) -> Any:
        self.marks.setdefault(way, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(loader, node, way)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(loader, item, (*way, i)) for i, item in enumerate(node.value)]
        if len(node.value) > MOST_DIGITS and node.tag not in (
            "tag:yaml.org,2002:str",
            "tag:yaml.org,2002:null",
        ):
            self.faults.append(self.fault(way, f"is too long for a number or a date ({MOST_DIGITS} signs)"))
            return None
        try:
            return loader.construct_object(node)
        except ValueError as error:  # a date that does not exist, say
            self.faults.append(self.fault(way, f"cannot be read: {error}"))
            return None

    def _mapping(self, loader: yaml.SafeLoader, node: yaml.MappingNode, way: Way) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            self.marks[(*way, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in result:
                self.faults.append(self.fault((*way, key), "is given twice"))
            result[key] = self._value(loader, value_node, (*way, key))
        self.kinds[way] = result.get("kind")
        return result

    def fault(self, loc: Way, what: str, *, missing: bool = False) -> Fault:
        """A fault at its place in the file; a missing key stands where the mapping that lacks it does."""
        line, col = self.marks[()]
        way: Way = ()
        kind: Any = None
        for n, step in enumerate(loc, 1):
            # pydantic adds the chosen kind of a union to the way; the file has no such step, unless a key
            # is called as its kind, and is there or missed
            last_is_key = missing or (*way, step) in self.marks
            is_tag = kind is not None and step == kind and (n < len(loc) or not last_is_key)
            kind = None if is_tag else self.kinds.get((*way, step))
            if is_tag:
                continue
            if (*way, step) in self.marks:
                way = (*way, step)
                line, col = self.marks[way]
            elif missing and n == len(loc):
                way = (*way, step)
        return Fault(self.name, line, col, dotted(way), what)


def _position(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - before.rfind("\n")


def dotted(way: Way) -> str:
    """zones.0.polygon as people write it: zones[0].polygon."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way).lstrip(".")


def kinds(package: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    """The kinds that live in a folder, one module each, by name."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
        yield info.name, importlib.import_module(f"{package.__name__}.{info.name}")


def settings_of_kinds(package: ModuleType) -> Any:
    """The union of every `Settings` in a folder of kinds, told apart by `kind`. A new file is a new member.

    Modules are imported to be asked, so a kind's module must be cheap to import.
    """
    return one_of(tuple(module.Settings for _, module in kinds(package)))


def one_of(members: tuple[type[BaseModel], ...]) -> Any:
    """The union of models that `kind` tells apart."""
    if len(members) == 1:
        return members[0]
    return Annotated[Union[members], Discriminator("kind")]  # noqa: UP007 - built at run time
