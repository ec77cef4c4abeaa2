"""`fiware`: an entity `Alert` of the Smart Data Models, kept up to date at an Orion or Orion-LD.

https://github.com/smart-data-models/dataModel.Alert
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from pydantic_core import to_json

from broker.events import Reason
from broker.fields import Word, rfc3339
from broker.outside import Network
from broker.settings import Settings as Base
from central.calling import Caller, Request
from central.casework.machine import OPEN
from central.exported import Telling, ticket
from central.notices.retries import Outcome
from central.target_settings import TargetSettings, Url

Category = Literal[
    "traffic", "naturalDisaster", "weather", "environment", "health", "security", "agriculture"
]
CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
CONTEXT: Final = "https://smart-data-models.github.io/dataModel.Alert/context.jsonld"
SEVERITY: Final = {"low": "low", "normal": "medium", "high": "high"}
_HEADER: Final = r"^[A-Za-z0-9_/#.,:-]{0,250}$"
# Orion takes none of these in a text (its own guard against scripts); what looks like them stands for them.
_LIKE: Final = str.maketrans("<>\"'=;()", "‹›”’＝；（）")


class AlertSettings(Base):
    """What a kind is in the model. `subcategory`: as the model lists them; None: it has no word for it."""

    category: Category
    subcategory: Annotated[str, Field(pattern=r"^[A-Za-z/]{1,40}$")] | None = None


KINDS: Final = {
    "illegal_parking": AlertSettings(category="traffic", subcategory="carStopped"),
    "two_wheeler_parking": AlertSettings(category="traffic"),
    "fire_lane_occupied": AlertSettings(category="security", subcategory="fireRisk"),
    "street_occupation": AlertSettings(category="traffic", subcategory="hazardOnRoad"),
    "accumulated_debris": AlertSettings(category="environment"),
}
OTHERS: Final = AlertSettings(category="environment")


class Settings(TargetSettings):
    """`service`, `path`: whose data it is at the broker. `token_file`: one line, sent as X-Auth-Token."""

    kind: Literal["fiware"] = "fiware"
    url: Url
    api: Literal["ngsi-ld", "ngsi-v2"] = "ngsi-ld"
    context: Url = CONTEXT
    service: Annotated[str, Field(pattern=_HEADER)] = ""
    path: Annotated[str, Field(pattern=_HEADER)] = ""
    token_file: Path | None = None
    alerts: dict[Word, AlertSettings] = {}


class Export:
    """One context broker."""

    def __init__(self, settings: Settings, inside: Sequence[Network]) -> None:
        self._settings = settings
        self._caller = Caller(inside, timeout_s=settings.timeout, ca_file=settings.ca_file)

    def body(self, row: Any, lines: Sequence[Any], telling: Telling, *, left: bool) -> dict[str, Any]:
        """The alert as it is now, by the model's names. left: the ticket is for the target no more."""
        found = self._settings.alerts.get(row.facts.kind) or KINDS.get(row.facts.kind, OTHERS)
        told = alert(row, lines, telling, found)
        return told | {"validTo": told["validTo"] or rfc3339(lines[-1].at)} if left else told

    def request(self, body: Mapping[str, Any], id: str, at: float) -> Request:  # noqa: A002, ARG002
        """As it is sent. Raises OSError for the token."""
        settings = self._settings
        if settings.api == "ngsi-ld":
            request = linked(settings.url, body, settings.context, settings.service)
        else:
            request = version_2(settings.url, body, settings.service, settings.path)
        if settings.token_file is None:
            return request
        token = settings.token_file.read_text(encoding="utf-8").strip()
        return Request(request.url, {**request.headers, "X-Auth-Token": token}, request.content)

    def send(self, body: Mapping[str, Any], id: str, at: float) -> Outcome:  # noqa: A002
        """Send it once."""
        try:
            request = self.request(body, id, at)
        except (OSError, ValueError) as error:
            text = f"token_file: {getattr(error, 'strerror', None) or 'cannot be read'}"
            return Outcome("later", Reason(code="no_secret", text=text[:240]))
        return self._caller.post(request)

    def close(self) -> None:
        """Hang up."""
        self._caller.close()


