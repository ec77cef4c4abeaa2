"""/api/audit: who did what, when and why."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from broker.fields import Timestamp
from central.api.guard import needs
from central.api.problems import responses
from central.api.service_parts import Here
from central.api.tickets import number_in
from central.store.audit import Asked, lines

router = APIRouter(tags=["people"])
Words = Annotated[str | None, Query(max_length=240)]


class AuditLine(BaseModel):
    """One line. `origin`: the kind of address it came from; the address itself is not kept."""

    seq: int
    at: Timestamp
    who: str
    way: str
    origin: str
    action: str
    about: str
    why: str
    outcome: str


class AuditPage(BaseModel):
    """Lines, newest first. `next` is the cursor of the following page, null at the end."""

    items: list[AuditLine]
    next: str | None


@router.get("/api/audit", responses=responses(400, 401, 403, 422, 503), openapi_extra=needs("audit.view"))
def list_audit(
    here: Here,
    who: Words = None,
    action: Words = None,
    about: Words = None,
    outcome: Literal["done", "refused"] | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
) -> AuditPage:
    """The audit, newest first. Follow `next` as `cursor` for more."""
    asked = Asked(who, action, about, outcome, since, until)
    found = lines(here.store, asked, limit=limit + 1, before=number_in(cursor))
    following = f"before-{found[limit - 1].seq}" if len(found) > limit else None
    return AuditPage(items=[_line(row) for row in found[:limit]], next=following)


def _line(row: Any) -> AuditLine:
    return AuditLine(**{name: getattr(row, name) for name in AuditLine.model_fields})
