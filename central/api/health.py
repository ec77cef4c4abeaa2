"""/healthz and /metrics."""

import logging
from datetime import timedelta

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text

from broker.fields import rfc3339
from central.api.guard import needs, now, own_door
from central.api.problems import responses
from central.api.service_parts import BrokerHealth, Here, Parts
from central.pictures.masker import Masker
from central.store import deliveries
from central.store.database import StoreAway
from central.store.queries import counts
from central.store.suppressing import hiding_now
from central.store.sweeping import progress

log = logging.getLogger(__name__)
router = APIRouter(tags=["health"])
STUCK = timedelta(days=2)
LOG = "; the log says why"  # anybody may ask, and the words of drivers hold addresses and users


class Check(BaseModel):
    """One thing the centre needs."""

    ok: bool
    says: str


class Health(BaseModel):
    """Well only when every check is."""

    ok: bool
    checks: dict[str, Check]


@router.get(
    "/healthz",
    response_model=Health,
    responses={503: {"model": Health}},
    openapi_extra=own_door("whoever watches the processes; no names, no places"),
)
def healthz(here: Here) -> JSONResponse:
    """Database, disk, and the broker where events are taken; 200 when all are well, else 503."""
    ingest = here.ingest_health() if here.ingest_health is not None else None
    checks = {"database": _database(here, ingest)}
    if ingest is not None:
        checks["broker"] = _broker(ingest)
    checks["disk"] = _disk(here)
    if here.masker is not None:
        checks["masker"] = _masker(here.masker)
    checks["retention"] = _retention(here)
    health = Health(ok=all(check.ok for check in checks.values()), checks=checks)
    return JSONResponse(health.model_dump(), 200 if health.ok else 503, headers={"Cache-Control": "no-store"})


@router.get(
    "/metrics",
    response_class=Response,
    responses=responses(401, 403, 503, s200={"content": {"text/plain": {}}}),
    openapi_extra=needs("metrics.view"),
)
def metrics(here: Here) -> Response:
    """For Prometheus. Figures out of the database are left as they were while it is away."""
    _refresh(here)
    return Response(generate_latest(here.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _database(here: Parts, ingest: BrokerHealth | None) -> Check:
    try:
        with here.store.read() as connection:
            connection.execute(text("SELECT count(*) FROM alembic_version"))
    except StoreAway as error:
        log.warning("database: %s", error)
        return Check(ok=False, says=f"does not answer{LOG}")
    waits = ingest.waits_for if ingest is not None else None
    return Check(ok=waits is None, says=f"the ingest waits{LOG}" if waits else "answers")


def _broker(health: BrokerHealth) -> Check:
    if not health.alive:
        return Check(ok=False, says=f"the ingest has ended{LOG}")
    return Check(ok=health.connected, says="connected" if health.connected else f"not connected{LOG}")


def _disk(here: Parts) -> Check:
    try:
        free = here.vault.free_mb()
    except OSError as error:
        log.warning("%s: %s", here.vault.folder, error.strerror)
        return Check(ok=False, says=f"cannot be looked at{LOG}")
    enough = free >= here.keep_free_mb
    return Check(ok=enough, says=f"{free:.0f} MB free, {here.keep_free_mb:g} MB are kept free")


def _masker(masker: Masker) -> Check:
    up, of = masker.up, masker.settings.processes
    return Check(ok=up > 0, says=f"{up} of {of} ready" if up else f"not ready{LOG}")


def _retention(here: Parts) -> Check:
    """Not well when a part of the sweep has failed for days: what should be gone is still here."""
    try:
        rows, files = progress(here.store)
    except StoreAway:
        return Check(ok=False, says=f"cannot be looked at{LOG}")
    stuck = [row.name for row in rows if row.failed is not None and now() - row.failed > STUCK]
    if stuck:
        return Check(ok=False, says=f"{', '.join(stuck)}: nothing was erased for days{LOG}")
    last = max((row.ended for row in rows if row.ended is not None), default=None)
    told = f"last round {rfc3339(last)}" if last is not None else "no round has ended yet"
    return Check(ok=True, says=f"{told}, {files} files still to delete")


def _refresh(here: Parts) -> None:
    try:
        found = {**counts(here.store), "deliveries": deliveries.counts(here.store)}
        rows, files = progress(here.store)
        suppressions, suppressed = hiding_now(here.store, now())
        here.metrics.disk_free.set(here.vault.free_mb())
    except (StoreAway, OSError):
        return
    for state, number in found["tickets"].items():
        here.metrics.tickets.labels(state=state).set(number)
    here.metrics.receipts_owed.set(found["receipts_owed"])
    here.metrics.unlinking.set(files)
    here.metrics.suppressions.set(suppressions)
    here.metrics.suppressed.set(suppressed)
    for row in rows:
        here.metrics.erased.labels(part=row.name).set(row.gone)
        here.metrics.kept_back.labels(part=row.name).set(row.waiting)
    here.metrics.deliveries.clear()
    for target, states in found["deliveries"].items():
        for state, number in states.items():
            here.metrics.deliveries.labels(target=target, state=state).set(number)
