"""/api/centre: what a page has to know of the centre itself."""

from importlib.metadata import version

from fastapi import APIRouter
from pydantic import BaseModel

from central.api.guard import needs
from central.api.problems import responses
from central.api.service_parts import Here

router = APIRouter(tags=["centre"])


class CentreAnswer(BaseModel):
    """`time_zone`: the IANA name of the zone in which the centre counts days; null where it has no name."""

    software: str
    time_zone: str | None


@router.get("/api/centre", responses=responses(401, 403, 503), openapi_extra=needs("account.own"))
def centre(here: Here) -> CentreAnswer:
    """What a page has to know of the centre."""
    return CentreAnswer(software=version("gewu"), time_zone=getattr(here.indicators.zone, "key", None))
