"""Brings stills to the centre: once, at once, or not at all."""

import httpx

from broker.fields import rfc3339
from edge.centre_door import CentreDoor
from edge.enrolment.centre import Turned, Unanswered
from edge.stills.making import Made

_WORDS = ("no_ask", "no_source")  # why a centre that takes stills does not take this one


class NotSent(Exception):
    """The centre does not have it; the words say why. unknown: the centre knows no stills."""

    def __init__(self, why: str, *, unknown: bool = False) -> None:
        super().__init__(why)
        self.unknown = unknown


class Sender:
    """Safe to use from any thread. node: its name, told where it cannot be proved."""

    def __init__(self, door: CentreDoor, node: str) -> None:
        self._door = door
        self._whose = {} if door.proven else {"node": node}

    @property
    def somewhere(self) -> bool:
        """Whether there is a centre to send to."""
        return self._door.url is not None

    def send(self, made: Made, source: str, ask: str | None = None) -> None:
        """Raises NotSent."""
        about = {"source": source, "taken": rfc3339(made.still.taken), **self._whose}
        about |= {"ask": ask} if ask else {}
        try:
            path = f"/api/stills/{made.still.sha256}"
            answer = self._door.put(path, made.body, "image/jpeg", about)
        except (httpx.HTTPError, OSError, Unanswered, Turned) as error:
            raise NotSent(f"the centre cannot be reached ({type(error).__name__})") from error
        if not answer.is_success:
            known = any(code in answer.text[:1000] for code in _WORDS)
            unknown = answer.status_code in (404, 405) and not known
            raise NotSent(f"the centre answered {answer.status_code}", unknown=unknown)
