"""Large answers: small on their way, and not sent again to who has them."""

import gzip
import hashlib

from fastapi import Request
from fastapi.responses import Response

LEVEL = 5
SMALLEST = 1000  # bytes; less is not worth it
JSON = "application/json"
GEOJSON = "application/geo+json"


def packed(request: Request, body: bytes, media_type: str = JSON) -> Response:
    """The body as gzip where the asker takes that; 304 where it has it already (`If-None-Match`)."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    if len(body) >= SMALLEST and _takes_gzip(request.headers.get("accept-encoding", "")):
        body, headers = gzip.compress(body, LEVEL, mtime=0), headers | {"Content-Encoding": "gzip"}
    return Response(body, media_type=media_type, headers=headers)


def _tags(said: str) -> set[str]:
    """What passes on the way may have made them weak."""
    return {each.strip().removeprefix("W/") for each in said.split(",")}


def _takes_gzip(said: str) -> bool:
    """By RFC 9110, 12.5.3."""
    for each in said.lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "").removeprefix("q=").strip("0.") != "" if weight else True
    return False
