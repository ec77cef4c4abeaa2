"""What a node writes to its disk in an hour: bytes and syncs, quiet and busy, with 1, 4 and 16 cameras.

    python -m tests.bench.writes [--minutes 15] [--speed 20] [--cameras 1 4 16] [--every 10s]

A real node in a process of its own, its clocks so many times as fast, with a real broker and a receiver that
gives receipts. Quiet: empty streets. Busy: before each camera a car stands for two of every four minutes,
which is 15 situations an hour each. Bytes are the kernel's own count of what goes to the disk (`write_bytes`
of /proc/PID/io), so the folder must lie on a real one; syncs are counted by a shim before the C library,
where there is a compiler. Both are scaled to an hour. The last line is one JSON object.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from broker.embedded import EmbeddedBroker
from tests.bench.soak import EVERY_S, RULE, ZONE, configuration, filmed
from tests.nodes import Centre
from tests.ports import free_port

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic long *seen;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("GEWU_SYNCS");
    if (!path) return;
    int file = open(path, O_RDWR);
    void *at = mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at != MAP_FAILED) seen = at;
    close(file);
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (seen) atomic_fetch_add(seen, 1);
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (seen) atomic_fetch_add(seen, 1);
    return real(file);
}
"""
BEGIN_S = 120.0  # simulated, until all runs


def shim(folder: Path) -> dict[str, str]:
    """The environment in which syncs are counted; nothing where there is no compiler."""
    if (compiler := shutil.which("cc") or shutil.which("gcc")) is None:
        return {}
    source, made, count = folder / "shim.c", folder / "shim.so", folder / "syncs"
    source.write_text(SHIM)
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(made), str(source), "-ldl"], check=True)
    count.write_bytes(bytes(8))
    return {"LD_PRELOAD": str(made), "GEWU_SYNCS": str(count)}


class Meter:
    """What the process has written and synced so far."""

    def __init__(self, pid: int, environment: dict[str, str]) -> None:
        self._pid = pid
        self._count = Path(environment["GEWU_SYNCS"]) if environment else None

    def read(self) -> tuple[float, int]:
        """Bytes and syncs."""
        told = dict(line.split(": ") for line in Path(f"/proc/{self._pid}/io").read_text().splitlines())
        syncs = 0 if self._count is None else struct.unpack("q", self._count.read_bytes())[0]
        return int(told["write_bytes"]) - int(told["cancelled_write_bytes"]), syncs


def measure(cameras: int, busy: bool, minutes: float, speed: float, every: str) -> dict[str, Any]:
    """One node."""
    with tempfile.TemporaryDirectory(prefix="gewu-writes-") as name, contextlib.ExitStack() as stack:
        scratch = Path(name)
        film = filmed(scratch / "film.mkv", 240, (lambda t: 60 <= t < 180) if busy else (lambda _t: False))
        zone = {**ZONE, "rules": [{**RULE, "dwell": "30s"}]}
        common = {"kind": "file", "path": str(film), "repeat": "loop", "sample": 0.5, "idle": f"{EVERY_S}s"}
        found = [{"id": f"cam-{n}", **common, "zones": [zone]} for n in range(cameras)]
        broker = stack.enter_context(EmbeddedBroker(port=free_port()))
        centre = stack.enter_context(Centre(broker.url))
        config = configuration(scratch, scratch / "data", broker.url, found)
        settings = json.loads(config.read_text())
        settings["storage"] = {"directory": str(scratch / "data")} | (
            {"snapshot_every": every} if every else {}
        )
        del settings["journal"]
        config.write_text(json.dumps(settings))
        environment = shim(scratch)
        words = [sys.executable, "-m", "tests.bench.soak", "--node", str(config), "--speed", str(speed)]
        quiet = {"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        node = subprocess.Popen(words, env={**os.environ, **environment}, **quiet)  # type: ignore[call-overload]
        stack.callback(node.kill)
        while not centre.said.get("health"):
            time.sleep(0.1)
        time.sleep(BEGIN_S / speed)
        meter = Meter(node.pid, environment)
        (bytes_, syncs), events, began = meter.read(), len(centre.bodies), time.monotonic()
        time.sleep(minutes * 60 / speed)
        (bytes_2, syncs_2), events_2 = meter.read(), len(centre.bodies)
        hours = (time.monotonic() - began) * speed / 3600
        node.send_signal(signal.SIGTERM)
        node.wait(60)
    return {
        "cameras": cameras,
        "busy": busy,
        "mb_an_hour": round((bytes_2 - bytes_) / 1e6 / hours, 1),
        "syncs_an_hour": round((syncs_2 - syncs) / hours) if environment else None,
        "events_an_hour": round((events_2 - events) / hours),
    }


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--speed", type=float, default=20.0)
    parser.add_argument("--cameras", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--every", default="", help="storage.snapshot_every")
    args = parser.parse_args()
    rows = []
    for cameras in args.cameras:
        for busy in (False, True):
            rows.append(measure(cameras, busy, args.minutes, args.speed, args.every))
            print(json.dumps(rows[-1]), flush=True)
    print(json.dumps({"every": args.every or "default", "rows": rows}))


if __name__ == "__main__":
    main()
