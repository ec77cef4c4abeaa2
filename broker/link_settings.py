"""How to reach a broker."""

import hashlib
import hmac
import secrets
import ssl
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from broker.settings import Duration, Settings


def _broker_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("a url carries no credentials; use username and password_file")
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("a broker is written mqtt://host[:port] or mqtts://host[:port]")
    if parts.port == 0:
        raise ValueError("a port is 1 to 65535")
    return url


class LinkSettings(Settings):
    """How to reach the broker. `mqtts` means TLS; the port is then 8883 by default, else 1883."""

    url: Annotated[str, AfterValidator(_broker_url)]
    username: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    keepalive: Annotated[Duration, Field(ge=5, le=3600)] = 30.0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        tls = (self.ca_file, self.cert_file, self.key_file)
        if not self.tls and any(tls):
            raise ValueError("ca_file, cert_file and key_file need an mqtts:// url")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file are given together or not at all")
        if self.password_file is not None and self.username is None:
            raise ValueError("password_file needs a username")
        return self

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.url.startswith("mqtts:")

    @property
    def host(self) -> str:
        """The broker's name or address."""
        return str(urlsplit(self.url).hostname)

    @property
    def port(self) -> int:
        """The broker's port."""
        return urlsplit(self.url).port or (8883 if self.tls else 1883)

    def password(self) -> str | None:
        """The password, read anew every time so that it may be changed. Raises OSError."""
        if self.password_file is None:
            return None
        return self.password_file.read_text(encoding="utf-8").rstrip("\r\n")

    def share_group(self, name: str) -> str:
        """A share group that only those with these credentials can name; `name` itself where there are none.

        Mosquitto lets anyone into a group it can name, and drops what falls to one who may not read it.
        """
        try:
            secret = self.key_file.read_bytes() if self.key_file else (self.password() or "").encode()
        except (OSError, UnicodeDecodeError):  # nobody connects with these; a group of one's own harms nobody
            secret = secrets.token_bytes(16)
        return (
            f"{name}-{hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()[:24]}" if secret else name
        )

    def tls_context(self) -> ssl.SSLContext:
        """The system's certificates or `ca_file`, and ours where the broker asks for one. Raises OSError."""
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.cert_file is not None:
            context.load_cert_chain(self.cert_file, self.key_file)
        return context
