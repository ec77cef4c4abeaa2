"""The composition root: settings in, a running centre out."""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from types import FrameType
from typing import Protocol

import uvicorn

from broker.events import AnyEvent
from broker.tracing import TracingMissing, open_tracer
from central.api.doorway import CONNECTIONS, HEAD_BYTES, Doorway
from central.api.news import News
from central.api.service import make_app, make_health_app
from central.api.service_parts import BrokerHealth, Parts, turns_of
from central.courier import Courier
from central.figures import indicators_of
from central.following import Following, all_followers
from central.heap import keep_flat, keep_lasting
from central.identity.speakers import Speakers
from central.ingest import Ingest
from central.limits import Uploads
from central.lines import announce
from central.loudness import Loudness
from central.metrics import Metrics
from central.only import Only
from central.opening import CannotStart, open_store, reach_nodes, reach_shelf
from central.people.here import People
from central.pictures.examiner import Examiner
from central.pictures.masker import Masker
from central.reconcile import Reconciler
from central.registering import PublicRegister, running_of
from central.reporting import counter_of
from central.retaining import basis_of
from central.settings import CentralSettings, ListenSettings, secret
from central.store.clocking import Clockwork
from central.store.database import Store
from central.store.modelling import Room
from central.store.outcome import Outcome
from central.terms import Ground, ground_of
from central.traced import Traces
from central.vault import IMAGES, Vault
from central.welcome import welcome
from central.workers import Workers

log = logging.getLogger(__name__)
STILL_BYTES = 8_000_000  # as the contract says
GOODBYE_S = 3  # open requests may take this long to end


