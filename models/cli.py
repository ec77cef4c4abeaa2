"""`gewu-models`: list, pull and bench.

Exit codes: 0 all done; 1 a model could not be fetched or measured (the others were); 2 wrong command line.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from models.catalog import Catalogue, Entry, catalogue
from models.errors import ModelError
from models.measure import Measured, Scene, measure, scene
from models.providers import WAYS, Provider, available
from models.runtime import ModelSettings, choose, default_directory
from models.store import present, pull

_BLOCK = 1 << 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    folder: Path = arguments.dir or default_directory()
    try:
        return int(arguments.command(arguments, folder, catalogue(folder)))
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gewu-models", description="Model files: what there is, fetch, measure."
    )
    parser.epilog = (
        "Exit codes: 0 all done, 1 a model could not be fetched or measured, 2 wrong command line."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_list(commands)
    _add_pull(commands)
    _add_bench(commands)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument(
        "--dir", type=Path, help="folder of model files (default $GEWU_MODELS or the user's cache)"
    )
    return parser


def _add_list(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "list", "every model: name, role, licence, size, whether it is here")
    parser.set_defaults(command=_list)


def _add_pull(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "pull", "fetch, verify and convert models")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: what a node needs")
    parser.add_argument("--from", dest="source", type=Path, metavar="DIR", help="take files from this folder")
    parser.set_defaults(command=_pull)


def _add_bench(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "bench", "time for a picture and, with truth, average precision")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: every model that is here")
    parser.add_argument(
        "--pictures", type=Path, metavar="DIR", help="a folder of pictures, or one laid out as COCO"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth picture")
    parser.add_argument("--threads", type=int, default=1, help="threads for one inference (default 1)")
    parser.add_argument("--provider", choices=list(WAYS), help="default: every provider that is installed")
    parser.set_defaults(command=_bench)


def _list(_: argparse.Namespace, folder: Path, known: Catalogue) -> int:
    rows = [_row(name, entry, folder, known) for name, entry in known.models.items()]
    _table(("name", "role", "bytes", "here", "licence of the weights", "from"), rows)
    choice = choose("default", known, folder)
    print(f"\nfolder {folder}\n`default` is {choice.name}: {choice.why}")
    return 0


def _row(name: str, entry: Entry, folder: Path, known: Catalogue) -> tuple[str, ...]:
    marks = {known.default: " (default)", known.recommended: " (recommended)"}
    here = "yes" if present(entry, folder) else "wrong sha256" if (folder / entry.file).exists() else "no"
    licence = entry.licence.weights
    return name + marks.get(name, ""), entry.role, str(entry.bytes), here, licence, entry.origin.words()


def _pull(arguments: argparse.Namespace, folder: Path, known: Catalogue) -> int:
    failed = 0
    for asked in arguments.names or known.needed:
        try:
            _pull_one(asked, folder, known, arguments.source)
        except ModelError as error:
            print(f"{asked}: {error}", file=sys.stderr)
            failed = 1
    return failed


def _pull_one(asked: str, folder: Path, known: Catalogue, source: Path | None) -> None:
    name = {"default": known.default, "recommended": known.recommended}.get(asked, asked)
    entry = known.entry(name)
    was_here = present(entry, folder)
    path = pull(name, entry, folder, source, _Progress())
    print(f"{name}: {'already ' if was_here else ''}at {path} ({path.stat().st_size} bytes, sha256 verified)")


class _Progress:
    """Prints how far a download is: at its start, every MiB and at its end."""

    def __init__(self) -> None:
        self._blocks = -1

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if done // _BLOCK > self._blocks or done == total:
            self._blocks = done // _BLOCK
            print(f"  {what}: {done} of {total or '?'} bytes", flush=True)


def _bench(arguments: argparse.Namespace, folder: Path, known: Catalogue) -> int:
    given = scene(arguments.pictures or _shared_pictures(), max(1, arguments.every))
    names = arguments.names or [name for name, entry in known.models.items() if present(entry, folder)]
    providers: list[Provider] = [arguments.provider] if arguments.provider else available()
    wanted = [
        ModelSettings(name=name, directory=folder, provider=provider, threads=arguments.threads)
        for name in names
        for provider in providers
    ]
    measured, faults = _measure_all(wanted, given)
    _table(
        ("name", "provider", "ms", "cpu_ms", "AP", "person", "vehicles"), [_figures(one) for one in measured]
    )
    for fault in faults:
        print(fault, file=sys.stderr)
    models = [one.as_json() for one in measured]
    print(json.dumps({"bench": "models", "pictures": given.what, "models": models, "faults": faults}))
    return 1 if faults else 0


def _measure_all(wanted: list[ModelSettings], given: Scene) -> tuple[list[Measured], list[str]]:
    measured, faults = [], []
    for settings in wanted:
        try:
            measured.append(measure(settings, given))
        except ModelError as error:
            faults.append(str(error))
    return measured, faults


def _shared_pictures() -> Path | None:
    folder = Path(os.environ.get("GEWU_SHARED_DATA", "../shared/data")) / "coco_mini"
    return folder if folder.is_dir() else None


def _figures(one: Measured) -> tuple[str, ...]:
    shares = (one.ap, one.ap_person, one.ap_vehicles)
    times = (f"{one.ms:.1f}", f"{one.cpu_ms:.1f}")
    return one.name, one.provider, *times, *("-" if s is None else f"{s:.3f}" for s in shares)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
