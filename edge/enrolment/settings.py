"""Where the node's identity lies."""

from pathlib import Path

from broker.settings import Settings


class IdentitySettings(Settings):
    """`directory`: made by `gewu-edge enroll`; key, certificate and authority, replaced in it by renewals."""

    directory: Path
