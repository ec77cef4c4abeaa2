"""An HTTP listener to which devices post their events, such as Hikvision's "alarm server"."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from edge.decoding import LARGEST
from edge.frames import SourceClock
from edge.gates.parts import Part, Parts, boundary_of
from edge.listening import Listener, ListenerSettings, Post
from edge.taking import BUSY, ENDING

MOST_PARTS = 64


class Settings(ListenerSettings):
    """The token is the last step of the address, or comes as `Authorization: Bearer`.

    largest: bytes of one post with its pictures, which are dropped as they come.
    """

    kind: Literal["alarm_server"]
    largest: Annotated[int, Field(ge=1024, le=64 << 20)] = 16 << 20


def build(settings: Settings, clock: SourceClock) -> "AlarmServer":
    """Nothing listens before `messages` runs."""
    return AlarmServer(settings, clock)


class AlarmServer(Listener):
    """A device posts again what is not taken with 200: what cannot be read is taken with it, and counted."""

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        super().__init__(settings, clock)
        self._largest = settings.largest

    def posted(self, post: Post) -> tuple[HTTPStatus, str]:
        """Refusals say nothing to devices but their status."""
        if not self.allows(_given(post)):
            return HTTPStatus.FORBIDDEN, ""
        length = post.length()
        if length is None:
            return HTTPStatus.LENGTH_REQUIRED, ""
        boundary = boundary_of(post.headers.get("Content-Type", ""))
        if length > (self._largest if boundary else LARGEST):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ""
        parts = _parts(post, length, boundary)
        if parts is None:
            return HTTPStatus.REQUEST_TIMEOUT, ""
        refused = self.hand_on([("", part.body) for part in parts[:MOST_PARTS]])
        again = BUSY in refused or ENDING in refused
        return (HTTPStatus.SERVICE_UNAVAILABLE if again else HTTPStatus.OK), ""


def _given(post: Post) -> str:
    bearer = post.bearer()
    return post.path.partition("?")[0].rstrip("/").rpartition("/")[2] if bearer is None else bearer


def _parts(post: Post, length: int, boundary: str | None) -> list[Part] | None:
    """What of it may be read; None where not all of it came in time."""
    if boundary is None:
        body = bytearray()
        return [Part("", bytes(body))] if post.read(length, body.extend) else None
    parts, found = Parts(boundary), list[Part]()
    whole = post.read(length, lambda data: found.extend(parts.feed(data)))
    return found if whole else None
