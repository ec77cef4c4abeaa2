"""What a new configuration needs before anything is applied: its models, here, whole, loaded and tried."""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from broker.fieldfaults import Coded
from broker.messages import PlacedReason
from broker.model_offers import FULL_NAME
from edge import assembly
from edge.centre_door import CentralSettings, CentreDoor
from edge.config import Configuration
from edge.configured import EdgeSettings
from edge.desired.desk import Desired
from edge.desired.overlay import Misfit, Refused
from edge.enrolment.credentials import Credentials
from edge.fetched.errands import Errands
from edge.fetched.fetching import Fetching, Never, Progress
from edge.fetched.keeping import idle, size_of, tidied, used
from edge.fetched.located import here, located, shelf_of
from edge.fetched.trying import Unfit, tried_alone, tried_on
from edge.troubles import fit
from edge.trust import bundle_trust
from edge.watching import Watching
from models.detections import Picture
from models.errors import ModelError
from models.runtime import ModelSettings
from models.signing import NOBODY, Trust

FULL: Final = re.compile(FULL_NAME)
log = logging.getLogger(__name__)

CAMERAS: Final = 4  # whose pictures it is tried on
WAIT_S: Final = 5.0  # for one of them


class Preparing:
    """Called from the desk's thread. watching: what is watched now, once anything is.

    central, proof: the centre from which models are fetched, and how the node proves itself there.
    """

    def __init__(
        self,
        watching: Callable[[], Watching | None],
        desk: Desired,
        storage: Path,
        central: CentralSettings | None,
        proof: Credentials | None,
    ) -> None:
        self._watching, self._desk, self._storage = watching, desk, storage
        self._door = CentreDoor(central, proof)
        self._errands = Errands(self._fetching, self._come, self._told)
        self._coming: set[str] = set()  # what is to look soon: nobody makes room with it

    def start(self) -> None:
        """Raises OSError when central.ca_file cannot be used."""
        self._door.open()

    def stop(self) -> None:
        """What is under way is gone on with after the next start."""
        self._errands.stop()
        self._door.close()

    def missing(self, settings: EdgeSettings) -> list[str]:
        """The names of models that are not here. Raises Refused where none can be fetched."""
        self._coming = _names(settings)
        try:
            found = [one.name for one in _named(settings) if not here(one, self._storage)]
        except ModelError as error:
            raise refused("model_not_here", str(error)) from error
        if found and self._door.url is None:
            text = f"model {found[0]} is not here, and this node has no centre to fetch it from (central)"
            raise refused("model_not_here", text)
        if found and not FULL.fullmatch(found[0]):
            text = f"model {found[0][:80]!r} is not known; one from the centre is named such as our_vans@3"
            raise refused("model_not_here", text)
        return found

    def want(self, name: str | None) -> None:
        """Have this one brought from the centre, or none any more."""
        self._errands.want(name)

    def _fetching(self, say: Callable[[Progress], None], stopping: Callable[[], bool]) -> Fetching:
        return Fetching(
            self._door, shelf_of(self._storage), self._trust, self.drop_spare, say=say, stopping=stopping
        )

    def _trust(self) -> Trust:
        """Whom the node trusts to vouch for a model. Raises ValueError."""
        now = self._watching()
        return NOBODY if now is None else bundle_trust(now.configuration.settings.trust)

    def spare_bytes(self) -> int:
        """What models from the centre take that neither look nor are to look soon. From any thread."""
        return sum(size_of(place) for place in idle(shelf_of(self._storage), self._used()))

    def drop_spare(self) -> None:
        """Their room is needed. From any thread."""
        if self._watching() is not None:
            tidied(shelf_of(self._storage), self._used(), spare=0)

    def _used(self) -> set[str]:
        now = self._watching()
        return self._coming | (set() if now is None else _names(now.configuration.settings))

    def _come(self, name: str, never: Never | None) -> None:
        why = None if never is None else Misfit("model.name", f"{name}: {never}", Coded(never.code, {}))
        self._desk.fetched(name, why)

    def _told(self, progress: Progress | None, trouble: str | None) -> None:
        if progress is not None:
            here, of = progress.bytes / 1e6, progress.of / 1e6
            text, values = f"{progress.name}: {here:.1f} of {of:.1f} MB are here", {"here": here, "of": of}
            reason = PlacedReason(code="model_comes", text=fit(text), values=values, where="model.name")
        else:
            text = f"the model cannot be fetched now: {trouble}"
            reason = PlacedReason(code="model_late", text=fit(text), where="model.name")
        self._desk.coming(reason)

    def models(self, configuration: Configuration) -> assembly.Models | None:
        """Loaded and tried; None where those that look now go on. Raises Refused."""
        now, settings = self._watching(), configuration.settings
        if now is None or now.models is None or same_models(now.configuration.settings, settings):
            return None
        self._beside(now.configuration.settings, settings)
        if same_sight(now.configuration.settings, settings):
            return None
        try:
            if settings.model.name != now.configuration.settings.model.name:
                tried_alone(located(settings.model, self._storage))
            found = assembly.open_wanted(settings)
            if found is not None and found.main.sha256 != now.models.main.sha256:
                looked = tried_on(now.models.main, found.main, self._pictures(now), found.score)
                log.info(
                    "model %s saw %d things in a trial, %g ms at most",
                    found.main.name,
                    looked.things,
                    looked.ms,
                )
        except (ModelError, ValueError) as error:
            raise refused("model_not_fit", str(error)) from error
        except Unfit as error:
            raise refused(error.code, str(error)) from error
        return found

    def _beside(self, before: EdgeSettings, settings: EdgeSettings) -> None:
        """A model that is to look beside is tried by itself. Raises Refused."""
        wanted = settings.model.shadow
        if wanted is None or (before.model.shadow is not None and before.model.shadow.name == wanted.name):
            return
        plain = settings.model.model_copy(update={"name": wanted.name, "shadow": None})
        try:
            tried_alone(located(plain, self._storage))
        except Unfit as error:
            raise refused(error.code, str(error), "model.shadow.name") from error

    def _pictures(self, now: Watching) -> list[Picture]:
        frames = [lane.glimpses.next(WAIT_S) for lane in now.lanes[:CAMERAS] if not lane.reader.over]
        return [frame.image for frame in frames if frame is not None]

    def applied(self, configuration: Configuration) -> None:
        """These models run now: others from the centre may go. Raises OSError."""
        used(shelf_of(self._storage), _names(configuration.settings))
        tidied(shelf_of(self._storage), self._used() | _names(configuration.settings))


