"""Broken telemetry: whether every reader of every kind reads it or refuses it, and how fast.

    python -m tests.bench.telemetry [--each 100000] [--only mavlink]

Mutations of what the makes write and pure noise. Anything but a pose or a refusal ends the run with the bytes
in hexadecimal. The last line is one JSON object.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable

from edge.decoding import NotDecoded
from edge.flight.telling import Telemetry
from edge.telemetry import dji_cloud, dji_srt, klv, mavlink
from tests.airborne import EXAMPLE, frame, local_set, mutations, osd, position, stamped

KINDS: dict[str, Callable[[], Telemetry]] = {
    "dji_cloud": lambda: dji_cloud.build(dji_cloud.Settings()),
    "dji_srt": lambda: dji_srt.build(dji_srt.Settings(utc_offset="+08:00")),
    "klv": lambda: klv.build(klv.Settings()),
    "mavlink": lambda: mavlink.build(mavlink.Settings()),
}
_TIME = "1\n00:00:00,000 --> 00:00:00,033\n"
_HERE = position(10.0, 47.397742, 8.545594, 488.2, 60.5, 123.45)
SEEDS: dict[str, list[bytes]] = {
    "dji_cloud": [osd(), osd(**{"81-0-0": {"gimbal_pitch": 1, "gimbal_yaw": 2}})],
    "dji_srt": [
        f"{_TIME}2024-05-01 08:00:00.250\n[focal_len: 240] [latitude: 31.2] [longtitude: 121.4] "
        "[rel_alt: 60.1 abs_alt: 64.3] [gb_yaw: 1.0 gb_pitch: -60.0 gb_roll: 0.1]\n".encode(),
        f"{_TIME}HOME(1.5,47.1) 2017.8.5 14:11:51\nGPS(1.5,47.1,16) BAROMETER:1.9\n\n".encode() * 3,
        f"{_TIME}F/2.8, GPS (1.5, 47.1, 16), D 1.0m, H 60.1m, G.PRY (-60.0°, 0.1°, 12.5°)\n".encode(),
    ],
    "klv": [local_set(EXAMPLE), local_set({13: "2c69c6f5", 14: "5661c7cf"}) * 2],
    "mavlink": [
        stamped(1.7e9, *[frame(33, _HERE), frame(265, bytes(range(20))), frame(0, b"\1\2\3")] * 3),
        stamped(1.7e9, frame(285, bytes(range(49))), frame(2, bytes(12)), frame(33, _HERE, version=1)),
    ],
}


def run(kind: str, count: int) -> dict[str, float | int]:
    """Raises what a reader raises that is no refusal."""
    reader, outcomes, begin = KINDS[kind](), Counter[str](), time.perf_counter()
    for body in mutations(SEEDS[kind], count):
        try:
            reader.read(body, 1.0)
            outcomes["read"] += 1
        except NotDecoded:
            outcomes["refused"] += 1
        except Exception:
            print(body.hex(), file=sys.stderr)
            raise
    took = time.perf_counter() - begin
    return {"read": outcomes["read"], "refused": outcomes["refused"], "per_s": round(count / took)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.telemetry", description=__doc__)
    parser.add_argument("--each", type=int, default=100_000, metavar="N", help="broken inputs of each kind")
    parser.add_argument("--only", choices=sorted(KINDS), help="one kind alone")
    args = parser.parse_args()
    figures = {kind: run(kind, args.each) for kind in KINDS if args.only in (None, kind)}
    for kind, one in figures.items():
        print(f"{kind:12} " + "  ".join(f"{key} {value}" for key, value in one.items()))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
