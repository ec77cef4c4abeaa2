"""What the ledger costs: time per look with many boxes, and memory over a million looks.

    python -m tests.bench.ledger_cost [--looks 1000000] [--boxes 40]

Two scenes of made-up boxes at one look a second. *busy*: half of the boxes stand for some minutes and are
then somewhere else, half drive by, one in ten is missed. *quiet*: four such boxes; memory is read over this
one. Seconds are those of the processor. The last line of the output is one JSON object.
"""

import argparse
import json
import random
import resource
import time
from collections.abc import Iterator

from edge.ledger import Ledger
from edge.observation import Box, Observation, Sighting

_SIZE = 0.04


def looks(count: int, boxes: int, seed: int) -> Iterator[Observation]:
    """Looks one second apart; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a scene, no secret
    parked = [_somewhere(chance) for _ in range(boxes // 2)]
    for i in range(count):
        if i % 20 == 0 and parked:
            parked[chance.randrange(len(parked))] = _somewhere(chance)
        passing = [_somewhere(chance) for _ in range(boxes - len(parked))]
        seen = tuple(
            Sighting(_shaken(box, chance), 0.8, "car", "vehicle")
            for box in (*parked, *passing)
            if chance.random() > 0.1
        )
        yield Observation("bench", float(i), 1.7e9 + i, "synchronised", 16 / 9, seen)


def _somewhere(chance: random.Random) -> Box:
    x, y = chance.random() * (1 - _SIZE), chance.random() * (1 - _SIZE)
    return (x, y, x + _SIZE, y + _SIZE)


def _shaken(box: Box, chance: random.Random) -> Box:
    dx, dy = chance.uniform(-0.001, 0.001), chance.uniform(-0.001, 0.001)
    return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)


def cost(count: int, boxes: int) -> dict[str, float]:
    """Microseconds a look and how many places were open in the end."""
    ledger, spent = Ledger("bench"), 0.0
    for seen in looks(count, boxes, 1):
        begin = time.process_time()
        ledger.step(seen)
        spent += time.process_time() - begin
    return {"us_per_look": round(1e6 * spent / count, 1), "places": len(ledger.places)}


def memory(count: int, boxes: int) -> dict[str, float]:
    """KiB of the ledger's whole state, written down, and peak MiB of the process: at a tenth, at the end."""
    ledger, early = Ledger("bench"), (0.0, 0.0)
    for i, seen in enumerate(looks(count, boxes, 2)):
        ledger.step(seen)
        if i == count // 10:
            early = _held(ledger)
    late = _held(ledger)
    return {
        "state_kib_at_a_tenth": early[0],
        "state_kib_at_the_end": late[0],
        "process_mib_at_a_tenth": early[1],
        "process_mib_at_the_end": late[1],
    }


def _held(ledger: Ledger) -> tuple[float, float]:
    state = len(json.dumps(ledger.dump(deep=True))) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return round(state, 1), round(peak, 1)


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--looks", type=int, default=1_000_000, help="looks over which memory is read")
    parser.add_argument("--boxes", type=int, default=40, help="boxes of a busy look")
    options = parser.parse_args(argv)
    figures = {
        "looks": options.looks,
        "busy": cost(min(5000, options.looks), options.boxes),
        "quiet": cost(min(5000, options.looks), 4),
        "memory": memory(options.looks, 4),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
