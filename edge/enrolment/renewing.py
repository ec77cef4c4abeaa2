"""Keeps the node's certificate fresh, without a restart and without anybody's help."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from edge.enrolment.centre import KEY_KNOWN, CentreDoors, Turned, Unanswered, assertion
from edge.enrolment.credentials import Credentials, ends
from edge.enrolment.folder import IdentityError
from edge.enrolment.phases import TRIAL_S, Phase, after, renewal_due, worrying
from edge.retries import Retries

log = logging.getLogger(__name__)

TICK_S = 2.0
CHECK_S = 6 * 3600.0  # between two times that the identity is shown to the centre, whatever else happens
CENTRE = "the centre"


@dataclass(frozen=True, slots=True)
class Connection:
    """The broker's: whether it stands, how many there were so far, and how to have it made anew."""

    stands: Callable[[], bool]
    made: Callable[[], int]
    anew: Callable[[], None]


class Renewer:
    """One thread. `trouble`: a certificate that is not renewed in time; `refused`: the centre's own no."""

    def __init__(
        self, credentials: Credentials, connection: Connection, monotonic: Callable[[], float]
    ) -> None:
        self._credentials = credentials
        self._folder = credentials.folder
        self._connection = connection
        self._monotonic = monotonic
        self._retries = Retries(5.0, 3600.0, random.random)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renewer", daemon=True)
        self._checked = float("-inf")
        self._phase: Phase = "on_trial" if self._folder.on_trial() else "in_force"
        self._since, self._made = monotonic(), 0
        self._why: str | None = None
        self._wanted = threading.Event()
        self.refused: str | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a question on its way is waited for."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def trouble(self) -> str | None:
        """What is wrong with the certificate, once that is worth telling."""
        identity = self._credentials.identity
        begins, end = (
            at.timestamp() for at in (identity.held.certificate_from, identity.held.certificate_until)
        )
        if not worrying(begins, end, self._credentials.now()):
            return None
        return f"{ends(identity)}: {self._why or 'it is not renewed yet'}"

    def _run(self) -> None:
        while not self._stopping.wait(TICK_S):
            try:
                self.once()
            except Exception:  # the thread must live: without it the node would end with its certificate
                log.exception("identity: this was not expected; trying again")

    def once(self) -> None:
        """One look at everything."""
        now = self._monotonic()
        self._take_up()
        if self._phase == "on_trial":
            self._try_out(now)
        elif self._retries.due(CENTRE, now) and (self._due() or now - self._checked >= CHECK_S):
            self._ask(now)

    def _refreshed(self) -> bool:
        try:
            changed = self._credentials.refresh()
        except IdentityError as error:
            self._say(str(error))
            return False
        if changed and self.refused is not None:
            self.refused = None
            self._retries.forget(CENTRE)
        return changed

    def renew_now(self) -> None:
        """Somebody wants a new certificate, though this one is good for a while. From any thread."""
        self._retries.forget(CENTRE)
        self._wanted.set()

    def _due(self) -> bool:
        if self._wanted.is_set():
            return True
        held = self._credentials.identity.held
        begins, end = held.certificate_from.timestamp(), held.certificate_until.timestamp()
        return renewal_due(begins, end, self._credentials.now())

    def _ask(self, now: float) -> None:
        try:
            with self._credentials.doors() as doors:
                bearer, _ = self._credentials.prove(doors, self._credentials.identity)
                if self._due():
                    self._renew(doors, bearer, now)
        except Turned as error:
            if error.status == KEY_KNOWN:
                self._folder.forget_pending()
            self.refused = f"{error}; if it stays so, enrol this node anew"
            self._failed(self.refused, now)
        except (Unanswered, IdentityError, OSError) as error:
            self._failed(str(error), now)
        else:
            self._why, self.refused, self._checked = None, None, now
            self._retries.forget(CENTRE)

    def _failed(self, why: str, now: float) -> None:
        self._retries.tried(CENTRE, now)
        self._say(why)
        self._phase = after("in_force", "refused")

    def _renew(self, doors: CentreDoors, bearer: str, now: float) -> None:
        """A new key, its certificate, its proof, and only then the switch. A step that fails is repeated."""
        key_pem = self._folder.pending()
        request = self._credentials.request(key_pem)
        proof = assertion(self._credentials.identity, self._credentials.now(), request)
        answer = doors.renew(request, bearer, proof)
        self._folder.keep(answer, key_pem)
        self._credentials.prove(doors, self._folder.read(answer.serial))
        self._folder.switch(answer.serial)
        self._wanted.clear()
        self._phase = after(self._phase, "renewed")
        self._since, self._made = now, self._connection.made()
        self._take_up()

    def _take_up(self) -> None:
        if self._refreshed():
            self._connection.anew()

    def _try_out(self, now: float) -> None:
        """A connection that stands and was made with the new certificate is the proof."""
        if self._connection.stands() and self._connection.made() > self._made:
            self._folder.settle()
            self._phase = after(self._phase, "connected")
        elif now - self._since >= TRIAL_S and (others := self._folder.others()):
            log.warning("identity: no connection came with the new certificate; the old one is back")
            self._folder.switch(others[0])
            self._take_up()
            self._retries.tried(CENTRE, now)
            self._phase = after(self._phase, "silent")

    def _say(self, why: str) -> None:
        if why != self._why:
            log.warning("identity: %s", why)
        self._why = why
