"""Puts one node's parts together as its configuration says, for the live run and for replay alike."""

import logging
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import cast

from broker.bundles import Vouched
from broker.events import Audit, Clock, ModelRef
from edge import rules
from edge.config import Configuration
from edge.configured import EdgeSettings
from edge.evidence import EvidenceMaker, EvidenceStore
from edge.fetched.located import located
from edge.intake import Clocks
from edge.perception.motion import MotionSettings
from edge.perception.observer import Observer, ObserverSettings
from edge.perception.statics import Statics, StaticSettings
from edge.perception.view import ViewSettings, ViewWatch
from edge.photographs import Photographer
from edge.pipeline import Pipeline
from edge.privacy import (
    FACE_FLOOR,
    PERSON_FLOOR,
    PERSON_FLOORS,
    PLATE_FLOOR,
    Masker,
    person_floor,
)
from edge.rule import Rule, Zone
from edge.settings import RuleSettings, SourceSettings, ZoneSettings
from edge.shadow.beside import Beside, Floors
from edge.shadow.pacing import Pacing
from edge.steps import Camera, Lookout, Sink
from edge.trust import ModelTrust, NotTrusted
from models.errors import ModelError
from models.runtime import LoadedDetector, ModelSettings, open_detector

log = logging.getLogger(__name__)

SOFTWARE = f"gewu-{version('gewu')}"
FACES, PLATES = "centerface", "plate_clp"  # where the configuration names no others


@dataclass(frozen=True, slots=True)
class Models:
    """The networks of a node; one session each, whatever the number of sources."""

    main: LoadedDetector
    masker: Masker
    score: float
    vouched: tuple[Vouched, ...] = ()
    looking: tuple[ModelRef, ...] = ()

    @property
    def seeing(self) -> ModelRef:
        """The one that decides."""
        return reference(self.main, "detector")


def reference(model: LoadedDetector, role: str | None = None) -> ModelRef:
    """What a message says of a model; of `our_vans@3` the version by itself."""
    name, _, version = model.name.partition("@")
    return ModelRef(name=name, sha256=model.sha256, version=version or None, role=role)


def open_wanted(settings: EdgeSettings) -> Models | None:
    """What this node needs: to see with, or at least to mask with where it fetches or is asked for pictures.

    Raises ModelError, as `open_models`; without models to mask with, a node without sources goes on.
    """
    if settings.sources or settings.flights:
        return open_models(settings)
    if not settings.waits and not any(box.api for box in settings.analytics):
        return None
    try:
        return open_models(settings)
    except ModelError as error:
        log.error("nothing here can mask pictures, so none leaves this node: %s", error)
        return None


def open_models(settings: EdgeSettings) -> Models:
    """Load what the configuration names. Raises ModelError that says what is missing and how to get it."""
    trust = ModelTrust(settings.trust, settings.storage.directory)
    main = _open(_seeing_persons(located(settings.model, settings.storage.directory)), trust)
    log.info("model %s: %s", main.name, main.why)
    if main.unknown:
        log.info("model %s: no rule takes these labels for anything: %s", main.name, ", ".join(main.unknown))
    faces = _optional(settings, settings.privacy.faces, FACES, FACE_FLOOR, trust)
    plates = _optional(settings, settings.privacy.plates, PLATES, PLATE_FLOOR, trust)
    masker = Masker(persons=main, faces=faces, plates=plates, person_floor=person_floor(main.name))
    looking = _named(detector=main, faces=faces, plates=plates)
    return Models(main, masker, score_of(settings.model), trust.vouched, looking)


def _named(**found: LoadedDetector | None) -> tuple[ModelRef, ...]:
    return tuple(reference(one, role) for role, one in found.items() if one is not None)


def beside(settings: EdgeSettings, models: Models, clocks: Clocks) -> Beside | None:
    """A model that looks beside the one that decides, where one is named; not yet started."""
    if (wanted := settings.model.shadow) is None:
        return None
    score = models.score if wanted.score is None else wanted.score
    return Beside(
        models.main,
        partial(open_shadow, settings, score),
        Floors(models.score, score),
        Pacing(wanted.share, wanted.every),
        monotonic=clocks.monotonic,
        utc_now=clocks.utc,
    )


def open_shadow(settings: EdgeSettings, score: float) -> LoadedDetector:
    """The model that looks beside. Raises ModelError, as `open_models`."""
    wanted = settings.model.shadow
    if wanted is None:
        raise ModelError("no model is named to look beside (model.shadow)")
    plain = ModelSettings(
        name=wanted.name,
        directory=settings.model.directory,
        provider=settings.model.provider,
        score=score,
    )
    storage = settings.storage.directory
    return _open(located(plain, storage), ModelTrust(settings.trust, storage))


def open_masker(wanted: ModelSettings, trust: ModelTrust) -> tuple[Masker, list[ModelRef]]:
    """The node's masker by itself, with all three detectors, and what they are. Raises ModelError."""
    main = _open(_seeing_persons(wanted), trust)
    faces = _open(wanted.model_copy(update={"name": FACES, "score": FACE_FLOOR}), trust)
    plates = _open(wanted.model_copy(update={"name": PLATES, "score": PLATE_FLOOR}), trust)
    masker = Masker(persons=main, faces=faces, plates=plates, person_floor=person_floor(main.name))
    return masker, list(_named(detector=main, faces=faces, plates=plates))


def _seeing_persons(wanted: ModelSettings) -> ModelSettings:
    """The masker has to see persons that are far too doubtful to be believed as anything else."""
    floor = min(wanted.score, PERSON_FLOOR, *PERSON_FLOORS.values())
    return wanted.model_copy(update={"score": floor})


