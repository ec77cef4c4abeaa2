"""A camera's RTSP stream, followed for ever."""

import random
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote, unquote

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, PrivateAttr, SecretStr, model_validator
from typing_extensions import Self

from broker.outside import literal, not_a_device
from broker.settings import Duration
from edge.frames import Decoding, Frame, SourceClock, Trouble
from edge.strays import STRAYS
from edge.streams.connection import Backoff, Connection, Happening
from edge.streams.hardware import VideoSettings
from edge.streams.livestream import Ending, LiveFrames, Session, Target
from edge.streams.streamtime import Sampler
from edge.streams.turnstile import OPENINGS

# How often a quiet stream is looked at; close() takes no longer than this.
LOOK_S = 0.25
# The connection's own time limit comes first; a thread that hangs all the same is given up so much later.
GRACE_S = 1.0
# A connection that has not ended so long after it should is left behind, and another one begun.
HUNG_S = 60.0
# A run that lasted this many first waits was a good one: the next break is tried again soon.
GOOD_RUN = 10

_PORTS = {"rtsp": 554, "rtsps": 322, "rtmp": 1935, "rtmps": 443}
_URL = re.compile(
    r"(?P<scheme>rtsps?|rtmps?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#:@\[\]\s]+)"
    r"(?::(?P<port>\d{1,5}))?(?P<path>[/?]\S*)?"
)
NO_URL = (
    "url is no RTSP address; rtsp://HOST[:PORT]/PATH or rtsps://... is allowed "
    "(write / @ and : of a user name or password as %2F %40 and %3A)"
)
Positive = Annotated[Duration, Field(gt=0)]


