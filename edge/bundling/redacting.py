"""Takes secrets out of what leaves: those that are known by their value, and all that looks like one.

Pure. Too much is hidden rather than too little: a bundle is read by people far away.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote

from broker.boundary import breach
from edge.asked.plain import bare

HIDDEN: Final = "***"
SHORTEST: Final = 4  # signs of a secret that is looked for by its value
LONGEST_SECRET: Final = 4096
_NAMES: Final = (
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "username",
    "user",
    "api_key",
    "apikey",
    "pin",
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s\"'<>\\]+")
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL)
_HEADER = re.compile(r"(?i)\b(bearer|basic|digest)\s+[A-Za-z0-9._~+/=-]{6,}")
_NAMED = re.compile(
    r"(?i)([\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|credential|cookie)[\w-]*"
    r"[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;}\]]+)"
)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)*")
_BLOB = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?![0-9a-f]{40,128}(?![A-Za-z0-9+/_-]))(?=[A-Za-z+/_-]*[0-9])(?=[a-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{48,}={0,2}"
)


class Redactor:
    """Made with the values of the secrets that are known. here: names of this machine, by what is written."""

    def __init__(self, secrets: Iterable[str], here: Mapping[str, str] | None = None) -> None:
        shapes = {shape for secret in secrets for shape in _shapes(secret)}
        known = sorted((each for each in shapes if len(each) >= SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        self._here = sorted((here or {}).items(), key=lambda each: -len(each[0]))

    def text(self, text: str) -> str:
        """The same, line by line; a line that may never be written is withheld."""
        text = _PEM.sub(HIDDEN, text)
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        text = _URL.sub(lambda found: bare(found[0]), text)
        for pattern, by in (
            (_HEADER, rf"\1 {HIDDEN}"),
            (_NAMED, rf"\1{HIDDEN}"),
            (_JWT, HIDDEN),
            (_BLOB, HIDDEN),
        ):
            text = pattern.sub(by, text)
        for name, word in self._here:
            text = text.replace(name, word)
        return "\n".join(f"(withheld: {why})" if (why := breach(line)) else line for line in text.split("\n"))

    def tree(self, value: Any) -> Any:
        """The same of plain values: what a secret's name stands before is hidden, whatever it is."""
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._named(str(key), item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(item) for item in value]
        if isinstance(value, str | PurePath):
            return self.text(str(value))
        return value.isoformat() if isinstance(value, date | datetime) else value

    def _named(self, key: str, item: Any) -> Any:
        if names_a_secret(key) and item is not None and not isinstance(item, bool | Mapping | list):
            return HIDDEN
        return self.tree(item)


def names_a_secret(key: str) -> bool:
    """Whether what stands behind this name is not to be shown. A file's name, as such, is no secret."""
    plain = key.lower()
    return any(name in plain for name in _NAMES) and not plain.endswith(("_file", "_directory"))


def written_secrets(tree: Any, key: str = "") -> Iterator[str]:
    """Secrets that stand in a configuration itself: behind their names, and in addresses."""
    if isinstance(tree, Mapping):
        for name, item in tree.items():
            yield from written_secrets(item, str(name))
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from written_secrets(item, key)
    elif isinstance(tree, str | int | float) and not isinstance(tree, bool):
        if names_a_secret(key):
            yield str(tree)
        for address in _URL.findall(str(tree)):
            yield from _of_address(address)


def secret_files(tree: Any) -> Iterator[str]:
    """Paths of files that a configuration names and that hold secrets."""
    if isinstance(tree, Mapping):
        for name, item in tree.items():
            if isinstance(item, str | PurePath) and _is_file(str(name)):
                yield str(item)
            else:
                yield from secret_files(item)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from secret_files(item)


def _is_file(name: str) -> bool:
    return name.endswith("_file") and name not in ("ca_file", "cert_file")


def _of_address(address: str) -> Iterator[str]:
    rest = address.partition("://")[2]
    account, found, _ = rest.partition("/")[0].rpartition("@")
    if not found and "@" in rest:
        account = rest.rpartition("@")[0]
    yield from (part for part in account.split(":", 1) if part)
    for pair in rest.partition("?")[2].split("&"):
        yield pair.partition("=")[2]


def _shapes(secret: str) -> Iterator[str]:
    """As it may stand in a text: as it is, as addresses write it, as headers do."""
    plain = secret.strip()
    if not SHORTEST <= len(plain) <= LONGEST_SECRET:
        return
    yield from (plain, quote(plain, safe=""), quote_plus(plain), unquote(plain))
    yield base64.b64encode(plain.encode()).decode().rstrip("=")
    yield from (line.strip() for line in plain.splitlines())
