"""The ingest under fuzzed messages: `python -m tests.fuzz.messages [--messages N] [--seed S] [--store URL]`.

The worker is the real one, its database a real file; only the broker's end is ours, so that every message is
known. Each must be acknowledged, and each that is no event and no word of a node must lie in quarantine with
a reason. The last line is one JSON object; the exit code is 1 when anything is wrong.
"""

import argparse
import json
import logging
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from broker.link import Delivery
from broker.link_settings import LinkSettings
from central.heap import keep_flat
from central.ingest import Ingest
from central.metrics import Metrics
from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from tests.fuzz.mutations import Fuzz

MOST_ON_THE_WAY = 1000
PATIENCE_S = 120.0


class Tally:
    """What was sent, what was acknowledged, and how long nothing was."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self.longest_s = 0.0
        self._last = time.monotonic()
        self._changed = threading.Condition()

    def ack(self) -> None:
        """One more."""
        with self._changed:
            now = time.monotonic()
            self.longest_s = max(self.longest_s, now - self._last)
            self._last = now
            self.acknowledged += 1
            self._changed.notify_all()

    def wait(self, number: int) -> bool:
        """Until so many are acknowledged."""
        with self._changed:
            return self._changed.wait_for(lambda: self.acknowledged >= number, PATIENCE_S)


def run(messages: int, seed: int, url: str, *, say: bool = False) -> dict[str, Any]:
    """Send them all; what became of them."""
    keep_flat()
    store, metrics, tally = Store(url), Metrics(), Tally()
    migrate(store)
    nowhere = LinkSettings(url="mqtt://127.0.0.1:9")
    ingest = Ingest(
        store,
        nowhere,
        client_id="fuzz",
        max_event_bytes=262_144,
        announce=lambda _news: None,
        metrics=metrics,
    )
    ingest.start()
    began, fuzz, sizes = time.monotonic(), Fuzz(seed), []
    try:
        for number in range(messages):
            topic, body = fuzz.message(number)
            ingest._inlet.put(Delivery(topic, body, False, tally.ack))
            if number % 500 == 0 and not tally.wait(number - MOST_ON_THE_WAY):
                raise SystemExit(
                    f"stalled: message {number} of seed {seed} and those before it; {ingest.waits_for}"
                )
            if number % max(1, messages // 20) == 0:
                sizes.append(_resident_mb())
                if say:
                    print(f"{number} sent, {sizes[-1]:.0f} MB", file=sys.stderr, flush=True)
        stalled = not tally.wait(messages)
    finally:
        ingest.stop()
        store.close()
    seconds = time.monotonic() - began
    return _judged(messages, tally, metrics, ingest) | {
        "stalled": stalled, "longest_stall_s": round(tally.longest_s, 2), "seconds": round(seconds, 1),
        "per_s": round(messages / seconds), "rss_mb": [round(size) for size in sizes],
        "rss_growth_mb": round(sizes[-1] - sizes[len(sizes) // 4], 1),
    }  # fmt: skip


def _judged(messages: int, tally: Tally, metrics: Metrics, ingest: Ingest) -> dict[str, Any]:
    """Every message is an event, a word, an empty word, or in quarantine under a code."""
    effects, codes = Counter[str](), Counter[str]()
    for family in metrics.registry.collect():
        for sample in family.samples:
            if sample.name == "gewu_central_events_total":
                effects[sample.labels["effect"]] += int(sample.value)
            if sample.name == "gewu_central_quarantined_total":
                codes[sample.labels["code"]] += int(sample.value)
    return {
        "messages": messages, "acknowledged": tally.acknowledged, "events": dict(effects),
        "quarantined": sum(codes.values()), "codes": dict(codes), "crashes": int(metrics.waits._value.get()),
        "not_processed": codes["not_processed"], "words": ingest.metrics is not None and messages
        - sum(codes.values()) - sum(n for effect, n in effects.items() if effect != "quarantined"),
    }  # fmt: skip


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def wrong(found: dict[str, Any]) -> bool:
    """Whether something crashed, stalled, was processed by no rule, or was not acknowledged."""
    unanswered = found["acknowledged"] != found["messages"]
    return bool(
        unanswered or found["crashes"] or found["not_processed"] or found["stalled"] or found["words"] < 0
    )


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", help="a database's URL (default: a new SQLite file)")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.store or sqlite_url(Path(folder) / "central.db")
        found = run(asked.messages, asked.seed, url, say=True)
    print(json.dumps(found))
    return int(wrong(found))


if __name__ == "__main__":
    raise SystemExit(main())
