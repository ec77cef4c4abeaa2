"""What sensors' networks post: ChirpStack's HTTP integration, The Things Stack's webhooks, plain JSON."""

from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import parse_qs, unquote

from pydantic import Field

from edge.decoding import LARGEST
from edge.frames import SourceClock
from edge.listening import Listener, ListenerSettings, Post
from edge.taking import BUSY, ENDING

MOST_TOPIC = 256


class Settings(ListenerSettings):
    """path: where it is posted to; steps below it become the topic. header: which one has the token.

    In `Authorization` the token comes as `Bearer`, in any other header as it is.
    """

    kind: Literal["http"]
    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~/-]{0,200}$")] = "/"
    header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")] = "Authorization"
    largest: Annotated[int, Field(ge=64, le=LARGEST)] = LARGEST


def build(settings: Settings, clock: SourceClock) -> "Webhook":
    """Nothing listens before `messages` runs."""
    return Webhook(settings, clock)


class Webhook(Listener):
    """One post is one message. What its decoder refuses is answered with the reason: it repeats nothing."""

    def __init__(self, settings: Settings, clock: SourceClock) -> None:
        super().__init__(settings, clock)
        self._asked = settings

    def posted(self, post: Post) -> tuple[HTTPStatus, str]:
        """Who may not post learns neither which addresses there are nor what would be read."""
        if not self.allows(self._given(post)):
            return HTTPStatus.UNAUTHORIZED, f"the token in {self._asked.header} is missing or wrong"
        topic = topic_of(post.path, self._asked.path)
        if topic is None:
            return HTTPStatus.NOT_FOUND, f"nothing is taken here; post to {self._asked.path}"
        if post.headers.get("Content-Encoding", "identity") != "identity":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body is compressed; send it as it is"
        length = post.length()
        if length is None:
            return HTTPStatus.LENGTH_REQUIRED, "Content-Length is needed"
        if length > self._asked.largest:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{self._asked.largest} bytes are allowed"
        body = bytearray()
        if not post.read(length, body.extend):
            return HTTPStatus.REQUEST_TIMEOUT, "the body did not come in time"
        return self._handed_on(topic, bytes(body))

    def _given(self, post: Post) -> str:
        name = self._asked.header
        given = post.bearer() if name.lower() == "authorization" else post.headers.get(name)
        return given or ""

    def _handed_on(self, topic: str, body: bytes) -> tuple[HTTPStatus, str]:
        for why in self.hand_on([(topic, body)]):
            again = why in (BUSY, ENDING)
            status = HTTPStatus.SERVICE_UNAVAILABLE if again else HTTPStatus.UNPROCESSABLE_ENTITY
            return status, f"{why.code}: {why.text}"
        return HTTPStatus.OK, ""


def topic_of(target: str, path: str) -> str | None:
    """The steps of an address below the path, and what ChirpStack adds as `event`; None beside the path."""
    address, _, query = target.partition("?")
    base, address = path.rstrip("/"), address.rstrip("/")
    if address != base and not address.startswith(f"{base}/"):
        return None
    try:
        events = parse_qs(query, max_num_fields=16).get("event", [])[:1]
    except ValueError:
        events = []
    steps = [step for step in address[len(base) :].split("/") if step] + events
    return unquote("/".join(steps))[:MOST_TOPIC]
