"""A report as people give it, and as it is kept: one sighting of one thing by one teller. Pure."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from broker.fields import rfc3339
from central.correlation.sightings import Origin, Spot
from central.reports.cleaning import Left, cleaned
from central.reports.settings import ReportsSettings

Channel = Literal["phone", "api", "open311"]
MOST_PICTURES: Final = 8
AHEAD: Final = timedelta(minutes=5)  # of a phone's clock; what is later was seen now
LONGEST_ADDRESS: Final = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NotTaken(Exception):
    """A report that cannot be taken. where: the field; code: as programs tell it apart."""

    def __init__(self, code: str, text: str, *, where: str, allowed: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.where = where
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Place:
    """A place with a code of its own, which stands there for people's phones to read."""

    code: str
    name: str
    spot: Spot
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Teller:
    """Who reports: of people with an account its login name, of citizens nothing."""

    origin: Origin
    channel: Channel
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent, as it was sent. id: the sender's own name for it, so that it may be sent twice."""

    kind: str
    longitude: float | None = None
    latitude: float | None = None
    accuracy_m: float | None = None
    address: str = ""
    text: str = ""
    seen: datetime | None = None
    pictures: Sequence[str] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """As it is kept. content: a hash of what was sent; left: what was cut out of the text.

    named: the sender gave it a name; without one only time tells a repetition from a second report.
    """

    id: str
    content: str
    named: bool
    kind: str
    spot: Spot
    surveyed: bool
    place: str | None
    address: str
    text: str
    seen: datetime
    received: datetime
    due: datetime
    teller: Teller
    pictures: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()


def checked(
    given: Given, place: Place | None, teller: Teller, settings: ReportsSettings, now: datetime
) -> Report:
    """The report as it can be kept. place: the one whose code was sent. Raises NotTaken."""
    _check_kind(given.kind, settings)
    spot, surveyed = _spot(given, place, settings)
    seen = _seen(given.seen, now, settings)
    text = cleaned(given.text)
    address = cleaned(given.address.replace("\n", " "))
    content = _content(given, place, teller)
    return Report(
        id=_id(given, content, teller, now),
        content=content,
        named=given.id is not None,
        kind=given.kind,
        spot=spot,
        surveyed=surveyed,
        place=place.code if place is not None else None,
        address=address.text[:LONGEST_ADDRESS] or (place.name if place is not None else ""),
        text=text.text,
        seen=seen,
        received=now,
        due=seen + timedelta(seconds=settings.lasts_s(given.kind)),
        teller=teller,
        pictures=_pictures(given.pictures),
        left=tuple(dict.fromkeys((*text.left, *address.left))),
    )


def _check_kind(kind: str, settings: ReportsSettings) -> None:
    kinds = settings.reportable()
    if kind not in kinds:
        text = "this kind is not reported here"
        raise NotTaken("unknown_kind", text, where="kind", allowed=", ".join(kinds))


def _spot(given: Given, place: Place | None, settings: ReportsSettings) -> tuple[Spot, bool]:
    """Where it is; True: a surveyed place's own spot."""
    longitude, latitude = given.longitude, given.latitude
    if longitude is None or latitude is None:
        if (longitude is None) != (latitude is None):
            raise NotTaken("half_a_place", "longitude and latitude come together", where="longitude")
        if place is None:
            allowed = "longitude and latitude, or a place's code"
            raise NotTaken("no_place", "a report needs a place", where="longitude", allowed=allowed)
        return place.spot, True
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        allowed = "WGS84 degrees: longitude -180..180, latitude -90..90"
        raise NotTaken("no_such_place", "there is no such place", where="longitude", allowed=allowed)
    return Spot(longitude, latitude, _accuracy(given.accuracy_m, settings)), False


def _accuracy(given: float | None, settings: ReportsSettings) -> float:
    if given is None:
        return settings.accuracy_m
    if not 0 <= given <= settings.worst_accuracy_m:
        text = "the position is too uncertain to find the place"
        raise NotTaken("uncertain", text, where="accuracy_m", allowed=f"0..{settings.worst_accuracy_m:g}")
    return max(given, 1.0)


def _seen(given: datetime | None, now: datetime, settings: ReportsSettings) -> datetime:
    if given is None or now < given <= now + AHEAD:
        return now
    oldest = now - timedelta(seconds=settings.oldest)
    if not oldest <= given <= now:
        text = "it was seen too long ago, or is yet to come"
        raise NotTaken("wrong_time", text, where="seen", allowed=f"{rfc3339(oldest)} to {rfc3339(now)}")
    return given


def _pictures(given: Sequence[str]) -> tuple[str, ...]:
    if len(given) > MOST_PICTURES:
        text = "there are too many pictures"
        raise NotTaken("many_pictures", text, where="pictures", allowed=f"{MOST_PICTURES} at most")
    if not all(_SHA256.fullmatch(each) for each in given):
        allowed = "the sha256 that the upload answered, 64 hex digits"
        raise NotTaken("unknown_picture", "this is no picture's sha256", where="pictures", allowed=allowed)
    return tuple(dict.fromkeys(given))


def _content(given: Given, place: Place | None, teller: Teller) -> str:
    said = [
        given.kind,
        *(given.longitude, given.latitude, given.accuracy_m),
        *(given.address, given.text),
        rfc3339(given.seen) if given.seen is not None else None,
        *(sorted(given.pictures), place.code if place is not None else None),
        *(teller.origin, teller.account),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _id(given: Given, content: str, teller: Teller, now: datetime) -> str:
    """By the sender's name for it, each sender's apart; without one by what it says and when."""
    if given.id is not None and not _ID.fullmatch(given.id):
        allowed = "8 to 64 letters, digits, '.', '_' and '-'"
        raise NotTaken("no_id", "this is no name for a report", where="id", allowed=allowed)
    name = [given.id] if given.id is not None else [content, rfc3339(now)]
    told = json.dumps([teller.channel, teller.account, *name])
    return f"r-{hashlib.sha256(told.encode()).hexdigest()[:24]}"
