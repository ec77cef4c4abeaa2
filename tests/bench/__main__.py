"""`make bench`: every benchmark in turn; each prints its figures and one JSON object as its last line."""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.chromium import installed

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("GEWU_SHARED_DATA", ROOT.parent / "shared" / "data"))


Command = list[str] | None


def module(name: str, *arguments: str) -> list[str]:
    """The command for one benchmark of this folder."""
    return [sys.executable, "-m", f"tests.bench.{name}", *arguments]


def roadtrack_folder(scratch: Path) -> str | None:
    """RoadTrack, unpacked, or None without the data."""
    archive = SHARED / "roadtrack" / "roadtrack_dev.tar.xz"
    if not archive.exists():
        return None
    with tarfile.open(archive) as packed:
        packed.extractall(scratch, filter="data")
    return str(next(p.parent for p in sorted(scratch.rglob("P")) if p.is_dir()))


def roadtrack(scratch: Path) -> Command:
    """Stopped vehicles on motorways."""
    folder = roadtrack_folder(scratch)
    return module("roadtrack", folder) if folder else None


def journal(scratch: Path) -> Command:
    """Bytes a camera-day, and how fast a journal is decided on again."""
    folder = roadtrack_folder(scratch)
    return module("journal", "--hours", "1", *(["--roadtrack", folder] if folder else []))


def ledger_cost(_scratch: Path) -> Command:
    """Time and memory over a million observations."""
    return module("ledger_cost")


def cameras(_scratch: Path) -> Command:
    """Cameras a core, against decoding alone and a plain pipeline."""
    return module("cameras") if SHARED.exists() else None


def view(_scratch: Path) -> Command:
    """Faults of the view: found, how soon, and false ones."""
    return module("view", "--every", "4") if SHARED.exists() else None


def left(_scratch: Path) -> Command:
    """Left things on composites and clean clips."""
    return module("left") if SHARED.exists() else None


def ingest(_scratch: Path) -> Command:
    """Events a second into tickets, against a bare subscriber and bare inserts."""
    return module("ingest")


def outage(_scratch: Path) -> Command:
    """A node comes back after three days with ten thousand events."""
    return module("outage")


def load(_scratch: Path) -> Command:
    """How soon what a city's nodes find is a dispatched ticket."""
    return module("load")


def query(_scratch: Path) -> Command:
    """How long a city's questions take, and how that grows; a tenth of the goal's size."""
    return module("query", "--tickets", "200000", "--events", "2000000")


def correlation(_scratch: Path) -> Command:
    """How well situations are joined that are one thing."""
    return module("correlation")


def grid(_scratch: Path) -> Command:
    """Cells found a second."""
    return module("grid")


def casework(_scratch: Path) -> Command:
    """Random sequences of everything that happens to tickets, and how many a second."""
    return module("casework")


def clock(_scratch: Path) -> Command:
    """Working time against a slow count, and how long 100,000 tickets take."""
    return module("clock")


def routing(_scratch: Path) -> Command:
    """Tickets routed a second, and whether rightly."""
    return module("routing")


def credentials(_scratch: Path) -> Command:
    """What a node's credentials open of other nodes, at a real broker: nothing."""
    return module("credentials")


def revocation(_scratch: Path) -> Command:
    """How soon a revoked node is shut out."""
    return module("revocation")


def decoders(_scratch: Path) -> Command:
    """Strange messages by the hundred thousand, and readings a second of every decoder."""
    return module("decoders", "--full")


def sensors(_scratch: Path) -> Command:
    """Readings a second from the message to the ledger, and the memory of ten thousand devices."""
    return module("sensors")


def telemetry(_scratch: Path) -> Command:
    """Broken telemetry of flights, and how fast good one is read."""
    return module("telemetry", "--each", "20000")


def ground(_scratch: Path) -> Command:
    """How far from the truth what a drone sees is put."""
    return module("ground") if SHARED.exists() else None


def flights(_scratch: Path) -> Command:
    """Whether each parked vehicle becomes one place, and stays it over flights."""
    return module("flights") if SHARED.exists() else None


def streets(_scratch: Path) -> Command:
    """A day of many simulated streets, and whether all came of it that must."""
    return module("streets")


def console(_scratch: Path) -> Command:
    """How soon the console's map can be used, and how soon it shows what happened."""
    built = ROOT / "central" / "console" / "built" / "index.html"
    return module("console") if built.exists() and installed() else None


def begin(_scratch: Path) -> Command:
    """From the start of a node to its first frames, and the memory of sixteen cameras."""
    return module("begin")


def writes(_scratch: Path) -> Command:
    """What a node writes to its disk."""
    return module("writes", "--minutes", "5")


def reconnects(_scratch: Path) -> Command:
    """A camera that breaks again and again."""
    return module("reconnects", "--times", "50000")


def soak(_scratch: Path) -> Command:
    """Two hours of a node in bad company, at fifty times their speed."""
    return module("soak", "--hours", "2")


def observing(_scratch: Path) -> Command:
    """What it costs a node to be seen."""
    return module("observing", "--minutes", "1")


def trial(_scratch: Path) -> Command:
    """How fast zones are tried on what was seen."""
    return module("trial")


def fleet(_scratch: Path) -> Command:
    """The same asked of many nodes, and settings rolled out to them."""
    return module("fleet")


def models(_scratch: Path) -> Command:
    """Speed and accuracy of the models."""
    return [str(Path(sys.executable).with_name("gewu-models")), "bench"]


def street_models(_scratch: Path) -> Command:
    """What each detector finds on street stills."""
    return module("street_models") if SHARED.exists() else None


def privacy(_scratch: Path) -> Command:
    """How many persons the masker hides."""
    return module("privacy", str(SHARED)) if SHARED.exists() else None


def last_json(text: str) -> object:
    """The last line, which must be a JSON object."""
    return json.loads(text.strip().splitlines()[-1])


def main() -> int:
    failed, figures = [], {}
    for bench in (
        models,
        street_models,
        privacy,
        roadtrack,
        ledger_cost,
        journal,
        view,
        left,
        cameras,
        ingest,
        outage,
        load,
        query,
        correlation,
        grid,
        casework,
        clock,
        routing,
        credentials,
        revocation,
        decoders,
        sensors,
        telemetry,
        ground,
        flights,
        streets,
        begin,
        writes,
        reconnects,
        soak,
        observing,
        trial,
        fleet,
        console,
    ):
        with tempfile.TemporaryDirectory() as scratch:
            command = bench(Path(scratch))
            if command is None:
                print(f"{bench.__name__}: skipped, its data is not at {SHARED} (GEWU_SHARED_DATA)")
                continue
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT)
        print(done.stdout, flush=True)
        if done.returncode:
            failed.append(bench.__name__)
        else:
            figures[bench.__name__] = last_json(done.stdout)
    print(json.dumps(figures))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
