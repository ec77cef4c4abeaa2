"""The documents of GeoReport v2, field by field. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.codes import table
from broker.fields import rfc3339
from central.languages import Language, Words
from central.open311.writing import Value
from central.reports.words import ASKED, LEFT

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
# Code, type, whether it is asked for, what it is, and how it is written.
ATTRIBUTES: Final = (
    ("notice", "string", False, ASKED, Words("", "")),
    (
        "seen_at",
        "datetime",
        True,
        Words("看到的时间", "When it was seen"),
        Words("带时区的时间", "With its zone: 2026-03-01T08:00:00+08:00"),
    ),
    (
        "accuracy_m",
        "number",
        True,
        Words("位置误差（米）", "How exact the position is, in metres"),
        Words("100 次中 95 次误差更小", "95 of 100 positions err by less"),
    ),
    (
        "picture",
        "string",
        True,
        Words("照片", "A photo"),
        Words("POST /api/v1/uploads 返回的 sha256", "The sha256 that POST /api/v1/uploads answered"),
    ),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A report as the standard's service request. notes: on its state."""

    id: str
    open: bool
    notes: Words
    kind: str
    description: str
    requested: datetime
    updated: datetime
    address: str
    place: str | None
    longitude: float
    latitude: float
    extras: Mapping[str, Value]


def service_name(kind: str, language: Language) -> str:
    """A kind's name; one that the table lost goes by its word."""
    found = table().get(kind)
    return kind if found is None else Words(found.zh, found.en).in_(language)


def services(kinds: Sequence[str], language: Language) -> list[Value]:
    """What may be reported."""
    found: list[Value] = []
    for kind in kinds:
        known = table()[kind]
        code = f"{known.code.system} {known.code.code}"
        found.append(
            {
                "service_code": kind,
                "service_name": service_name(kind, language),
                "description": f"{known.zh} / {known.en} ({code})",
                "metadata": True,
                "type": "realtime",
                "keywords": f"{kind.replace('_', ' ')}, {known.zh}, {known.code.code}",
                "group": group_of(known.code.code, language),
            }
        )
    return found


_GROUPS: Final = {"06": Words("市容环境", "City appearance"), "08": Words("施工管理", "Construction")}
_STREETS: Final = Words("街面秩序", "Street order")


def group_of(code: str, language: Language) -> str:
    """By the table's own chapters."""
    return _GROUPS.get(code[:2], _STREETS).in_(language)


def definition(kind: str, language: Language) -> dict[str, Value]:
    """What else may be said of a kind."""
    attributes: list[Value] = [
        {
            "variable": variable,
            "code": code,
            "datatype": datatype,
            "required": False,
            "datatype_description": how.in_(language) or None,
            "order": order,
            "description": what.in_(language),
        }
        for order, (code, datatype, variable, what, how) in enumerate(ATTRIBUTES, 1)
    ]
    return {"service_code": kind, "attributes": attributes}


def made(request_id: str, notice: str) -> list[Value]:
    """The answer to a new request. No account is known of anybody."""
    return [{"service_request_id": request_id, "service_notice": notice, "account_id": None}]


def request(found: Request, language: Language, *, extended: bool) -> dict[str, Value]:
    """One request. extended: with what the standard does not know."""
    told: dict[str, Value] = {
        "service_request_id": found.id,
        "status": "open" if found.open else "closed",
        "status_notes": found.notes.in_(language),
        "service_name": service_name(found.kind, language),
        "service_code": found.kind,
        "description": found.description or None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": rfc3339(found.requested),
        "updated_datetime": rfc3339(found.updated),
        "expected_datetime": None,
        "address": found.address or None,
        "address_id": found.place,
        "zipcode": None,
        "lat": found.latitude,
        "long": found.longitude,
        "media_url": None,
    }
    return told | {"extended_attributes": dict(found.extras)} if extended else told


def errors(status: int, description: str) -> list[Value]:
    """An error as the standard has it."""
    return [{"code": status, "description": description}]


def discovery(url: str, changed: datetime, contact: str, language: Language) -> dict[str, Value]:
    """Where the interface is."""
    changeset = changed.strftime("%Y-%m-%d %H:%M")
    keys = Words(
        "密钥由本中心的操作员发放：权限为 report.make 的 API 令牌",
        "An operator of this centre gives out keys: API tokens with the scope report.make",
    )
    endpoint: dict[str, Value] = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": changeset,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    return {
        "changeset": changeset,
        "contact": contact or url,
        "key_service": keys.in_(language),
        "endpoints": [endpoint],
    }


def notice(ticket: str, dropped: Sequence[str], left: Sequence[str], link: bool, language: Language) -> str:
    """What follows for a request. dropped: fields about persons; left: cut out of the text; link: of a photo
    elsewhere.
    """
    parts = [Words(f"工单 {ticket}。", f"It is ticket {ticket}.")]
    if dropped:
        names = ", ".join(dropped)
        parts.append(Words(f"个人信息未保存：{names}。", f"Nothing of persons is kept; dropped: {names}."))
    if left:
        zh, en = "、".join(LEFT[each].zh for each in left), ", ".join(LEFT[each].en for each in left)
        parts.append(Words(f"已从文字中删去：{zh}。", f"Cut out of the text: {en}."))
    if link:
        parts.append(
            Words(
                "media_url 未读取；请用 POST /api/v1/uploads 上传照片。",
                "media_url was not read; send photos by POST /api/v1/uploads.",
            )
        )
    return (" " if language == "en" else "").join(each.in_(language) for each in parts)
