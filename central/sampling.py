"""A dataset out of what people marked: which pictures, one file after the other, and an archive of them.

Every picture is in the audit before its bytes are given to anybody. The card comes last: what has none is not
whole.
"""

import json
import tarfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from pydantic import TypeAdapter

from broker.fields import Label, Word, rfc3339, utc
from central.datasets import forms
from central.datasets.labels import STALLS_AND_DEBRIS, labels_of
from central.datasets.places import SIDES, Side, places, sides
from central.datasets.scenes import Scene, Wanted, missed_without, scenes
from central.people.asker import Asker
from central.pictures.examiner import Drawn, Unfit
from central.store.audit import noted_all
from central.store.database import Store
from central.store.sampling import items_of, shots_of, tickets_seen
from central.vault import Vault

MOST_PICTURES = 20_000
AT_ONCE = 50  # pictures that one commit of the audit tells of
VAL = 0.2
_LABEL: TypeAdapter[str] = TypeAdapter(Label)
_WORD: TypeAdapter[str] = TypeAdapter(Word)
File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. val: the share of places that are kept for judging."""

    wanted: Wanted
    labels: Mapping[str, str]
    val: float = VAL
    licence: str = forms.LICENCE

    @property
    def classes(self) -> list[str]:
        """The classes in order."""
        return list(dict.fromkeys(self.labels[kind] for kind in self.wanted.kinds))

    def words(self) -> dict[str, Any]:
        """For the card."""
        told = {name: getattr(self.wanted, name) for name in ("node", "source", "zone")}
        told |= {name: _time(getattr(self.wanted, name)) for name in ("since", "until")}
        return {"kinds": list(self.wanted.kinds), "val": self.val} | {k: v for k, v in told.items() if v}


@dataclass(frozen=True, slots=True)
class Planned:
    """What would go along: each scene with its place and side, and how many were left out, by why."""

    asked: Asked
    chosen: Sequence[tuple[Scene, str, Side]]
    left_out: Counter[str]

    def card(self, made: datetime, placed: Sequence[forms.Placed] | None = None) -> dict[str, Any]:
        """The card; without what was placed, as it would be if every picture were fit."""
        if placed is None:
            placed = [forms.Placed(scene, side, place, 0, 0) for scene, place, side in self.chosen]
        asked = self.asked
        about: dict[str, Any] = {
            "asked": asked.words(),
            "made": made,
            "left_out": self.left_out,
            "licence": asked.licence,
        }
        return forms.card(placed, asked.classes, asked.labels, **about)


def asked_for(
    kinds: Iterable[str], labels: Iterable[str], *, val: float = VAL, licence: str = "", **which: Any
) -> Asked:
    """From words: `labels` are `kind=word`. Raises ValueError that says what is wrong and what is allowed."""
    wanted = Wanted(tuple(_word(kind) for kind in dict.fromkeys(kinds)) or STALLS_AND_DEBRIS, **which)
    given = dict(_label(text, wanted.kinds) for text in labels)
    if not 0.0 <= val <= 0.5:
        raise ValueError(f"val: {val:g}: from 0 to 0.5 is allowed")
    return Asked(wanted, labels_of(wanted.kinds, given), val, licence or forms.LICENCE)


def planned(store: Store, asked: Asked) -> Planned:
    """Which pictures, by the database alone. Raises StoreAway or TooMuch."""
    items = items_of(store, asked.wanted)
    found, out = scenes(shots_of(store, items), items, asked.wanted)
    out["missed_without_picture"] = missed_without(items, found)
    out["older"] = max(0, len(found) - MOST_PICTURES)
    found = found[-MOST_PICTURES:]
    place = places(tickets_seen(items))
    side = sides({place[scene.shot.eye] for scene in found}, asked.val)
    chosen = [(scene, name := place[scene.shot.eye], side[name]) for scene in found]
    return Planned(asked, chosen, out)


@dataclass(frozen=True, slots=True)
class Giving:
    """From where to whom, and why. goes_on: whether who asked may still have it."""

    store: Store
    vault: Vault
    by: Asker
    why: str
    clock: Callable[[], datetime]
    goes_on: Callable[[], bool] = lambda: True


class Ended(Exception):
    """Whoever asked may not have it any more; what was given is not whole."""


def files(plan: Planned, giving: Giving) -> Iterator[File]:
    """Every file of it by its name. Raises StoreAway, Unavailable or Ended: then it is not whole."""
    asked, placed = plan.asked, list[forms.Placed]()
    for first in range(0, len(plan.chosen), AT_ONCE):
        part = plan.chosen[first : first + AT_ONCE]
        if not giving.goes_on():
            raise Ended("who asked for the dataset may not have it any more")
        seen = (giving.by.did("evidence.view", scene.shot.sha256, giving.why) for scene, _, _ in part)
        noted_all(giving.store, giving.clock(), seen)
        for scene, place, side in part:
            one = _picture(scene, place, side, giving.vault, plan.left_out)
            if one is not None:
                placed.append(one[0])
                yield f"{side}/images/{one[0].stem}.jpg", one[1]
                yield _labels(one[0], asked)
    yield from _about(plan, placed, giving.clock())


def tarred(given: Iterable[File], made: datetime) -> Iterator[bytes]:
    """The files as a tar archive, piece by piece."""
    sink = _Sink()
    with tarfile.open(mode="w|", fileobj=sink, format=tarfile.PAX_FORMAT) as archive:
        for name, body in given:
            entry = tarfile.TarInfo(f"dataset/{name}")
            entry.size, entry.mode, entry.mtime = len(body), 0o644, int(made.timestamp())
            archive.addfile(entry, BytesIO(body))
            yield sink.taken()
    yield sink.taken()


class _Sink(BytesIO):
    def taken(self) -> bytes:
        """What was written since."""
        body = self.getvalue()
        self.seek(0)
        self.truncate()
        return body


def _picture(
    scene: Scene, place: str, side: Side, vault: Vault, out: Counter[str]
) -> tuple[forms.Placed, bytes] | None:
    """None where it is gone or is not as nodes make them; that is counted."""
    kept = vault.find(scene.shot.sha256)
    if kept is None:
        out["picture_gone"] += 1
        return None
    drawn = Drawn(scene.shot.drawn, scene.decoys())
    try:
        found = vault.examiner.undrawn(vault.path(kept.sha256), kept.media_type, drawn)
    except Unfit:
        out["not_as_nodes_draw"] += 1
        return None
    return forms.Placed(scene, side, place, found.width or 0, found.height or 0), found.body


def _labels(one: forms.Placed, asked: Asked) -> File:
    text = forms.yolo(one.scene.things, asked.classes, asked.labels)
    return f"{one.side}/labels/{one.stem}.txt", text.encode()


def _about(plan: Planned, placed: Sequence[forms.Placed], made: datetime) -> Iterator[File]:
    asked = plan.asked
    for side in SIDES:
        mine = [one for one in placed if one.side == side]
        yield f"{side}/{forms.INSTANCES}", _json(forms.coco(mine, asked.classes, asked.labels))
    told = (json.dumps(forms.record(one, asked.labels), ensure_ascii=False) + "\n" for one in placed)
    yield forms.RECORDS, "".join(told).encode()
    yield forms.NAMES, forms.names_file(asked.classes).encode()
    yield forms.CARD, _json(plan.card(made, placed))


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else rfc3339(utc(seconds))


def _label(text: str, kinds: Sequence[str]) -> tuple[str, str]:
    kind, _, word = text.partition("=")
    if kind not in kinds:
        raise ValueError(f"label: {text!r}: KIND=WORD with one of the kinds {', '.join(kinds)} is expected")
    try:
        return kind, _LABEL.validate_python(word)
    except ValueError as error:
        raise ValueError(f"label: {text!r}: lower_snake_case words are allowed, of things alone") from error


def _word(kind: str) -> str:
    try:
        return _WORD.validate_python(kind)
    except ValueError as error:
        raise ValueError(
            f"kind: {kind!r}: a kind of incident is expected, such as unlicensed_stall"
        ) from error
