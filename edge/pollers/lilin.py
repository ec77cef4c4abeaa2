"""LILIN plate-reading gates: their log is asked for again and again, and each passage in it is taken once.

After "LILIN LPR Camera SDK". Of the log only the time and the gate's answer of each passage is read.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Final, Literal

import httpx

from broker.fields import Identifier
from edge.decoders.lilin import MOST, WHOLE
from edge.decoders.lilin import Settings as LogSettings
from edge.decoders.lilin import build as reader
from edge.decoding import Decoded, NotDecoded
from edge.digest import NoWayIn, send
from edge.poller import Poller, PollerSettings, Unreachable
from edge.readings import Reading
from edge.webdevice import REFUSALS, Broken, WebDeviceSettings, in_words

PATH: Final = "/get_search_info?list=log"
# Of the first log, what is older happened before this node listened; beyond an hour it is nobody's news.
NEWS_S: Final = 3600.0
REMEMBERED: Final = 2 * MOST  # passages; a log holds at most half as many


class Settings(WebDeviceSettings, PollerSettings):
    """device: what the gate is called in readings. authentication: `basic` tells listeners the password."""

    kind: Literal["lilin"]
    device: Identifier = "gate"
    authentication: Literal["digest", "basic"] = "digest"

    @property
    def log(self) -> LogSettings:
        """Of what reads the log."""
        return LogSettings(kind="lilin", device=self.device)


def build(settings: Settings) -> Poller:
    """The log of one gate."""
    return Lilin(settings)


class Lilin:
    """Remembers which passages it has told, by their times in microseconds, and no more than a log holds."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reader = reader(settings.log)
        self._told: dict[float, None] | None = None

    def poll(self, at: float) -> Decoded:
        """The passages that are new, in order of time."""
        try:
            found = self._reader.decode("", self._log())
        except NotDecoded as error:
            raise Unreachable(error.reason.code, f"what it answers {error.reason.text}") from None
        return Decoded(tuple(self._new(found.readings, at)), found.left)

    def close(self) -> None:
        """Nothing stays open between two polls."""

    def _new(self, readings: Iterable[Reading], at: float) -> Iterator[Reading]:
        first, told = self._told is None, self._told or {}
        for reading in sorted(readings, key=lambda each: each.at or 0.0):
            stamp = reading.at or 0.0
            if stamp not in told and not (first and stamp < at - NEWS_S):
                yield reading
            told.pop(stamp, None)  # the last to be forgotten
            told[stamp] = None
        while len(told) > REMEMBERED:
            del told[next(iter(told))]
        self._told = told

    def _log(self) -> bytes:
        settings = self._settings
        try:
            with settings.client(settings.timeout) as client:
                request = client.build_request("GET", PATH)
                with closing(self._asked(client, request)) as answer:
                    return _whole(answer)
        except Broken as broken:
            raise Unreachable(broken.cause, str(broken), refused=broken.hopeless) from None
        except NoWayIn as error:
            raise Unreachable("authentication", str(error), refused=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            raise Unreachable("unreachable", f"cannot be asked: {in_words(error)}") from None

    def _asked(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        who = self._settings.who()
        if who is not None and self._settings.authentication == "basic":
            (request,) = httpx.BasicAuth(*who).auth_flow(request)
            return client.send(request, stream=True, auth=None)
        return send(client, request, None if who is None else httpx.DigestAuth(*who))


def _whole(answer: httpx.Response) -> bytes:
    if (status := answer.status_code) != 200:
        refusals = REFUSALS | {404: "the device has no such log"}
        words = refusals.get(status, f"the device answers {status}")
        if status == 401 and answer.headers.get("www-authenticate", "").lower().startswith("basic"):
            words += "; it asks for authentication: basic"
        raise Broken(f"http_{status}", words, hopeless=status in (401, 403))
    body = bytearray()
    for data in answer.iter_raw():
        body += data
        if len(body) > WHOLE:
            raise Broken("too_large", f"its log has more than the {WHOLE} bytes that are read")
    return bytes(body)
