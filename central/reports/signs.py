"""The signs of places: where a phone is led that reads one, its code as a picture, its paper. Pure."""

from collections.abc import Sequence

import segno

from broker.codes import table
from central.reports.posters import Poster, page
from central.reports.report import Place

LONGEST_NAME = 80
WORST_M = 200.0


def url_of(site: str, place: Place) -> str:
    """Where a phone is led. site: where people reach the console, such as https://tickets.example."""
    return f"{site}/report?at={place.code}"


def code_of(site: str, place: Place) -> segno.QRCode:
    """Q: a quarter of the sign may be torn or dirty."""
    return segno.make(url_of(site, place), error="q", micro=False)


def sheets(site: str, places: Sequence[Place]) -> str:
    """A whole HTML page that loads nothing: a sheet of A4 for each place."""
    return page([_poster(site, each) for each in places])


def _poster(site: str, place: Place) -> Poster:
    kind = table()[place.kind] if place.kind is not None and place.kind in table() else None
    drawn = code_of(site, place).svg_inline(omitsize=True, border=2)
    return Poster(place.name, (kind.zh, kind.en) if kind else None, url_of(site, place), drawn)
