"""One picture of another system's API: bounded, in time, from that host alone, and never written down."""

import contextlib
import ssl
import time
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.outside import literal, not_a_device
from broker.settings import Duration, Settings
from edge.masking.decoding import Unfit, decoded
from models.detections import Picture

LARGEST: Final = 8_000_000  # bytes
MOST_PIXELS: Final = 40_000_000
LONGEST: Final = 3840
PAUSE_S: Final = 30.0  # after one that did not answer: looking must not wait for it again and again
_REFUSALS: Final = {
    401: "its system asks for a token",
    403: "its system does not allow this token to see pictures",
    404: "its system knows no such camera",
}


class NotFetched(Exception):
    """There is no picture; the text says why, and nothing of what was answered."""


def _web(url: str) -> str:
    parts = httpx.URL(url)
    if parts.scheme not in ("http", "https") or not parts.host:
        raise ValueError("http:// or https:// and a host are expected")
    if parts.userinfo or parts.query or parts.fragment:
        raise ValueError("a url carries no credentials and no query; use token_file")
    address = literal(parts.host)
    if address is not None and (why := not_a_device(address)) is not None:
        raise ValueError(f"{parts.host} is an address {why}")
    return url.rstrip("/")


class ApiSettings(Settings):
    """Where the system's HTTP API is. `token_file`: sent as `Authorization: Bearer`, read anew each time.

    timeout: for one picture, from the question to its last byte.
    """

    url: Annotated[str, AfterValidator(_web)]
    token_file: Path | None = None
    ca_file: Path | None = None
    timeout: Annotated[Duration, Field(gt=0, le=30)] = 5.0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.ca_file is not None and not self.url.startswith("https:"):
            raise ValueError("ca_file is for an https:// url")
        return self


class Api:
    """Asked from one thread at a time; each picture is a connection of its own."""

    def __init__(self, settings: ApiSettings) -> None:
        self._settings = settings
        self._not_before = float("-inf")

    def picture(self, path: str) -> Picture:
        """The JPEG under a path, upright BGR. Raises NotFetched."""
        if time.monotonic() < self._not_before:
            raise NotFetched(f"its system did not answer within the last {PAUSE_S:g} s")
        try:
            return decoded(self._body(path), "image/jpeg", max_pixels=MOST_PIXELS, longest=LONGEST)
        except Unfit as error:
            raise NotFetched(f"what its system gives is no picture to be used: {error}") from None
        except httpx.TimeoutException:
            raise self._in_vain(f"its system gave none within {self._settings.timeout:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            raise self._in_vain(f"its system cannot be asked ({type(error).__name__})") from None

    def _in_vain(self, why: str) -> NotFetched:
        self._not_before = time.monotonic() + PAUSE_S
        return NotFetched(why)

    def _body(self, path: str) -> bytes:
        until = time.monotonic() + self._settings.timeout
        with self._client() as client, client.stream("GET", path, headers=self._proof()) as answer:
            if answer.status_code != 200:
                words = _REFUSALS.get(answer.status_code, f"its system answers {answer.status_code}")
                raise NotFetched(words)
            return self._bounded(answer, until)

    def _bounded(self, answer: httpx.Response, until: float) -> bytes:
        body = bytearray()
        for data in answer.iter_raw():
            body += data
            if len(body) > LARGEST:
                raise NotFetched(f"its picture has more than {LARGEST} bytes")
            if time.monotonic() > until:
                raise self._in_vain(f"its system gave none within {self._settings.timeout:g} s")
        return bytes(body)

    def _client(self) -> httpx.Client:
        # Neither a proxy nor a .netrc of this machine is for a box beside it; a redirect may lead anywhere.
        return httpx.Client(
            base_url=self._settings.url,
            timeout=self._settings.timeout,
            verify=self._trusted(),
            trust_env=False,
            follow_redirects=False,
            headers={"accept-encoding": "identity"},
        )

    def _proof(self) -> dict[str, str]:
        file = self._settings.token_file
        if file is None:
            return {}
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return {"Authorization": f"Bearer {file.read_text(encoding='utf-8').strip()}"}
        raise NotFetched(f"token_file {file} cannot be read")

    def _trusted(self) -> Any:
        file = self._settings.ca_file
        if file is None:
            return self._settings.url.startswith("https:")
        try:
            return ssl.create_default_context(cafile=str(file))
        except (OSError, ssl.SSLError):
            raise NotFetched(f"ca_file {file} cannot be read") from None
