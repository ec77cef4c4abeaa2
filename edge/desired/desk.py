"""Takes what the centre wants changed, checks it beside the looks, and tells what became of it."""

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from broker.fields import read, utc
from broker.messages import DesiredConfiguration, PlacedReason, ReportedConfiguration
from broker.settings import SettingsError
from edge.assembly import Models
from edge.config import Configuration, OwnFile, configured
from edge.desired.change import Change, Fetched, Preparation
from edge.desired.checking import MOST, checked, reasons, sha256_of
from edge.desired.edits import edited, marks
from edge.desired.kept import PROVEN, keep, keep_marks, kept, kept_marks
from edge.desired.overlay import Misfit, Refused
from edge.desired.ownfile import OwnWatch
from edge.desired.proving import Proving
from edge.desired.reach import RESTART
from edge.troubles import fit

log = logging.getLogger(__name__)

OWN = "own"  # the version of a node that runs its own file and nothing else
NOTHING = sha256_of({})
_REREAD = b"\0"
COVERED = "the node's own file was edited here; what the centre wants counts until it is taken back"
GIVEN_UP = "this node ended {} times soon after it began to run this, and goes back to what ran before"


def _differs(key: str, own: OwnFile, fresh: OwnFile) -> bool:
    return bool(own.tree.get(key) != fresh.tree.get(key))


