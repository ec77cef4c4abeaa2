"""The same answer as XML or as JSON, as the standard maps one to the other. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, Literal
from xml.etree.ElementTree import Element, SubElement, tostring

Form = Literal["xml", "json"]
Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]
MEDIA_TYPES: Final[Mapping[Form, str]] = {"xml": "text/xml", "json": "application/json"}
# What one of many is called.
ONE_OF: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


def written(name: str, value: Value, form: Form) -> bytes:
    """The document; name: of its root, which JSON does not show. UTF-8."""
    if form == "json":
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    root = Element(name)
    _fill(root, name, value)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}'.encode()


def _fill(element: Element, name: str, value: Value) -> None:
    if isinstance(value, Mapping):
        for key, each in value.items():
            _fill(SubElement(element, key), key, each)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            _fill(SubElement(element, ONE_OF[name]), ONE_OF[name], each)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _fit(value if isinstance(value, str) else repr(value))


def _fit(text: str) -> str:
    """Without the signs that XML 1.0 cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign not in "\ufffe\uffff"))


def form_of(path: str, accept: str) -> Form:
    """By the path's extension, else by what is accepted, else XML, which the standard asks for."""
    for form in ("xml", "json"):
        if path.endswith(f".{form}"):
            return form
    wanted = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    first = next((each for each in wanted if each in ("application/json", "text/xml", "application/xml")), "")
    return "json" if first == "application/json" else "xml"


def bare(name: str) -> str:
    """The last part of a path without its extension."""
    for form in ("xml", "json"):
        name = name.removesuffix(f".{form}")
    return name
