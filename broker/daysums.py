"""The sum over the bodies of a day's events, as `broker.parts.Digest` defines it. Pure.

The same in any order of the events, so a node adds as it commits and the centre as it reads.
"""

import hashlib


def body_value(event_id: str, sha256: str) -> int:
    """What one event adds to the sum; `sha256` is that of its bytes, in lower-case hexadecimal."""
    return int.from_bytes(hashlib.sha256(f"{event_id} {sha256}".encode()).digest(), "big")


def folded(total: int) -> int:
    """The sum modulo 2**256."""
    return total % 2**256


def written(total: int) -> str:
    """The sum as a digest carries it: 64 hexadecimal digits."""
    return f"{folded(total):064x}"
