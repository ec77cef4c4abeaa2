"""/api/kinds: every kind of incident that the code table names, in both languages."""

from fastapi import APIRouter
from pydantic import BaseModel

from broker.codes import named
from central.api.answers import KindAnswer, kind_of
from central.api.guard import needs
from central.api.problems import responses

router = APIRouter(tags=["centre"])


class KindList(BaseModel):
    """In the order of the table."""

    items: list[KindAnswer]


@router.get("/api/kinds", responses=responses(401, 403, 503), openapi_extra=needs("source.view"))
def kinds() -> KindList:
    """What rules may open, by its word; a site may have words of its own beside these."""
    return KindList(items=[kind_of(word) for word in named()])
