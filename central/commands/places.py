"""`gewu-central places`: places with a sign that phones read."""

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from broker.boundary import breach
from broker.codes import table
from central.correlation.sightings import Spot
from central.opening import open_store
from central.people.asker import COMMAND_LINE
from central.reports.report import NotTaken, Place
from central.reports.signs import LONGEST_NAME, WORST_M, code_of, sheets, url_of
from central.settings import CentralSettings
from central.store.report_places import add_place, all_places, drop_place, new_code
from central.store.reports import find_place
from central.welcome import site

HELP = "places whose sign people report at: add, list, qr, posters, drop"
KINDS = (".svg", ".png")


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    does = command.add_subparsers(required=True, metavar="add|list|qr|posters|drop")
    adding = does.add_parser("add", help="make a place, and print its code")
    adding.add_argument("name", type=place_name)
    adding.add_argument("longitude", type=_degrees(180))
    adding.add_argument("latitude", type=_degrees(90))
    adding.add_argument("--kind", choices=tuple(table()), help="what is reported there, if always the same")
    adding.add_argument("--accuracy", type=_metres, default=5.0, metavar="M", help="of the position (5)")
    adding.set_defaults(do=_add)
    does.add_parser("list", help="every place").set_defaults(do=_list)
    drawing = does.add_parser("qr", help="draw the sign's code")
    drawing.add_argument("name", type=place_name)
    drawing.add_argument("-o", "--out", type=_picture, required=True, metavar="FILE", help=".svg or .png")
    drawing.set_defaults(do=_qr)
    printing = does.add_parser("posters", help="every sign as a page to print")
    printing.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help=".html")
    printing.set_defaults(do=_posters)
    dropping = does.add_parser("drop", help="the sign counts no more")
    dropping.add_argument("name", type=place_name)
    dropping.set_defaults(do=_drop)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """One of its commands; 1 and the reason when it is refused."""
    try:
        code: int = asked.do(settings, asked)
    except (NotTaken, OSError) as error:
        print(f"gewu-central: places: {error}", file=sys.stderr)
        return 1
    return code


def place_name(text: str) -> str:
    """A place's name on the command line."""
    name = text.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or breach(name) is not None:
        raise argparse.ArgumentTypeError(f"1 to {LONGEST_NAME} printable signs are expected")
    return name


def _degrees(most: float) -> Callable[[str], float]:
    def degrees(text: str) -> float:
        found = float(text)
        if not -most <= found <= most:
            raise argparse.ArgumentTypeError(f"WGS84 degrees from -{most:g} to {most:g} are expected")
        return found

    return degrees


def _metres(text: str) -> float:
    found = float(text)
    if not 0 < found <= WORST_M:
        raise argparse.ArgumentTypeError(f"metres up to {WORST_M:g} are expected")
    return found


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in KINDS:
        raise argparse.ArgumentTypeError("a file that ends in .svg or .png is expected")
    return path


def _add(settings: CentralSettings, asked: argparse.Namespace) -> int:
    place = Place(new_code(), asked.name, Spot(asked.longitude, asked.latitude, asked.accuracy), asked.kind)
    with closing(open_store(settings)) as store:
        add_place(store, place, COMMAND_LINE.did("place.add", asked.name), datetime.now(timezone.utc))
    print(_line(settings, place))
    return 0


def _list(settings: CentralSettings, _asked: argparse.Namespace) -> int:
    with closing(open_store(settings)) as store:
        for place in all_places(store):
            print(_line(settings, place))
    return 0


def _qr(settings: CentralSettings, asked: argparse.Namespace) -> int:
    with closing(open_store(settings)) as store:
        place = find_place(store, name=asked.name)
    if place is None:
        raise NotTaken("no_place", f"there is no place {asked.name!r}", where="name")
    code = code_of(site(settings), place)
    more = {"title": place.name} if asked.out.suffix.lower() == ".svg" else {}
    code.save(str(asked.out), scale=10, border=4, **more)
    print(f"{asked.out}  {url_of(site(settings), place)}")
    return 0


def _posters(settings: CentralSettings, asked: argparse.Namespace) -> int:
    with closing(open_store(settings)) as store:
        found = all_places(store)
    asked.out.write_text(sheets(site(settings), found), encoding="utf-8")
    print(f"{asked.out}  {len(found)}")
    return 0


def _drop(settings: CentralSettings, asked: argparse.Namespace) -> int:
    with closing(open_store(settings)) as store:
        by = COMMAND_LINE.did("place.drop", asked.name)
        if not drop_place(store, asked.name, by, datetime.now(timezone.utc)):
            raise NotTaken("no_place", f"there is no place {asked.name!r}", where="name")
    return 0


def _line(settings: CentralSettings, place: Place) -> str:
    spot = place.spot
    where = f"{spot.longitude:.6f} {spot.latitude:.6f}  within {spot.accuracy_m:g} m"
    return f"{place.code}  {where}  {place.kind or '-'}  {place.name}  {url_of(site(settings), place)}"
