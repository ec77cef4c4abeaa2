"""The doors for nodes under hostile requests: `python -m tests.fuzz.doors [--requests N] [--seed S]`.

Tokens, assertions, bearers and requests for certificates that were good once and were then cut, spliced,
flipped, mixed between two nodes or made up. None may be taken, none may end in a fault of ours. The last
line is one JSON object; the exit code is 1 when anything is wrong.
"""

import argparse
import asyncio
import json
import logging
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from broker.pki.signing import csr, new_key
from central.api.service import make_app
from tests.doors import SOFTWARE, A, B, Doors, Enrolled, doors_of
from tests.fuzz.mutations import VALUES

PATHS = ("/api/enroll", "/api/nodes/token", "/api/nodes/self/renew")
SIGNS = "ABCabc019-_.=+/ \n\x00é{}\"':"
Request = tuple[str, str, dict[str, str], bytes]


class Hostile:
    """Request number n of a seed. What it is made of was never, or is no longer, good for what it asks."""

    def __init__(self, doors: Doors, seed: int) -> None:
        self._seed = seed
        self._a, self._b = doors.node(A), doors.node(B)
        used = doors.token()
        doors.enroll(used.secret, csr(new_key(), A))  # ends what A had: all of it is stale now
        self._secrets = [used.secret, "A" * 43]
        self._bearers = [_stale(doors, self._b)]
        self._csrs = [csr(new_key(), A).decode(), csr(self._b.key, B).decode()]
        self._assertions = [
            self._a.assertion(),
            self._b.assertion(iss=A.source, sub=A.source),
            self._b.assertion(header={"kid": self._a.enrolment.serial}),
            self._b.assertion(aud="urn:gewu:centre:none"),
        ]

    def request(self, n: int) -> Request:
        """Method, path, headers and body."""
        chance = random.Random(f"{self._seed}-{n}")  # noqa: S311 - it must come again
        path = chance.choice(PATHS)
        body = self._body(chance, path)
        headers = {"Content-Type": "application/json"}
        if path == PATHS[2] or chance.random() < 0.2:
            headers["Authorization"] = f"Bearer {_header(bent(chance, chance.choice(self._bearers)))}"
        return "POST", path, headers, body

    def _body(self, chance: random.Random, path: str) -> bytes:
        if chance.random() < 0.1:
            return bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
        fields: dict[str, Any] = {"csr": bent(chance, chance.choice(self._csrs))}
        if path == PATHS[0]:
            fields |= {"token": bent(chance, chance.choice(self._secrets)), "software": SOFTWARE}
        elif path == PATHS[1]:
            fields = {"assertion": self._assertion(chance)}
        if chance.random() < 0.15:
            fields[chance.choice(list(fields))] = chance.choice(VALUES)
        text = json.dumps(fields)
        return (bent(chance, text) if chance.random() < 0.1 else text).encode("utf-8", "surrogatepass")

    def _assertion(self, chance: random.Random) -> str:
        """Its three parts, of any of them, bent at one place at most."""
        parts = [chance.choice(self._assertions).split(".")[place] for place in range(3)]
        whole = chance.random() < 0.3
        bad = parts if not whole else chance.choice(self._assertions).split(".")
        place = chance.randrange(3)
        return ".".join(
            bent(chance, part) if n == place and not whole else part for n, part in enumerate(bad)
        )


def bent(chance: random.Random, text: str) -> str:
    """The text with something done to it, or as it is."""
    ways: list[Callable[[], str]] = [
        lambda: text,
        lambda: text[: chance.randrange(len(text) + 1)],
        lambda: text[::-1],
        lambda: text * 2,
        lambda: "".join(chance.choice(SIGNS) if chance.random() < 0.05 else sign for sign in text),
        lambda: "".join(chance.choice(SIGNS) for _ in range(chance.randrange(60))),
        text.swapcase,
    ]
    return chance.choice(ways)()


def _header(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isprintable())


def _stale(doors: Doors, node: Enrolled) -> str:
    bearer = node.bearer["Authorization"].removeprefix("Bearer ")
    doors.ahead += timedelta(hours=2)
    return bearer


async def ask(doors: Doors, hostile: Hostile, requests: int) -> Counter[int]:
    """Send them all; how often each status came."""
    came: Counter[int] = Counter()
    transport = httpx.ASGITransport(make_app(doors.parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for n in range(requests):
            method, path, headers, body = hostile.request(n)
            answer = await client.request(method, path, headers=headers, content=body)
            came[answer.status_code] += 1
            if answer.status_code < 400 or answer.status_code >= 500:
                print(f"request {n}: {answer.status_code} {answer.text[:200]}", file=sys.stderr)
    return came


def run(requests: int, seed: int) -> dict[str, Any]:
    """What came of it."""
    with tempfile.TemporaryDirectory() as folder, doors_of(Path(folder)) as doors:
        hostile = Hostile(doors, seed)
        asyncio.run(ask(doors, hostile, min(requests, 500)))  # until every part has been loaded
        memory, began = _memory_mb(), time.monotonic()
        came = asyncio.run(ask(doors, hostile, requests))
        return {
            "requests": requests,
            "taken": sum(count for code, count in came.items() if code < 400),
            "faults": sum(count for code, count in came.items() if code >= 500),
            "statuses": dict(sorted(came.items())),
            "grown_mb": round(_memory_mb() - memory, 1),
            "seconds": round(time.monotonic() - began, 1),
        }


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    result = run(asked.requests, asked.seed)
    print(json.dumps(result))
    return 1 if result["taken"] or result["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