def alert(row: Any, lines: Sequence[Any], telling: Telling, found: AlertSettings) -> dict[str, Any]:
    """An alert by the model's names, as plain values. Pure."""
    told = ticket(row, telling).model_dump(mode="json")
    ends = None
    if row.state not in OPEN:
        ends = rfc3339(max(row.facts.closed_at or row.cleared_at or lines[-1].at, row.opened_at))
    links = [told["url"], *(each["url"] for each in told["pictures"] or ())]
    return {
        "id": f"urn:ngsi-ld:Alert:gewu-{row.id}",
        "type": "Alert",
        "category": found.category,
        "subCategory": found.subcategory,
        "severity": SEVERITY.get(told["severity"], "medium"),
        "location": told["location"]["geometry"] if told["location"] else None,
        "dateIssued": told["opened_at"],
        "validFrom": told["opened_at"],
        "validTo": ends,
        "alertSource": f"{row.node}/{told['source']}",
        "description": ", ".join(part for part in (told["kind"]["en"], told["place"]) if part),
        "alternateName": told["kind"]["zh"],
        "name": told["number"],
        "seeAlso": [link for link in links if link] or None,
        "data": _data(told),
    }


def _data(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the model has no names for."""
    names = ("number", "version", "state", "open", "level", "department", "post", "due_at", "cell")
    kind = {"kind": told["kind"]["word"], "code": told["kind"]["code"]}
    return {name: told[name] for name in names} | kind


def linked(url: str, body: Mapping[str, Any], context: str, tenant: str = "") -> Request:
    """For NGSI-LD: the entity is replaced as a whole, so what is over is gone. Pure."""
    entity: dict[str, Any] = {"@context": [context, CORE]}
    for name, value in body.items():
        if name in ("id", "type"):
            entity[name] = value
        elif value is not None:
            entity[name] = _property(name, value)
    headers = {"Content-Type": "application/ld+json", **({"NGSILD-Tenant": tenant} if tenant else {})}
    return Request(f"{url.rstrip('/')}/ngsi-ld/v1/entityOperations/upsert", headers, to_json([entity]))


def _property(name: str, value: Any) -> dict[str, Any]:
    if name == "location":
        return {"type": "GeoProperty", "value": value}
    if name in ("dateIssued", "validFrom", "validTo"):
        return {"type": "Property", "value": {"@type": "DateTime", "@value": value}}
    if isinstance(value, dict):  # NGSI-LD has no null
        value = {key: each for key, each in value.items() if each is not None}
    return {"type": "Property", "value": value}


def version_2(url: str, body: Mapping[str, Any], service: str = "", path: str = "") -> Request:
    """For NGSI v2: attributes that were there stay, so every one is said, also what has no value. Pure."""
    entity = {name: body[name] for name in ("id", "type")}
    entity |= {name: _attribute(name, value) for name, value in body.items() if name not in entity}
    headers = {"Content-Type": "application/json"}
    headers |= {"Fiware-Service": service} if service else {}
    headers |= {"Fiware-ServicePath": path} if path else {}
    return Request(f"{url.rstrip('/')}/v2/entities?options=upsert", headers, to_json(entity))


def _attribute(name: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {"type": "None", "value": None}
    if name == "location":
        return {"type": "geo:json", "value": value}
    if name in ("dateIssued", "validFrom", "validTo"):
        return {"type": "DateTime", "value": value}
    if isinstance(value, str):
        return {"type": "Text", "value": value.translate(_LIKE)}
    return {"type": "StructuredValue", "value": _plain(value)}


def _plain(value: Any) -> Any:
    """Texts inside, too."""
    if isinstance(value, str):
        return value.translate(_LIKE)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value