def same_models(now: EdgeSettings, then: EdgeSettings) -> bool:
    """Whether the networks that are loaded are those that will be wanted, the one beside included."""
    return same_sight(now, then) and now.model == then.model


def same_sight(now: EdgeSettings, then: EdgeSettings) -> bool:
    """The same, but for the one beside."""
    if (_alone(now), now.privacy, now.trust) != (_alone(then), then.privacy, then.trust):
        return False
    return _wants(now) == _wants(then)


def _alone(settings: EdgeSettings) -> ModelSettings:
    return settings.model.model_copy(update={"shadow": None})


def _wants(settings: EdgeSettings) -> tuple[bool, bool]:
    """Whether models are needed to see with, and whether they are to mask with."""
    sees = bool(settings.sources or settings.flights or settings.waits)
    return sees, any(box.api for box in settings.analytics)


def _named(settings: EdgeSettings) -> Iterator[ModelSettings]:
    yield settings.model
    if (shadow := settings.model.shadow) is not None:
        yield settings.model.model_copy(update={"name": shadow.name, "shadow": None})


def _names(settings: EdgeSettings) -> set[str]:
    return {one.name for one in _named(settings)}


def refused(code: str, why: str, where: str = "model.name") -> Refused:
    """A reason for each line."""
    return Refused([Misfit(where, line, Coded(code, {})) for line in why.splitlines()[:8]])
