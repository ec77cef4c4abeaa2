"""Who may look at the node on the spot, and where."""

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import Self

from broker.settings import Settings

LEAST_TOKEN = 16


class OnsiteSettings(Settings):
    """`host`, `port`: where page, metrics and health are served; the machine itself alone, unless told so.

    `token_file`: who shows no such token is told nothing but whether the node is well; needed where others
    can reach it. `cert_file`, `key_file`: TLS. `connections`: at one time.
    """

    enabled: bool = True
    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 9180
    token_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    page: bool = True
    metrics: bool = True
    connections: Annotated[int, Field(ge=1, le=256)] = 16

    @model_validator(mode="after")
    def _not_open_to_all(self) -> Self:
        if not self.local and self.token_file is None:
            raise ValueError("token_file is needed where other machines can reach it: anybody could look")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file are given together or not at all")
        return self

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.cert_file else 'http'}://{host}:{self.port}"


def token_of(path: Path) -> bytes:
    """The token in a file. Raises OSError, and ValueError for one that is none."""
    token = path.read_text(encoding="ascii").strip().encode()
    if len(token) < LEAST_TOKEN:
        raise ValueError(f"the token in {path} is shorter than {LEAST_TOKEN} letters")
    return token
