"""One ONVIF device: asked over HTTP, with both ways of telling the password that devices know."""

import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Final, TypeVar

import httpx

from edge.decoding import LARGEST, NotDecoded
from edge.digest import NoWayIn, send
from edge.onvif import answers, asking
from edge.onvif.answers import Preset, Profile

T = TypeVar("T")
_PATH: Final = "/onvif/device_service"
_WAIT_MORE: Final = 10.0  # seconds a pull may take longer than it was told to wait


class NotAsked(Exception):
    """The device could not be asked, or refused. refused: it does not know the user or the password."""

    def __init__(self, what: str, *, refused: bool = False) -> None:
        super().__init__(what)
        self.refused = refused


class Device:
    """address: scheme, host and port. utc: this machine's clock. Every call raises NotAsked."""

    def __init__(
        self, address: str, user: str | None, password: str, utc: Callable[[], float], timeout: float = 5.0
    ) -> None:
        self._address = address
        self._user = user
        self._password = password
        self._utc = utc
        self._timeout = timeout
        self._offset: float | None = None
        self._services: dict[str, str] = {}
        self._auth = httpx.DigestAuth(user, password) if user is not None else None
        secured = address.startswith("https:")
        self.client = httpx.Client(base_url=address, timeout=timeout, trust_env=False, verify=secured)

    def close(self) -> None:
        """Let the connection go."""
        self.client.close()

    def clock_offset(self) -> float:
        """By how many seconds the device's clock is ahead of ours; asked without a password, as all allow."""
        there = _read(answers.device_time, self._post(_PATH, asking.envelope(asking.TIME)))
        self._offset = there - self._utc()
        return self._offset

    def profiles(self) -> list[Profile]:
        """Its media profiles."""
        return _read(answers.profiles, self.ask(asking.MEDIA, asking.PROFILES))

    def stream_uri(self, profile: str) -> str:
        """Where the stream of a profile is."""
        return _read(answers.stream_uri, self.ask(asking.MEDIA, asking.stream_uri(profile)))

    def presets(self, profile: str) -> list[Preset]:
        """The views that it can be turned to."""
        return _read(answers.presets, self.ask(asking.PTZ, asking.presets(profile)))

    def goto(self, profile: str, preset: str) -> None:
        """Turn it to a preset."""
        self.ask(asking.PTZ, asking.goto(profile, preset))

    def imaging(self, source: str) -> dict[str, str]:
        """The imaging settings of a lens."""
        return _read(answers.imaging, self.ask(asking.IMAGING, asking.imaging(source)))

    def subscribe(self, seconds: int) -> tuple[str, str]:
        """Make a pull point for so long; returns where to pull, and the number to give back."""
        return _read(answers.subscription, self.ask(asking.EVENTS, asking.subscribe(seconds)))

    def pull(self, path: str, number: str, seconds: int, most: int) -> bytes:
        """The messages of a pull point, still as XML."""
        where = asking.to(f"{self._address}{path}", asking.PULL, number)
        return self._call(path, asking.pull(seconds, most), where, wait=seconds + _WAIT_MORE)

    def unsubscribe(self, path: str, number: str) -> None:
        """Let a pull point go."""
        where = asking.to(f"{self._address}{path}", asking.UNSUBSCRIBE, number)
        self._call(path, asking.UNSUBSCRIBED, where)

    def ask(self, service: str, body: str) -> bytes:
        """One answer of one of its services."""
        if not self._services:
            said = self._call(_PATH, asking.SERVICES)
            self._services = _read(answers.services, said)
        if service not in self._services:
            raise NotAsked("the device does not have this service")
        return self._call(self._services[service], body)

    def _call(self, path: str, body: str, *headers: str, wait: float | None = None) -> bytes:
        return self._post(path, asking.envelope(body, *self._token(), *headers), wait)

    def _token(self) -> list[str]:
        if self._user is None:
            return []
        offset = self.clock_offset() if self._offset is None else self._offset
        there = datetime.fromtimestamp(self._utc() + offset, tz=timezone.utc)
        created = there.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return [asking.token(self._user, self._password, created, secrets.token_bytes(16))]

    def _post(self, path: str, body: bytes, wait: float | None = None) -> bytes:
        headers = {"content-type": "application/soap+xml; charset=utf-8", "accept-encoding": "identity"}
        timeout = httpx.Timeout(self._timeout, read=wait or self._timeout)
        try:
            request = self.client.build_request("POST", path, content=body, headers=headers, timeout=timeout)
            with contextlib.closing(send(self.client, request, self._auth)) as answer:
                said = _bounded(answer)
        except NoWayIn as error:
            raise NotAsked(str(error), refused=True) from None
        except httpx.TimeoutException:
            raise NotAsked("the device did not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError):
            raise NotAsked("no connection to the device") from None
        if answer.status_code == 401:
            raise NotAsked("the device refuses the username or the password", refused=True)
        return self._unless_fault(answer.status_code, said)

    def _unless_fault(self, status: int, said: bytes) -> bytes:
        try:
            code = answers.fault(said)
        except NotDecoded:
            raise NotAsked(f"the device answers {status} and no SOAP") from None
        if code is not None:
            raise NotAsked(
                f"the device refuses: {code}", refused=code in ("NotAuthorized", "FailedAuthentication")
            )
        return said


def _read(of: Callable[[bytes], T], said: bytes) -> T:
    try:
        return of(said)
    except NotDecoded as error:
        raise NotAsked(f"the device's answer {error}") from None


def _bounded(answer: httpx.Response) -> bytes:
    said = bytearray()
    for data in answer.iter_bytes():
        said += data
        if len(said) > LARGEST:
            raise NotAsked(f"the device's answer has more than {LARGEST} bytes")
    return bytes(said)