class Settings(VideoSettings):
    """An RTSP camera. A password belongs into `password_file`; one in the URL works and is never shown."""

    model_config = ConfigDict(hide_input_in_errors=True)

    schemes: ClassVar[frozenset[str]] = frozenset({"rtsp", "rtsps"})
    kind: Literal["rtsp"]
    url: Annotated[str, Field(repr=False)]
    username: str | None = None
    password_file: Path | None = None
    transport: Literal["tcp", "udp"] = "tcp"
    timeout: Positive = 10.0
    stall: Positive = 10.0
    retry_first: Positive = 1.0
    retry_max: Positive = 60.0
    tls_verify: bool = True
    ca_file: Path | None = None
    allow_link_local: bool = False
    _password: SecretStr | None = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def _take_password_out(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(value, dict) or not isinstance(value.get("url"), str):
            return handler(value)
        url, username, password = _parted(value["url"], cls.schemes)
        given = {"username": username, "password_file": password}
        if twice := [key for key, found in given.items() if found and value.get(key) is not None]:
            raise ValueError(f"{' and '.join(twice)} is given beside the url that holds the same")
        settings = handler({**value, "url": url} | ({"username": username} if username else {}))
        _allow(settings)
        settings._password = SecretStr(password) if password else None
        return settings

    @property
    def address(self) -> str:
        """The URL as messages may show it: no user, no query, no path that could hold a password."""
        found = _match(self.url)
        path = (found["path"] or "").split("?")[0]
        port = f":{found['port']}" if found["port"] else ""
        return f"{found['scheme']}://{found['host']}{port}{'/…' if set('=&@') & set(path) else path}"

    def target(self) -> Target:
        """What FFmpeg needs to connect; the password file is read anew. Raises OSError when it cannot be."""
        found = _match(self.url)
        port = int(found["port"] or _PORTS[found["scheme"]])
        url = f"{found['scheme']}://{self._credentials()}{self.url.split('://')[1]}"
        return Target(
            url=url,
            host=found["host"].strip("[]"),
            port=port,
            options=self._options(),
            timeout=self.timeout,
            stall=self.stall,
            allow_link_local=self.allow_link_local,
            hardware=self.hardware,
            hardware_device=self.hardware_device,
        )

    def _credentials(self) -> str:
        password = self._password.get_secret_value() if self._password else ""
        if self.password_file is not None:
            password = self.password_file.read_text(encoding="utf-8").strip()
        if self.username is None:
            return ""
        return f"{quote(self.username, safe='')}:{quote(password, safe='')}@"

    def _options(self) -> dict[str, str]:
        if self.url.startswith("rtmp"):
            return {"rtmp_live": "live", "analyzeduration": "500000", "fpsprobesize": "0"}
        options = {
            "rtsp_transport": self.transport,
            "allowed_media_types": "video",
            # Guessing the frame rate first would cost seconds, and the frames of those seconds come late.
            "analyzeduration": "500000",
            "fpsprobesize": "0",
        }
        if self.url.startswith("rtsps:"):
            options["tls_verify"] = str(int(self.tls_verify))
            if self.ca_file is not None:
                options["ca_file"] = str(self.ca_file)
        return options


def _match(url: str) -> re.Match[str]:
    found = _URL.fullmatch(url)
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        raise ValueError(NO_URL)
    return found


def _allow(settings: Settings) -> None:
    """Raises ValueError for an address at which no camera can be; a name is looked at when it is resolved."""
    host = _match(settings.url)["host"]
    address = literal(host)
    why_not = None if address is None else not_a_device(address)
    if why_not is not None and not settings.allow_link_local:
        raise ValueError(f"url: {host} is an address {why_not}; allow_link_local: true permits it")


def _parted(url: str, schemes: frozenset[str]) -> tuple[str, str | None, str | None]:
    """A URL without its user and password, and these. Raises ValueError, which never quotes the URL."""
    scheme, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    userinfo, _, host = authority.rpartition("@")
    username, _, password = userinfo.partition(":")
    bare = f"{scheme}{mark}{host}{slash}{path}"
    if _match(bare)["scheme"] not in schemes:
        raise ValueError(NO_URL)
    return bare, unquote(username) or None, unquote(password) or None


def open_source(settings: Settings, clock: SourceClock) -> "RtspSource":
    """The camera's stream; nothing is connected before `frames` runs."""
    return RtspSource(settings, clock)


class RtspSource:
    """Follows one camera: reconnects for ever with growing, jittered waits, and says each change once."""

    live = True

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        self._settings = settings
        self._clock = clock
        self._closed = threading.Event()
        self._sampler = Sampler(settings.sample)
        self._frames = self._fresh()
        self._connection = Connection()
        self._backoff = Backoff(settings.retry_first, settings.retry_max)

    def _fresh(self) -> LiveFrames:
        return LiveFrames(self._settings.id, self._sampler, self._settings.decode, self._clock)

    @property
    def decoding(self) -> Decoding:
        """How the stream is decoded now."""
        return self._frames.decoding

    def want(self, interval_s: float) -> None:
        """Look at so many seconds' distance from now on."""
        self._sampler.interval = interval_s

    def close(self) -> None:
        """Stop soon."""
        self._closed.set()

    def frames(self) -> Iterator[Frame | Trouble]:
        """Sampled frames and troubles until closed; it never ends by itself."""
        while not self._closed.is_set():
            try:
                target = self._settings.target()
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or "it is not UTF-8 text"
                what = f"password_file {self._settings.password_file} cannot be read: {why}"
                yield from self._say("failure", "password_file", what)
                self._pause()
                continue
            if (turn := OPENINGS.turn(self._clock.monotonic())) > 0.0:
                self._clock.wait(self._closed, turn)
            session = Session(target, self._frames, self._clock)
            session.start()
            try:
                yield from self._follow(session)
            finally:
                session.stop(LOOK_S)
            self._pause()
            yield from self._left(session)

    def _follow(self, session: Session) -> Iterator[Frame | Trouble]:
        """Pass on what one connection brings, until it ends, falls silent or the source is closed."""
        begun = self._clock.monotonic()
        while not self._closed.is_set():
            item = session.mail.take(LOOK_S)
            if isinstance(item, Ending):
                yield from self._say("silence" if item.silent else "failure", item.cause, item.what)
                break
            if item is not None:
                yield from self._say("frame", "", "frames come again")
                yield item
            elif self._silent(begun):
                yield from self._say("silence", "silent", "no frame comes, nor does the connection end")
                break
        self._weigh(begun)

    def _silent(self, begun: float) -> bool:
        heard, patience = self._frames.heard, self._settings.stall + GRACE_S
        if heard is None:
            heard, patience = begun, patience + self._settings.timeout
        return self._clock.monotonic() - heard > patience

    def _weigh(self, begun: float) -> None:
        """After a good run the next wait is short again."""
        heard = self._frames.heard
        if heard is not None and heard - begun >= GOOD_RUN * self._settings.retry_first:
            self._backoff.reset()

    def _say(self, happening: Happening, cause: str, what: str) -> Iterator[Trouble]:
        if cause == "refused":
            self._backoff.longest()  # cameras lock an account after a few wrong passwords
        if state := self._connection.on(happening, cause):
            yield Trouble(self._settings.id, state, f"{self._settings.address}: {what}", cause)

    def _pause(self) -> None:
        """Wait before the next attempt."""
        self._clock.wait(self._closed, self._backoff.next(random.random()))  # noqa: S311 - spreads attempts

    def _left(self, session: Session) -> Iterator[Trouble]:
        """Wait for a connection that hangs; one that never ends is left behind with all that it holds."""
        until = self._clock.monotonic() + HUNG_S
        while session.alive and not self._closed.is_set():
            if self._clock.monotonic() >= until and session.leave(STRAYS, self._settings.id):
                what = f"reading it hangs for {HUNG_S:g} s; it is left behind and the camera begun anew"
                yield from self._say("failure", "hung", what)
                self._frames = self._fresh()
                return
            self._clock.wait(self._closed, LOOK_S)