class Runs(Protocol):
    """Something with a thread or a process of its own."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """Finish what is in hand and end."""


@dataclass(frozen=True, slots=True)
class Centre:
    """Everything that runs, in the order in which it begins; it ends in the other. only: the part of it."""

    parts: Parts
    runs: tuple[Runs, ...]
    ground: Ground
    only: Only
    traces: Traces


class _Server(uvicorn.Server):
    """Ends the open streams first; else the server would wait for pages that never leave."""

    news: News

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.news.close()
        super().handle_exit(sig, frame)


def assemble(settings: CentralSettings, only: Only = "all") -> Centre:
    """Put the parts together; nothing runs yet. Raises CannotStart or NewerSchema."""
    try:
        token = secret(settings.token_file) if settings.token_file else None
        vault = _vault(settings)
        vault.prepare()
        stills = _stills(settings, vault)
        stills.prepare()
        people = _people(settings)
        settings.map.base.check()
    except OSError as error:
        raise CannotStart(str(error)) from error
    if token == "":
        raise CannotStart(f"token_file {settings.token_file} is empty")
    store, metrics, news = open_store(settings), Metrics(), News()
    if only != "all" and store.sqlite:
        store.close()
        raise CannotStart(f"--only {only}: several processes need PostgreSQL (database.url)")
    ground = ground_of(settings, store)
    traces = _traces(settings)
    takes, health = _taking(ground, store, metrics, news, traces) if only != "api" else ((), None)
    courier = _courier(settings, store) if only != "api" else None
    keep_free_mb = settings.evidence.keep_free_mb
    uploads = Uploads(settings.limits)
    nodes = reach_nodes(settings, store)
    pictures = settings.pictures
    masker = Masker(pictures.masker, metrics) if pictures.masker and only != "ingest" else None
    parts = Parts(store, vault, metrics, news, health, token, keep_free_mb, uploads, nodes, people)
    parts = replace(parts, work=ground.work, reports=counter_of(settings.reports, ground.terms))
    parts = replace(parts, pictures=pictures, masker=masker, turns=turns_of(pictures))
    parts = replace(parts, indicators=indicators_of(settings), map=settings.map)
    parts = replace(parts, basis=basis_of(settings), register=PublicRegister(running_of(settings)))
    still_uploads = Uploads(settings.limits, stills_mb_per_day=settings.stills.mb_per_day)
    parts = replace(parts, stills=stills, still_uploads=still_uploads)
    if only != "ingest":
        room = Room(settings.models.max_total_mb * 1e6)
        parts = replace(parts, models=reach_shelf(settings), model_room=room)
    if courier is not None:
        parts = replace(parts, stir=courier.call)
    others = tuple(each for each in (courier, masker) if each is not None)
    return Centre(parts, (*takes, *others), ground, only, traces)


def _traces(settings: CentralSettings) -> Traces:
    """Raises CannotStart."""
    try:
        return Traces(
            open_tracer(
                settings.tracing, service="gewu-central", instance=settings.name, version=version("gewu")
            )
        )
    except (TracingMissing, OSError) as error:
        raise CannotStart(str(error)) from error


def _taking(
    ground: Ground, store: Store, metrics: Metrics, news: News, traces: Traces
) -> tuple[tuple[Runs, ...], Callable[[], BrokerHealth]]:
    """What takes events and does what follows from them; and how it fares."""
    following = _following(ground, store, news)
    ingest = _workers(ground, store, metrics, news, following, traces)
    following.give_way_to(lambda: ingest.backlog)

    def health() -> BrokerHealth:
        return BrokerHealth(ingest.connected, ingest.alive, ingest.broker_says, ingest.waits_for)

    return (following, ingest, _reconciler(ground.settings, store, metrics)), health


def _following(ground: Ground, store: Store, news: News) -> Following:
    # Of one process alone the next is sure that the last is gone.
    name = ground.settings.name
    holder = name if store.sqlite else f"{name}-{socket.gethostname()[:20]}-{os.getpid()}"
    return Following(store, all_followers(ground), holder=holder, tell=news.call)


def _workers(
    ground: Ground, store: Store, metrics: Metrics, news: News, following: Following, traces: Traces
) -> Workers:
    settings = ground.settings
    loudness = Loudness(settings.limits, metrics, time.monotonic)

    def tell(what: Sequence[tuple[AnyEvent, Outcome]]) -> None:
        for event, outcome in what:
            announce(event, outcome)
        loudness.heard(event.source for event, _ in what)
        news.call()
        following.call()

    speakers = Speakers(store, enrolled_only=settings.nodes.enrolled_only)
    if store.sqlite and settings.ingest.workers > 1:
        log.warning("ingest.workers: %d on SQLite take turns; one is as fast", settings.ingest.workers)
    make = partial(
        Ingest,
        store,
        settings.broker,
        max_event_bytes=settings.max_event_bytes,
        announce=tell,
        metrics=metrics,
        terms=ground.terms,
        doubt=speakers.doubt,
        expect=speakers.expect,
        batch=settings.ingest.batch,
        traces=traces,
    )
    return Workers(make, name=settings.name, number=settings.ingest.workers, metrics=metrics)


def _people(settings: CentralSettings) -> People:
    oidc = settings.people.oidc
    return People(settings.people, secret(oidc.client_secret_file) if oidc else "")


def _reconciler(settings: CentralSettings, store: Store, metrics: Metrics) -> Reconciler:
    name = f"{settings.name}-asks-{socket.gethostname()[:20]}-{os.getpid()}"
    pace = settings.delivery.pace()
    return Reconciler(store, settings.broker, client_id=name, pace=pace, metrics=metrics)


def _courier(settings: CentralSettings, store: Store) -> Courier:
    name = f"{settings.name}-courier-{socket.gethostname()[:20]}-{os.getpid()}"
    return Courier(store, settings.broker, client_id=name)


def _vault(settings: CentralSettings) -> Vault:
    limits = settings.evidence
    examiner = Examiner(most_pixels=limits.max_pixels)
    return Vault(settings.evidence_directory, max_bytes=limits.max_bytes, examiner=examiner)


def _stills(settings: CentralSettings, vault: Vault) -> Vault:
    folder = settings.stills_directory
    return Vault(folder, max_bytes=STILL_BYTES, examiner=vault.examiner, kinds=IMAGES)


def serve(settings: CentralSettings, only: Only = "all") -> None:
    """Run until told to stop. Raises CannotStart or NewerSchema."""
    keep_flat()
    with listening(settings.listen) as door:
        _serve(assemble(settings, only), door)


def listening(listen: ListenSettings) -> socket.socket:
    """The socket at which the API is asked. Raises CannotStart."""
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        door = socket.create_server((listen.host, listen.port), family=family)
    except OSError as error:
        why = error.strerror or error
        raise CannotStart(f"listen: {listen.host}:{listen.port} cannot be used: {why}") from error
    # Every connection has it from here. The loop sets it only where the socket names its protocol.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def _serve(centre: Centre, door: socket.socket) -> None:
    listen = centre.ground.settings.listen
    config = uvicorn.Config(
        make_health_app(centre.parts) if centre.only == "ingest" else make_app(centre.parts),
        host=listen.host,
        port=listen.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GOODBYE_S,
        server_header=False,
        http=Doorway,
        h11_max_incomplete_event_size=HEAD_BYTES,
        limit_concurrency=CONNECTIONS,
    )
    server = _Server(config)
    server.news = centre.parts.news
    told = "" if centre.only == "all" else f"  {centre.only} only"
    where = centre.parts.store.engine.url
    log.info("central: http://%s:%d/  database %r%s", listen.host, listen.port, where, told)
    for number in (signal.SIGINT, signal.SIGTERM):  # the server raises them again when it has ended
        signal.signal(number, _ended)
    if centre.only != "ingest":
        welcome(centre.parts.store, centre.ground.settings)
    _warn_of_the_calendar(centre.ground.clockwork)
    centre.parts.people.hasher.warm()
    keep_lasting()
    for each in centre.runs:
        each.start()
    try:
        server.run(sockets=[door])
    finally:
        for each in reversed(centre.runs):
            each.stop()
        centre.traces.close()
        centre.parts.vault.examiner.close()
        centre.parts.people.hasher.close()
        centre.parts.store.close()


def _warn_of_the_calendar(clockwork: Clockwork) -> None:
    if (warning := clockwork.rules.calendar.warning(time.time())) is not None:
        log.warning("clock: %s", warning.text)


def _ended(_number: int, _frame: FrameType | None) -> None:
    """Stopping already; what is left is to let the ingest end in order."""
