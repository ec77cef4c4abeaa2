"""/api/centre: what a page has to know of the centre itself."""

from importlib.metadata import version

from fastapi import APIRouter
from pydantic import BaseModel

from central.api.guard import needs
from central.api.problems import responses
from central.api.service_parts import Here
from central.store.nodes import watches

router = APIRouter(tags=["centre"])


class NameAnswer(BaseModel):
    """What something is called."""

    zh: str
    en: str


class CentreAnswer(BaseModel):
    """`time_zone`: the IANA name of the zone in which the centre counts days; null where it has no name.

    `departments`: what each is called, by its word. `watches`: whether any node told of a source.
    """

    software: str
    time_zone: str | None
    departments: dict[str, NameAnswer]
    watches: bool


@router.get("/api/centre", responses=responses(401, 403, 503), openapi_extra=needs("account.own"))
def centre(here: Here) -> CentreAnswer:
    """What a page has to know of the centre."""
    zone, names = getattr(here.indicators.zone, "key", None), here.indicators.departments
    departments = {word: NameAnswer(zh=zh, en=en) for word, (zh, en) in names.items()}
    return CentreAnswer(
        software=version("gewu"), time_zone=zone, departments=departments, watches=watches(here.store)
    )