def _open(wanted: ModelSettings, trust: ModelTrust) -> LoadedDetector:
    _vet(wanted, trust)
    return _believed(open_detector(wanted), wanted, trust)


def _believed(found: LoadedDetector, wanted: ModelSettings, trust: ModelTrust) -> LoadedDetector:
    """The bytes that run are the bytes that were vouched for. Raises ModelError."""
    try:
        trust.used(wanted, found.sha256)
    except NotTrusted as error:
        raise ModelError(str(error)) from error
    return found


def _vet(wanted: ModelSettings, trust: ModelTrust) -> None:
    """Before anything of a model is read: somebody vouches for it, where that is asked. Raises ModelError."""
    try:
        trust.check(wanted)
    except NotTrusted as error:
        raise ModelError(str(error)) from error


def score_of(model: ModelSettings) -> float:
    """From which score on a detection is believed."""
    return model.score if "score" in model.model_fields_set else ObserverSettings().score


def _optional(
    settings: EdgeSettings, asked: ModelSettings | None, name: str, floor: float, trust: ModelTrust
) -> LoadedDetector | None:
    """The model asked for; unset, the one that ships if its file is present."""
    if asked is not None:
        return _open(asked.model_copy(update={"score": min(asked.score, floor)}), trust)
    wanted = settings.model.model_copy(update={"name": name, "score": floor})
    _vet(wanted, trust)  # not to be taken for a model that is absent
    try:
        found = open_detector(wanted)
    except ModelError as error:
        log.info("masking goes without %s (%s); see docs/privacy.md for what is masked then", name, error)
        return None
    return _believed(found, wanted, trust)


def audit(configuration: Configuration, models: Models | None, software: str = SOFTWARE) -> Audit:
    """Who decided: software, model, configuration. The clock is each event's own."""
    model = reference(models.main) if models else None
    clock = Clock(quality="unknown")
    return Audit(software=software, configuration=configuration.sha256, model=model, clock=clock)


def pipeline(
    source: SourceSettings,
    models: Models,
    camera: Camera | None,
    made_by: Audit,
    journal: Sink | None = None,
) -> Pipeline:
    """One source's eyes, ledger, rules and evidence."""
    return Pipeline(source, eyes(source, models), lookouts(source), camera, made_by, journal)


def eyes(source: SourceSettings, models: Models) -> Observer:
    """One source's perception."""
    ignore = tuple(tuple(outline) for outline in source.ignore)
    settings = ObserverSettings(
        score=models.score, ripening=_groups(source), motion=MotionSettings(ignore=ignore)
    )
    outlines = [zone.polygon for zone in source.zones]
    watch = ViewWatch(ViewSettings())
    return Observer(
        models.main,
        source=source.id,
        outlines=outlines,
        settings=settings,
        watch=watch,
        ground=_ground(source),
    )


def redrawn(
    eyes_before: Observer, before: SourceSettings, source: SourceSettings, models: Models
) -> Observer:
    """The eyes of a source whose settings change while it runs: new ones, as far as they look elsewhere.

    So do they with another model, under which what stands where stays known.
    What is known of the view outlives new zones while the camera looks where it looked when the old ones were
    drawn; else what it shows now is what the new ones are drawn in.
    """
    if eyes_before.detector is models.main and _looked_at(before) == _looked_at(source):
        return eyes_before
    found = eyes(source, models)
    view = eyes_before.view
    at_rest = view.to_picture is None and view.condition != "moved"
    same = [zone.polygon for zone in before.zones] == [zone.polygon for zone in source.zones]
    ground = _looked_at(before)[2:] == _looked_at(source)[2:]
    found.take_over(eyes_before, view=at_rest or same, ground=ground)
    return found


def _looked_at(source: SourceSettings) -> tuple[object, ...]:
    """Where and for what it looks; the last two are about the ground."""
    on_ground = [zone.polygon for zone in source.zones if any(rule.of_ground for rule in zone.rules)]
    return [zone.polygon for zone in source.zones], _groups(source), on_ground, source.ignore


def _ground(source: SourceSettings) -> Statics | None:
    """Only where a rule asks for what lies on the ground."""
    outlines = [zone.polygon for zone in source.zones if any(rule.of_ground for rule in zone.rules)]
    if not outlines:
        return None
    ignore = tuple(tuple(outline) for outline in source.ignore)
    return Statics(StaticSettings(ignore=ignore), outlines, source.id)


def _groups(source: SourceSettings) -> tuple[str, ...]:
    """What the source's rules are about; empty, which means everything, when a rule does not say."""
    asked = [getattr(rule, "groups", None) for zone in source.zones for rule in zone.rules]
    return () if None in asked else tuple(sorted({group for groups in asked if groups for group in groups}))


def camera(models: Models, store: EvidenceStore) -> Photographer:
    """Makes the masked pictures of one source and keeps them."""
    return Photographer(EvidenceMaker(models.masker), store)


def lookouts(source: SourceSettings) -> list[Lookout]:
    """Every rule of every zone of a source."""
    return [Lookout(zone, rule, _rule(rule, source.id, zone)) for zone in source.zones for rule in zone.rules]


def _rule(settings: RuleSettings, source: str, zone: ZoneSettings) -> Rule:
    module = import_module(f"{rules.__name__}.{settings.kind}")
    return cast(Rule, module.build(settings, source, zone_of(zone)))


def zone_of(zone: ZoneSettings) -> Zone:
    """A zone as rules know it."""
    return Zone(zone.id, zone.name or zone.id, zone.polygon, zone.version, zone.hours)
