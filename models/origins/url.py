"""One file at an https address."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from models.errors import ModelError
from models.fetching import MAX_BYTES, OriginSettings, Progress, Sha256
from models.files import check

_TIMEOUT_S = 30


class Settings(OriginSettings):
    """`sha256` is of the file at the address."""

    kind: Literal["url"]
    url: Annotated[str, Field(pattern=r"^https://[^\s@]+$")]
    sha256: Sha256

    def words(self) -> str:
        """The address."""
        return self.url


def fetch(settings: Settings, work: Path, progress: Progress) -> dict[str, bytes]:  # noqa: ARG001 - held in memory
    """The verified file under the last part of its address."""
    import httpx  # only a download needs it, not a node that runs

    try:
        with httpx.stream("GET", settings.url, follow_redirects=True, timeout=_TIMEOUT_S) as response:
            response.raise_for_status()
            data = _read(settings.url, response, progress)
    except httpx.HTTPError as error:
        raise ModelError(f"{settings.url}: cannot be fetched: {error or type(error).__name__}") from error
    name = settings.url.rsplit("/", 1)[-1]
    return {name: check(settings.url, data, settings.sha256)}


def _read(url: str, response: "httpx.Response", progress: Progress) -> bytes:  # type: ignore[name-defined] # noqa: F821
    length = response.headers.get("content-length", "")
    total = int(length) if length.isdigit() else None
    data = bytearray()
    for block in response.iter_bytes():
        data += block
        progress(url, len(data), total)
        if len(data) > MAX_BYTES:
            raise ModelError(f"{url}: is larger than the {MAX_BYTES} bytes allowed")
    return bytes(data)
