"""`gewu-central grid`: the city's cells."""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from broker.fields import rfc3339
from central.grid.areas import DIGITS, Area, Fault
from central.grid.checks import TOLERANCE_M2, faults_between
from central.grid.places import Grid
from central.grid.reading import LONGEST_NAME, Names, read_areas
from central.opening import open_store
from central.people.asker import COMMAND_LINE
from central.settings import CentralSettings
from central.store import grids

HELP = "the city's cells: check a file, bring it in, list the cuts, find the cell of a point"
MOST_BYTES = 500_000_000


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    does = command.add_subparsers(required=True, metavar="check|import|list|locate|export")
    checking = does.add_parser("check", help="say what is wrong with a GeoJSON file; keep nothing")
    _of_a_file(checking, _check)
    importing = does.add_parser("import", help="check a GeoJSON file and keep it as the grid from a day on")
    _of_a_file(importing, _import)
    importing.add_argument("--from", dest="since", type=instant, metavar="TIME", help="valid from (now)")
    importing.add_argument("--title", default="", help="what people call this cut")
    importing.add_argument("--anyway", action="store_true", help="in spite of gaps and overlaps")
    does.add_parser("list", help="every cut").set_defaults(do=_list)
    locating = does.add_parser("locate", help="the cell of a point, and why")
    locating.add_argument("longitude", type=float)
    locating.add_argument("latitude", type=float)
    locating.add_argument("--at", type=instant, metavar="TIME", help="by the cut of that time (now)")
    locating.set_defaults(do=_locate)
    exporting = does.add_parser("export", help="a cut as GeoJSON")
    exporting.add_argument("--cut", type=int, metavar="N", help="by its number (the one that counts now)")
    exporting.set_defaults(do=_export)


def _of_a_file(command: argparse.ArgumentParser, do: Callable[..., int]) -> None:
    command.add_argument("file", type=Path, metavar="FILE")
    for held in ("code", "name", "alias"):
        what = f"holds the {held} ({held})"
        command.add_argument(f"--{held}", default=held, metavar="PROPERTY", help=what)
    command.add_argument("--tolerance-m2", type=float, default=TOLERANCE_M2, metavar="M2")
    command.add_argument("--json", action="store_true", help="one JSON object a fault")
    command.set_defaults(do=do)


def instant(text: str) -> datetime:
    """A time on the command line: a day, or a time with its zone."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError("2026-03-01 or 2026-03-01T08:00:00+08:00 is expected") from None
    return found.astimezone(timezone.utc)


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """One of its commands."""
    code: int = asked.do(settings, asked)
    return code


def _check(_settings: CentralSettings, asked: argparse.Namespace) -> int:
    areas, faults, _ = _read(asked)
    _tell(faults, as_json=asked.json)
    return int(any(fault.grave for fault in faults)) if areas else 1


def _import(settings: CentralSettings, asked: argparse.Namespace) -> int:
    areas, faults, sha256 = _read(asked)
    _tell(faults, as_json=asked.json)
    between = {"overlap", "gap", "outside", "no_parent"}
    stops = [fault for fault in faults if fault.grave and not (asked.anyway and fault.code in between)]
    if stops or not areas:
        more = "; --anyway takes gaps and overlaps" if all(fault.code in between for fault in stops) else ""
        print(f"gewu-central: grid: nothing was kept{more}", file=sys.stderr)
        return 1
    now = datetime.now(timezone.utc)
    title = asked.title[:LONGEST_NAME] or asked.file.stem[:LONGEST_NAME]
    since, by = asked.since or now, COMMAND_LINE
    with closing(open_store(settings)) as store:
        cut = grids.import_cut(
            store, areas, valid_from=since, imported=now, by=by, title=title, sha256=sha256
        )
    print(_line(cut))
    return 0


def _list(settings: CentralSettings, _asked: argparse.Namespace) -> int:
    with closing(open_store(settings)) as store:
        for cut in grids.cuts(store):
            print(_line(cut))
    return 0


def _locate(settings: CentralSettings, asked: argparse.Namespace) -> int:
    at = asked.at or datetime.now(timezone.utc)
    with closing(open_store(settings)) as store:
        cut = grids.cut_at(grids.cuts(store), at)
        areas = grids.areas_of(store, cut.number) if cut is not None else []
    if cut is None:
        print(f"gewu-central: grid: no cut is valid at {rfc3339(at)}", file=sys.stderr)
        return 1
    grid = Grid(areas)
    place = grid.locate(asked.longitude, asked.latitude)
    print(f"cut {cut.number} ({cut.title}): {place.reason.text}")
    code = place.cell or place.community or ""
    for digits in DIGITS:
        if digits <= len(code) and (area := grid.areas.get(code[:digits])) is not None:
            print(f"  {area.level:<9}  {area.code:<15}  {area.name}  {area.alias or ''}".rstrip())
    return 0 if place.cell else 1


def _export(settings: CentralSettings, asked: argparse.Namespace) -> int:
    with closing(open_store(settings)) as store:
        counting = grids.cut_at(grids.cuts(store), datetime.now(timezone.utc))
        number = asked.cut or (counting.number if counting else 0)
        areas = grids.areas_of(store, number)
    if not areas:
        print("gewu-central: grid: there is no such cut", file=sys.stderr)
        return 1
    json.dump(grids.collection(areas), sys.stdout, ensure_ascii=False)
    print()
    return 0


def _read(asked: argparse.Namespace) -> tuple[list[Area], list[Fault], str]:
    """The areas, everything that is wrong with them, and the file's hash."""
    try:
        if asked.file.stat().st_size > MOST_BYTES:
            return [], [Fault("too_large", str(asked.file), f"at most {MOST_BYTES} bytes are allowed")], ""
        body = asked.file.read_bytes()
        text = body.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], [Fault("unreadable", str(asked.file), str(error))], ""
    areas, faults = read_areas(text, Names(asked.code, asked.name, asked.alias))
    return (
        areas,
        [*faults, *faults_between(areas, tolerance_m2=asked.tolerance_m2)],
        hashlib.sha256(body).hexdigest(),
    )


def _tell(faults: Sequence[Fault], *, as_json: bool) -> None:
    for fault in faults:
        if as_json:
            told = {"code": fault.code, "grave": fault.grave, "where": fault.where, "text": fault.text}
            print(json.dumps(told | {"size_m2": fault.size_m2}, ensure_ascii=False))
        else:
            print(f"{'fault' if fault.grave else 'note':<5}  {fault.code:<12}  {fault.where}: {fault.text}")


def _line(cut: grids.Cut) -> str:
    since = rfc3339(cut.valid_from)
    return f"cut {cut.number}  from {since}  {cut.areas} areas  {cut.title}  (by {cut.said_by})"
