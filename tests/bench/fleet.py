"""The same asked of many nodes, and settings rolled out to them in stages, good ones and bad ones.

    python -m tests.bench.fleet [--nodes 500]

A real broker and a real centre; the nodes are scripted (`tests.bench.fleet_nodes`) and speak the contract.
`bulk_s`: an action on all of them, `bulk_ratio`: against the nodes' own time to answer, so many at once;
`rollout_s`: settings for all in three stages, `rollout_ratio`: against the time that it has to be watched.
Then the same with settings that make every fifth node lose its camera: how many nodes ever had them
(`bad_had`), how many of those got the ones before again (`bad_back`), how many keep them, of stages in which
nobody fared worse (`bad_kept`), and how soon. The last line is one JSON object; exit code 1 where a bad
version was not stopped.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from tests.bench.fleet_nodes import BAD, address
from tests.brokers import Mosquitto
from tests.centre import Centre

AT_ONCE, ANSWER_S = 20, 0.5  # of the nodes, in the mean
SOAK_S = 30.0
STAGES = ["1", "10%", "100%"]
LONGEST_S = 1200.0


def main(number: int) -> int:
    """All of it; the exit code."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gewu-fleet-")))
        broker = Mosquitto(folder, open_to_all=True)
        broker.start()
        stack.callback(broker.stop)
        centre = Centre(folder / "centre", broker.url)
        centre.start()
        stack.callback(centre.kill)
        nodes = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.fleet_nodes", broker.url, str(number)],
                stdin=subprocess.PIPE,
            )
        )
        stack.callback(nodes.kill)
        client = stack.enter_context(centre.client(timeout=60.0))
        began = time.monotonic()
        wait(lambda: page(client)["totals"]["online"] == number)
        told: dict[str, Any] = {"nodes": number, "online_s": since(began)}
        told |= listed(client)
        for part in (bulk, rollout, bad):
            print(json.dumps(told), file=sys.stderr, flush=True)  # how far it is
            told |= part(client, number)
    print(json.dumps(told))
    return int(told["bad_state"] != "stopped")


def page(client: httpx.Client, **query: Any) -> Any:
    """Of the fleet."""
    return client.get("/api/fleet/nodes", params={"limit": 1, **query}).raise_for_status().json()


def since(began: float) -> float:
    """Seconds."""
    return round(time.monotonic() - began, 1)


def wait(what: Callable[[], Any]) -> Any:
    """Until it is so. Raises TimeoutError."""
    until = time.monotonic() + LONGEST_S
    while not (found := what()):
        if time.monotonic() > until:
            raise TimeoutError("it never came to that")
        time.sleep(0.2)
    return found


def listed(client: httpx.Client) -> dict[str, float]:
    """How long the page of a hundred takes, in seconds."""
    took = []
    for _ in range(40):
        began = time.perf_counter()
        page(client, limit=100)
        took.append(time.perf_counter() - began)
    return {"list_p50_s": round(statistics.median(took), 3), "list_p95_s": round(sorted(took)[37], 3)}


def every(number: int) -> list[str]:
    """Their names."""
    return [f"{one.district}/{one.node}" for one in map(address, range(number))]


def bulk(client: httpx.Client, number: int) -> dict[str, Any]:
    """Something harmless, asked of all."""
    began = time.monotonic()
    wanted = {"request": "bench-tidy", "deed": "tidy", "nodes": every(number), "at_once": AT_ONCE}
    made = client.post("/api/fleet/actions", json=wanted).raise_for_status().json()
    path = f"/api/fleet/actions/{made['id']}"
    ended = wait(lambda: (it := client.get(path).json())["state"] in ("done", "stopped") and it)
    took = since(began)
    done = sum(each["state"] == "done" for each in ended["each"])
    ratio = round(took / (number / AT_ONCE * ANSWER_S), 2)
    return {"bulk_done": done, "bulk_s": took, "bulk_ratio": ratio}


def begun(client: httpx.Client, name: str, budget: float, number: int) -> str:
    """The path of a roll-out."""
    wanted = {
        "request": name,
        "why": "a bench",
        "change": {"inference": {"budget": budget}},
        "nodes": every(number),
        "stages": STAGES,
        "soak": f"{SOAK_S:g}s",
    }
    made = client.post("/api/rollouts", json=wanted).raise_for_status().json()
    return f"/api/rollouts/{made['id']}"


def rollout(client: httpx.Client, number: int) -> dict[str, Any]:
    """Good settings for all."""
    began, path = time.monotonic(), begun(client, "bench-good", 0.8, number)
    ended = wait(lambda: (it := client.get(path).json())["state"] in ("done", "stopped") and it)
    took = since(began)
    return {
        "rollout_state": ended["state"],
        "rollout_well": ended["nodes"].get("well", 0),
        "rollout_s": took,
        "rollout_ratio": round(took / (len(STAGES) * SOAK_S), 2),
    }


def bad(client: httpx.Client, number: int) -> dict[str, Any]:
    """Settings that cost every fifth its camera."""
    began, path = time.monotonic(), begun(client, "bench-bad", BAD, number)
    ended = wait(lambda: (it := client.get(path).json())["state"] in ("done", "stopped") and it)
    took = since(began)
    had = [each for each in ended["each"] if each["number"] is not None]
    kept = [each for each in had if each["state"] == "well"]  # of stages in which nobody fared worse
    wait(lambda: taken_back(client, path) == len(had) - len(kept))
    return {
        "bad_state": ended["state"],
        "bad_reason": ended["reason"]["code"],
        "bad_stage": ended["stage"] + 1,
        "bad_had": len(had),
        "bad_kept": len(kept),
        "bad_back": taken_back(client, path),
        "bad_stopped_s": took,
        "bad_back_s": since(began),
    }


def taken_back(client: httpx.Client, path: str) -> int:
    """How many nodes got what they had before."""
    each = client.get(path).raise_for_status().json()["each"]
    return sum(one["state"] == "taken_back" for one in each)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=500)
    sys.exit(main(parser.parse_args().nodes))
