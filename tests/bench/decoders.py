"""Decoders under strange messages, and how fast they are: `python -m tests.bench.decoders [--full]`.

Every kind of decoder reads its samples (tests/decoders) changed in every way, every codec payloads at random:
anything but NotDecoded is a crash. Then its own samples are decoded over and over; the limit is json.loads
alone on the same bytes. With --full there are 100,000 strange messages a kind. The last line is one JSON
object.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from edge.decoding import Decoder, NotDecoded
from tests.decoders import CODECS, KINDS, Message, changed, codec_crashes, crashes, decoder, samples

FULL, QUICK = 100_000, 5_000
TURNS, LEAST_S = 9, 0.05


def pair(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of a turn of each. Turns alternate, so that what disturbs, disturbs both."""
    number = 1
    while turn(one, number) < LEAST_S:
        number *= 2
    both = [(turn(one, number) / number, turn(other, number) / number) for _ in range(TURNS)]
    return min(both)[0], min(seconds for _, seconds in both)


def turn(what: Callable[[], object], number: int) -> float:
    """Processor seconds of so many in a row."""
    began = time.process_time()
    for _ in range(number):
        what()
    return time.process_time() - began


def pace(built: Decoder, messages: list[Message]) -> tuple[int, float, float]:
    """Readings of all messages, seconds for them, and seconds of json.loads alone on those that are JSON."""
    good = [message for message in messages if is_json(message[1]) and taken(built, message)]
    readings = sum(len(built.decode(topic, whole).readings) for topic, whole in good)
    if not readings:
        return 0, 1.0, 1.0
    decoded, loaded = pair(
        lambda: [built.decode(topic, whole) for topic, whole in good],
        lambda: [json.loads(whole) for _, whole in good],
    )
    return readings, decoded, loaded


def is_json(whole: bytes) -> bool:
    """Whether json.loads can be measured on it."""
    try:
        json.loads(whole)
    except ValueError:
        return False
    return True


def taken(built: Decoder, message: Message) -> bool:
    """Whether it is decoded and not refused; a learning decoder learns by it."""
    try:
        return bool(built.decode(*message).readings)
    except NotDecoded:
        return False


def measure(kind: str, number: int, seed: int) -> dict[str, Any]:
    """One kind's figures."""
    messages = samples(kind)[1]
    found = crashes(decoder(kind), changed(messages, seed), number)
    for each in found[:3]:
        print(f"  {kind}: {each}")
    readings, decoded, loaded = pace(decoder(kind), messages)
    figures: dict[str, Any] = {"strange": number, "crashes": len(found)}
    if readings:
        figures |= {"readings_per_s": round(readings / decoded), "ratio_to_json": round(loaded / decoded, 3)}
    told = f"{figures.get('readings_per_s', 0):,} readings/s, {figures.get('ratio_to_json', 0)} of json.loads"
    print(f"{kind}: {len(found)} crashes of {number:,} strange messages; {told}")
    return figures


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} strange messages a kind")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="only these (default: all of the folder)")
    asked = parser.parse_args()
    number = FULL if asked.full else QUICK
    found = {kind: measure(kind, number, asked.seed) for kind in asked.kinds or sorted(KINDS)}
    codecs = {} if asked.kinds else {kind: codec_crashes(kind, number, asked.seed) for kind in sorted(CODECS)}
    for kind, each in codecs.items():
        print(f"codec {kind}: {len(each)} crashes of {number:,} payloads", *each[:3], sep="\n  ")
    crashed = sum(figures["crashes"] for figures in found.values()) + sum(map(len, codecs.values()))
    told = {"decoders": found, "codecs": {kind: len(each) for kind, each in codecs.items()}}
    print(json.dumps(told | {"strange_each": number, "crashes": crashed}))
    return int(crashed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
