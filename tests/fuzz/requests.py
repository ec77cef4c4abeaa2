"""The API under fuzzed requests: `python -m tests.fuzz.requests [--requests N] [--seed S] [--share F]`.

A real centre on a real port. A share of the requests is made by schemathesis from our own OpenAPI document,
right and wrong ones; the others are paths, headers and bodies that no document would name. Nothing may answer
500, nothing may stall, and the process must live. The last line is one JSON object; the exit code is 1 when
anything is wrong.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import h11
import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Unsatisfiable

from tests.centre import Centre
from tests.fuzz.mutations import VALUES
from tests.ports import free_port

STALL_S = 10.0
RENEWED = 100  # requests between two looks whether the session still holds
TOLD = 5000  # requests between two lines of progress
LEFT_OUT = "/api/stream"  # answers for as long as somebody listens
METHODS = ("GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "X")
HEADERS = (
    "accept", "authorization", "content-type", "content-length", "cookie", "expect", "host", "if-none-match",
    "origin", "range", "sec-fetch-site", "transfer-encoding", "x-forwarded-for", "x-gewu-forgery-key",
    "accept-encoding",
)  # fmt: skip
WORDS = (
    "", "*", "*/*", "bytes=0-", "bytes=99-1", "bytes=0-0,-1", "Bearer", "Bearer x", "Basic QTpC", "chunked",
    "gzip", "0", "-1", "99999999999999999999", "null", "evil.example", "localhost", "http://evil.example",
    "application/json", "multipart/form-data; boundary=x", "text/html", "image/jpeg", "W/\"x\"",
    "100-continue", "cross-site", "gewu=x", "é", "a" * 9000, "\t", "%00", "../..",
)  # fmt: skip


for _kind in ("application/zip", "application/vnd.gewu.model+zip"):
    schemathesis.serializer.alias(_kind, "application/octet-stream")
_QUIET = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)


def _is_error(answer: httpx.Response) -> bool:
    """Whether it is told as errors are: a problem document, or in the shape of Open311."""
    kind = answer.headers.get("content-type", "")
    told = b"<errors><error><code>" in answer.content or answer.content.startswith(b'[{"code": ')
    return not answer.content or "problem+json" in kind or (b"/open311/" in answer.url.raw_path and told)


class Target:
    """A centre, whoever asks it, and what it answered."""

    def __init__(self, folder: Path) -> None:
        open_to_all = {"citizens": True, "open311": {"reading": "open"}}
        self.centre = Centre(folder, f"mqtt://127.0.0.1:{free_port()}", reports=open_to_all)
        self.centre.start(well=False)
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []
        self.longest_s = 0.0
        self._await()
        self.known: dict[str, str] = {}
        self.asked = 0
        self.client = httpx.Client(base_url=self.centre.url, timeout=STALL_S)

    def _await(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.centre.url}/healthz")
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise SystemExit(f"the centre does not answer:\n{self.centre.said()}")

    def identity(self, chance: random.Random) -> dict[str, str]:
        """The administrator, mostly; a page from elsewhere in the administrator's browser; nobody."""
        wanted = ("cookie", "origin", "x-gewu-forgery-key")
        if self.asked % RENEWED == 0:
            self._sign_in()
        self.asked += 1
        if self.asked % TOLD == 0:
            print(f"{self.asked} asked, {len(self.faults)} faults", file=sys.stderr, flush=True)
        everything = {name: self.known[name] for name in wanted}
        return chance.choice((everything, everything, everything, {"cookie": self.known["cookie"]}, {}))

    def _sign_in(self) -> None:
        """Some of the requests end the session that asks, as they should."""
        if not self.known or self.client.get("/api/me", headers=self.known).status_code != 200:
            self.centre._session = None
            with self.centre.client() as client:
                self.known = dict(client.headers)

    def ask(self, method: str, url: str, headers: Any, content: bytes | None) -> None:
        """Send one request as it is; note what comes back."""
        began = time.monotonic()
        try:
            request = self.client.build_request(method, url, headers=headers, content=content)
            answer = self.client.send(request)
        except (httpx.InvalidURL, httpx.LocalProtocolError, h11.LocalProtocolError, ValueError, TypeError):
            self.statuses[0] += 1  # our own client refuses to send it
            self.client.close()
            self.client = httpx.Client(base_url=self.centre.url, timeout=STALL_S)
            return
        except (httpx.ReadTimeout, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            self.faults.append(f"stalled: {method} {url[:200]}: {type(error).__name__}")
            return
        except httpx.TransportError:
            self.statuses[1] += 1  # the server hung up on what was no HTTP
            return
        self.longest_s = max(self.longest_s, time.monotonic() - began)
        self.statuses[answer.status_code] += 1
        kind = answer.headers.get("content-type", "")
        if answer.status_code >= 500 and answer.status_code not in (501, 503, 507):
            self.faults.append(
                f"{answer.status_code}: {method} {url[:300]} {str(headers)[:300]} {content!r:.300}"
            )
        elif answer.status_code in (501, 503, 507):
            return
        elif answer.status_code >= 400 and method != "HEAD" and not _is_error(answer):
            self.faults.append(f"{answer.status_code} is no problem document ({kind}): {method} {url[:200]}")

    def alive(self) -> bool:
        """Whether the process lives and answers."""
        process = self.centre.process
        return (
            process is not None
            and process.poll() is None
            and self.centre.client().get("/healthz").status_code in (200, 503)
        )


def by_document(target: Target, requests: int, number: int) -> None:
    """From the OpenAPI document: every operation in turn, right and wrong."""
    document = target.centre.client().get("/api/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations() if found.ok().path != LEFT_OUT]
    chance = random.Random(number)  # noqa: S311 - no secret depends on it
    each = max(1, requests // len(operations))
    for operation in operations:
        _operation(target, operation, each, chance)


def _operation(target: Target, operation: Any, each: int, chance: random.Random) -> None:
    modes = list(schemathesis.GenerationMode)
    for mode in modes:

        @seed(chance.randrange(2**32))
        @settings(_QUIET, max_examples=max(1, each // len(modes)))
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url=target.centre.url)
            made = httpx.Request(
                sent["method"], sent["url"], params=sent.get("params") or None, json=sent.get("json"),
                content=sent.get("data") if isinstance(sent.get("data"), bytes | str) else None,
            )  # fmt: skip
            headers = {**dict(sent.get("headers") or {}), **target.identity(chance)}
            if made.content and "content-type" not in {name.lower() for name in headers}:
                headers["content-type"] = made.headers.get("content-type", "application/json")
            target.ask(made.method, str(made.url), headers, made.content or None)

        with suppress(Unsatisfiable):  # a request without parameters cannot be wrong
            one()


def by_chance(target: Target, requests: int, number: int) -> None:
    """What no document names."""
    document = target.centre.client().get("/api/openapi.json").json()
    paths = [path for path in document["paths"] if path != LEFT_OUT]
    for n in range(requests):
        chance = random.Random(number * 1_000_003 + n)  # noqa: S311 - no secret depends on it
        method, url = chance.choice(METHODS), "".join(_url(chance, chance.choice(paths)))
        headers = [(name, str(value)) for name, value in target.identity(chance).items()]
        headers += [
            (chance.choice(HEADERS), chance.choice(WORDS)) for _ in range(chance.choice((0, 0, 1, 3)))
        ]
        target.ask(method, url, [(name, value.encode()) for name, value in headers], _body(chance))


def _url(chance: random.Random, path: str) -> Iterator[str]:
    for part in path.split("/")[1:]:
        odd = part.startswith("{") or chance.random() < 0.05
        yield "/" + (_quoted(chance, chance.choice(VALUES)) if odd else part)
    if chance.random() < 0.05:
        yield chance.choice(("/", "//", "/..", "/%2e%2e/%2e%2e/etc/passwd", "/%00", ";x", "/.git"))
    for n in range(chance.choice((0, 0, 1, 2, 30))):
        name = chance.choice(("limit", "before", "state", "kind", "node", "q", "reason", "after", "", "x[]"))
        yield ("&" if n else "?") + f"{name}={_quoted(chance, chance.choice(VALUES))}"


def _quoted(chance: random.Random, value: Any) -> str:
    text = str(value)[: chance.choice((20, 200, 5000))]
    return quote(
        text.encode("utf-8", "surrogatepass"), safe="" if chance.random() < 0.8 else "/:@!$&'()*+,;="
    )


def _body(chance: random.Random) -> bytes | None:
    kind = chance.randrange(5)
    if kind == 0:
        names = ("login", "password", "token", "csr", "role", "")
        return json.dumps({chance.choice(names): chance.choice(VALUES) for _ in range(3)}).encode()
    if kind == 1:
        return chance.randbytes(chance.choice((1, 100, 5000)))
    return b"[" * chance.choice((3, 5000)) if kind == 2 else None


def run(requests: int, number: int, share: float, folder: Path) -> dict[str, Any]:
    """Ask so often; what came of it."""
    warnings.simplefilter("ignore")
    target, began = Target(folder), time.monotonic()
    try:
        by_document(target, int(requests * share), number)
        by_chance(target, requests - target.asked, number)  # few operations can be asked in so many ways
        alive = target.alive()
    finally:
        target.client.close()
        target.centre.kill()
    logged = target.centre.said()
    stalls = sum(fault.startswith("stalled") for fault in target.faults)
    return {
        "requests": sum(target.statuses.values()) + stalls,
        "statuses": {str(status): n for status, n in sorted(target.statuses.items())},
        "crashes": int(not alive) + logged.count("Traceback"),
        "stalls": stalls,
        "faults": len(target.faults), "longest_s": round(target.longest_s, 2),
        "seconds": round(time.monotonic() - began), "first": target.faults[:20],
    }  # fmt: skip


def wrong(found: dict[str, Any]) -> bool:
    """Whether anything crashed, stalled or answered what it must not."""
    return bool(found["crashes"] or found["stalls"] or found["faults"])


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.5, help="of them made from the OpenAPI document")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(asked.requests, asked.seed, asked.share, Path(folder))
        if found["crashes"]:
            log = Path(folder) / "central.log"
            print(log.read_text()[-6000:], file=sys.stderr)
    print(json.dumps(found))
    return int(wrong(found))


if __name__ == "__main__":
    raise SystemExit(main())