class Desired:
    """`begin` first; `heard` and `reread` from any thread; the rest by the loop that looks.

    Of several changes the last one counts. report: publishes; what it cannot say now is said at the next
    connection (`reported`). now: UTC seconds.
    """

    def __init__(
        self, folder: Path, report: Callable[[ReportedConfiguration], object], now: Callable[[], float]
    ) -> None:
        self._folder, self._report, self._now = folder, report, now
        self._coming: queue.SimpleQueue[bytes | Fetched | None] = queue.SimpleQueue()
        self._prepare: Preparation | None = None
        self._waiting: DesiredConfiguration | None = None  # for a model
        self._lock = threading.Lock()
        self._ready: Change | None = None
        self._under_way: Change | None = None
        self._own: OwnFile | None = None
        self._running: DesiredConfiguration | None = None
        self.reported: ReportedConfiguration | None = None
        self._proving = Proving(folder)
        self._own_file = OwnWatch()
        self._marks: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="desired", daemon=True)

    @property
    def version(self) -> str | None:
        """Of what the centre wants and this node runs."""
        return self._running.version if self._running else None

    @property
    def edited(self) -> str | None:
        """What to tell of the node's own file where it is not what runs. From any thread."""
        if self._own is None:
            return None
        return self._own_file.look(self._own)

    def begin(self, configuration: Configuration) -> Configuration:
        """What to start with: what was kept, over the node's own file, if that still fits."""
        self._own = configuration.own
        wanted = kept(self._folder)
        if wanted is None or self._own is None:
            return configuration
        if self._given_up(wanted):
            return self._proven(configuration)
        try:
            found = checked(self._own, wanted, self._secrets)
        except Refused as error:
            self._refuse(wanted, error)
            return configuration
        self._running = wanted
        self._proving.goes_on(wanted.sha256)
        self._marks = kept_marks(self._folder)
        self._say(wanted, "applied", self._covered(wanted))
        return found

    def _proven(self, configuration: Configuration) -> Configuration:
        """What the centre wanted before, and ran for long; else the node's own file."""
        before = kept(self._folder, PROVEN)
        if before is None or self._own is None:
            return configuration
        try:
            found = checked(self._own, before, self._secrets)
        except Refused as error:
            log.error("what ran before (%s) does not fit any more: %s", before.version, error)
            return configuration
        log.warning("the node goes back to what the centre wanted before (%s)", before.version)
        self._running = before
        return found

    def begin_without(self, why: str) -> None:
        """What was kept cannot be run any more: the node's own file runs alone."""
        wanted, self._running = self._running, None
        self._proving.over()
        self._say(wanted, "rolled_back", [PlacedReason(code="not_applied", text=fit(why))])

    def prepared_by(self, prepare: Preparation) -> None:
        """Who brings and loads models; before `start`."""
        self._prepare = prepare

    def _given_up(self, wanted: DesiredConfiguration) -> bool:
        """Whether the node has ended under it again and again; then that is told."""
        if not (ended := self._proving.given_up(wanted.sha256)):
            return False
        text = GIVEN_UP.format(ended)
        log.error("what the centre wants (%s): %s", wanted.version, text)
        self._say(wanted, "rolled_back", [PlacedReason(code="node_ended", text=fit(text))])
        return True

    def start(self) -> None:
        """Take what comes."""
        self._thread.start()

    def stop(self) -> None:
        """End; what was not applied is wanted again at the next connection."""
        self._proving.stopped()
        if self._thread.ident is not None:
            self._coming.put(None)
            self._thread.join(2.0)

    def heard(self, body: bytes) -> None:
        """What is retained on the node's `config`; empty: nothing is wanted any more."""
        self._coming.put(body)

    def reread(self) -> None:
        """The node's own file was edited."""
        self._coming.put(_REREAD)

    def fetched(self, name: str, why: Misfit | None) -> None:
        """A model that was wanted has come, or never will. From any thread."""
        self._coming.put(Fetched(name, why))

    def coming(self, how: PlacedReason) -> None:
        """How far the model is that is waited for. From any thread."""
        if (waiting := self._waiting) is not None:
            self._say(waiting, "preparing", [how])

    def ready(self) -> Change | None:
        """What is to be applied now. Asked all the time."""
        if self._proving.lives():
            self._keep_proven(self._running)
        with self._lock:
            change, self._ready = self._ready, None
        if change is not None and change.desired is not None and self._is_new(change):
            self._proving.begins(change.desired.sha256)
        return change

    def _is_new(self, change: Change) -> bool:
        """Whether the centre wants something else than what runs."""
        told, runs = change.desired, self._running
        return (told and told.sha256) != (runs and runs.sha256)

    def applied(self, change: Change) -> None:
        """It runs: keep it over a restart, then tell."""
        self._own = change.own
        if change.desired is None:
            self._proving.over()
            self._keep_proven(None)
        if self._is_new(change):
            self._mark(change)
        self._keep(change.desired)
        self._settle(change)
        self._say(change.desired, "applied", self._covered(change.desired))
        if self._prepare is not None:
            self._prepare.applied(change.configuration)

    def _keep_proven(self, desired: DesiredConfiguration | None) -> None:
        try:
            keep(self._folder, desired, PROVEN)
        except OSError as error:
            log.warning("what has proved itself cannot be kept: %s", error)

    def _mark(self, change: Change) -> None:
        """What the file says where the centre has just had its own word: what is edited later shows."""
        body = change.desired.body if change.desired else {}
        self._marks = marks(change.own.tree, body)
        try:
            keep_marks(self._folder, self._marks)
        except OSError as error:
            log.warning("what the file says under the centre's words cannot be noted: %s", error)

    def _covered(self, wanted: DesiredConfiguration | None) -> list[PlacedReason]:
        """Edits of the node's own file that do nothing, because the centre's word counts there."""
        if wanted is None or self._own is None:
            return []
        places = edited(self._marks, marks(self._own.tree, wanted.body))[:MOST]
        if places:
            log.warning("the file was edited in %s; what the centre wants counts there", ", ".join(places))
        return [PlacedReason(code="own_edit_covered", text=COVERED, where=fit(where)) for where in places]

    def _keep(self, wanted: DesiredConfiguration | None) -> None:
        self._running = wanted
        try:
            keep(self._folder, wanted)
        except OSError as error:
            log.error("what the centre wants cannot be kept over a restart: %s", error)

    def _settle(self, change: Change) -> None:
        with self._lock:
            if self._under_way is change:
                self._under_way = None

    def rolled_back(self, change: Change, why: str) -> None:
        """It could not be run, and what ran before runs again."""
        self._proving.over()
        self._settle(change)
        self._say(change.desired, "rolled_back", [PlacedReason(code="not_applied", text=fit(why))])

    @property
    def _secrets(self) -> Path:
        return self._folder / "secrets"

    def _run(self) -> None:
        while (bodies := self._came()) is not None:
            try:
                self._one(bodies)
            except Exception:  # whatever it is, the next one may be better
                log.exception("what the centre wants could not be looked at")

    def _came(self) -> list[bytes | Fetched] | None:
        """All that has come by now; None in the end."""
        bodies = [self._coming.get()]
        while not self._coming.empty():
            bodies.append(self._coming.get())
        return None if None in bodies else [body for body in bodies if body is not None]

    def _one(self, bodies: list[bytes | Fetched]) -> None:
        if self._own is None:
            log.error("this node was not started from a file: what the centre wants is left out")
            return
        if _REREAD in bodies:
            self._read_anew(*self._base(self._own))
        wanted = [body for body in bodies if isinstance(body, bytes) and body != _REREAD]
        fetched = [body for body in bodies if isinstance(body, Fetched)]
        own, _ = self._base(self._own)
        if wanted and wanted[-1]:
            self._wanted(own, wanted[-1])
        elif wanted:
            self._wait_for(None, None)
            self._own_alone(own)
        elif fetched and (waiting := self._waiting) is not None:
            self._has_come(own, waiting, fetched[-1])

    def _own_alone(self, own: OwnFile) -> None:
        found = configured(own, own.text)
        try:
            models = self._models(found)
        except Refused as error:
            log.error("the node's own file cannot be run any more: %s", error)
            self._say(None, "rolled_back", reasons(error))
        else:
            self._offer(Change(own, None, found, models))

    def _has_come(self, own: OwnFile, waiting: DesiredConfiguration, fetched: Fetched) -> None:
        """A model that a change waits for has come, or never will."""
        if fetched.why is None:
            self._check(own, waiting)
        else:
            self._wait_for(None, None)
            self._refuse(waiting, Refused([fetched.why]))

    def _wait_for(self, wanted: DesiredConfiguration | None, model: str | None) -> None:
        self._waiting = wanted
        if self._prepare is not None:
            self._prepare.want(model)

    def _base(self, own: OwnFile) -> tuple[OwnFile, DesiredConfiguration | None]:
        """What runs, or is about to."""
        with self._lock:
            coming = self._under_way
        return (own, self._running) if coming is None else (coming.own, coming.desired)

    def _wanted(self, own: OwnFile, body: bytes) -> None:
        try:
            wanted = read(DesiredConfiguration, body)
        except ValidationError as error:
            log.error("config: not understood and left out: %s", error.errors()[0]["msg"])
            return
        if self._given_up(wanted):
            self._wait_for(None, None)
            return
        if self._runs(wanted):
            self._wait_for(None, None)
            self._keep(wanted)
            self._say(wanted, "applied", self._covered(wanted))
            return
        self._check(own, wanted)

    def _check(self, own: OwnFile, wanted: DesiredConfiguration) -> None:
        """Have it applied, once all that it needs is here."""
        try:
            found = checked(own, wanted, self._secrets)
            if missing := self._missing(found):
                self._waits(wanted, missing[0])
                return
            self._wait_for(None, None)
            models = self._models(found)
        except Refused as error:
            self._wait_for(None, None)
            self._refuse(wanted, error)
        else:
            self._offer(Change(own, wanted, found, models))

    def _missing(self, found: Configuration) -> list[str]:
        """Raises Refused."""
        return [] if self._prepare is None else self._prepare.missing(found.settings)

    def _models(self, found: Configuration) -> Models | None:
        """Raises Refused."""
        return None if self._prepare is None else self._prepare.models(found)

    def _waits(self, wanted: DesiredConfiguration, model: str) -> None:
        text = f"model {model} is not here and is fetched from the centre"
        log.info("what the centre wants (%s) waits: %s", wanted.version, text)
        self._wait_for(wanted, model)
        reason = PlacedReason(code="model_coming", text=fit(text), where="model.name")
        self._say(wanted, "preparing", [reason])

    def _runs(self, wanted: DesiredConfiguration) -> bool:
        """Whether it runs already, and nothing else is about to."""
        with self._lock:
            running = self._running
            same = running is not None and running.sha256 == wanted.sha256
            return same and self._under_way is None

    def _read_anew(self, own: OwnFile, wanted: DesiredConfiguration | None) -> None:
        try:
            fresh = OwnFile.read(own.path)
            alone = configured(fresh, fresh.text)
        except SettingsError as error:
            log.error("the configuration was changed and cannot be used; the one before runs on:\n%s", error)
            return
        if kept_apart := [key for key in RESTART if _differs(key, own, fresh)]:
            log.error("the configuration was changed in %s: that needs a restart", ", ".join(kept_apart))
            return
        try:
            found = alone if wanted is None else checked(fresh, wanted, self._secrets)
            models = self._models(found)
        except Refused as error:
            log.error("the configuration was changed and does not fit what the centre wants: %s", error)
        else:
            self._offer(Change(fresh, wanted, found, models))

    def _offer(self, change: Change) -> None:
        with self._lock:
            self._ready = self._under_way = change

    def _refuse(self, wanted: DesiredConfiguration, error: Refused) -> None:
        log.error("what the centre wants (%s) is refused: %s", wanted.version, error)
        self._say(wanted, "refused", reasons(error))

    def _say(
        self,
        wanted: DesiredConfiguration | None,
        status: Literal["preparing", "applied", "refused", "rolled_back"],
        why: list[PlacedReason],
    ) -> None:
        self.reported = ReportedConfiguration(
            version=wanted.version if wanted else OWN,
            sha256=wanted.sha256 if wanted else NOTHING,
            status=status,
            at=utc(self._now()),
            reasons=why,
        )
        self._report(self.reported)
