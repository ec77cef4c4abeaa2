"""A device that is asked over HTTP: its address, who asks, whom it trusts, and why it could not be asked."""

import ssl
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
from pydantic import Field, model_validator
from typing_extensions import Self

from broker.settings import Settings
from edge.taking import Positive

REFUSALS: Final = {
    401: "the device refuses the username or the password",
    403: "the device does not allow this user to hear its events",
    404: "the device has no such stream of events",
}


class WebDeviceSettings(Settings):
    """Fields of every such device. ca_file: its own certificate, or that of who signed it."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    tls: bool = False
    ca_file: Path | None = None
    username: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    password_file: Path | None = None
    timeout: Positive = 5.0

    @model_validator(mode="after")
    def _user_and_password_together(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file belong together: give both or neither")
        if self.ca_file is not None and not self.tls:
            raise ValueError("ca_file is for a connection with tls: true")
        return self

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{'https' if self.tls else 'http'}://{host}{port}"

    def who(self) -> tuple[str, str] | None:
        """Name and password, read anew. Raises Broken."""
        if self.username is None or self.password_file is None:
            return None
        try:
            return self.username, self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise Broken("password_file", f"password_file {self.password_file} cannot be read") from None

    def client(self, silence: float) -> httpx.Client:
        """Neither a proxy nor a .netrc of this machine is for a device beside it. Raises Broken.

        silence: seconds for which nothing may come.
        """
        return httpx.Client(
            base_url=self.address,
            timeout=httpx.Timeout(self.timeout, read=silence),
            verify=self._trusted(),
            trust_env=False,
            headers={"accept-encoding": "identity"},
        )

    def _trusted(self) -> Any:
        if self.ca_file is None:
            return self.tls
        try:
            return ssl.create_default_context(cafile=str(self.ca_file))
        except (OSError, ssl.SSLError):
            raise Broken("ca_file", f"ca_file {self.ca_file} cannot be read") from None


class Broken(Exception):
    """The connection could not be made, or is over. cause: tells one trouble from another."""

    def __init__(self, cause: str, what: str, *, hopeless: bool = False) -> None:
        super().__init__(what)
        self.cause = cause
        self.hopeless = hopeless


def in_words(error: Exception) -> str:
    """What a library says, without what it may repeat of an answer."""
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return "no connection" + (" in time" if isinstance(error, httpx.ConnectTimeout) else "")
    return {"RemoteProtocolError": "the device hung up, or what it speaks is no HTTP"}.get(
        type(error).__name__, type(error).__name__
    )
