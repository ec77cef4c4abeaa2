"""`webhook`: JSON by POST, signed as Standard Webhooks 1.0.0 says (standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from pydantic_core import to_json

from broker.events import Reason
from broker.outside import Network
from central.calling import Caller, Request
from central.exported import Telling, changed
from central.notices.retries import Outcome
from central.target_settings import TargetSettings, Url

PREFIX: Final = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret
MOST_SECRETS = 5


class Settings(TargetSettings):
    """`secret_file`: one secret a line; with several each signs, so that a new one can be brought in."""

    kind: Literal["webhook"] = "webhook"
    url: Url
    secret_file: Path


class Export:
    """One webhook."""

    def __init__(self, settings: Settings, inside: Sequence[Network]) -> None:
        self._settings = settings
        self._caller = Caller(inside, timeout_s=settings.timeout, ca_file=settings.ca_file)

    def body(self, row: Any, lines: Sequence[Any], telling: Telling, *, left: bool) -> dict[str, Any]:
        """What is told of these lines of one ticket's log. left: the ticket is for the target no more."""
        return changed(row, lines, telling, left=left)

    def request(self, body: Mapping[str, Any], id: str, at: float) -> Request:  # noqa: A002
        """As it is sent at an instant. Raises OSError or ValueError for the secret."""
        return signed(self._settings.url, to_json(dict(body)), id, at, secrets_in(self._settings.secret_file))

    def send(self, body: Mapping[str, Any], id: str, at: float) -> Outcome:  # noqa: A002
        """Send it once."""
        try:
            request = self.request(body, id, at)
        except (OSError, ValueError) as error:
            text = f"secret_file: {getattr(error, 'strerror', None) or error}"
            return Outcome("later", Reason(code="no_secret", text=text[:240]))
        return self._caller.post(request)

    def close(self) -> None:
        """Hang up."""
        self._caller.close()


def signed(url: str, content: bytes, id: str, at: float, secrets: Sequence[bytes]) -> Request:  # noqa: A002
    """With the headers that prove whose it is. Pure."""
    second = str(int(at))
    about = b".".join((id.encode(), second.encode(), content))
    proofs = [base64.b64encode(hmac.digest(secret, about, hashlib.sha256)).decode() for secret in secrets]
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": second,
        "webhook-signature": " ".join(f"v1,{proof}" for proof in proofs),
    }
    return Request(url, headers, content)


def secrets_in(path: Path) -> list[bytes]:
    """The secrets of a file. Raises OSError, or ValueError whose words hold nothing of them."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_SECRETS:
        raise ValueError(f"{path} holds {len(lines)} secrets; 1 to {MOST_SECRETS} are expected, one a line")
    return [_secret(line, path) for line in lines]


def _secret(line: str, path: Path) -> bytes:
    try:
        found = base64.b64decode(line.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not line.startswith(PREFIX) or not SHORTEST <= len(found) <= LONGEST:
        expected = f"{PREFIX} and base64 of {SHORTEST} to {LONGEST} bytes"
        raise ValueError(f"{path} holds no secret; {expected} is expected")
    return found
