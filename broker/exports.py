"""The contract as others read it: one JSON Schema (2020-12) a message, and an AsyncAPI 3 document.

Both are made from the models and the topic table and kept with the package; a test holds them against it.
The schemas say what a writer may write: a reader of another minor version has to allow unknown properties.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from broker.events import EVENTS
from broker.fields import SCHEMA_VERSION, Message
from broker.messages import CARRIED
from broker.topics import ROOT, TABLE, Channel

HOME = Path(__file__).resolve().parent
VERSION = "1.0.0"


def name_of(model: type[Message]) -> str:
    """An event goes by its type, any other message by its class: NodeState is node_state.v1."""
    kind = model.model_fields.get("type")
    if kind is not None and kind.default in EVENTS:
        return str(kind.default)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower() + f".{SCHEMA_VERSION}"


def models() -> dict[str, type[Message]]:
    """Every message of the contract, by the name of its schema."""
    every: list[type[Message]] = [*EVENTS.values(), *(m for carried in CARRIED.values() for m in carried)]
    return {name_of(model): model for model in every}


def schema(model: type[Message]) -> dict[str, Any]:
    """The JSON Schema of what may be written."""
    name = name_of(model)
    found = model.model_json_schema()
    tidy: dict[str, Any] = _tidy(found)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:gewu:{name}",
        **tidy,
        "title": name,
    }


def _tidy(node: Any) -> Any:
    """Without foreign words; what is fixed is always written; a map holds no key outside its pattern."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _tidy(value) for key, value in node.items() if not _foreign(key, value)}
    properties = kept.get("properties", {})
    if constants := [key for key, value in properties.items() if "const" in value]:
        wanted = {*kept.get("required", ()), *constants}
        kept["required"] = [key for key in properties if key in wanted]
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept


def _foreign(key: str, value: Any) -> bool:
    """Titles say nothing; `discriminator` is OpenAPI's, and AsyncAPI means something else by it."""
    if key == "title":
        return isinstance(value, str)
    return key == "discriminator" and isinstance(value, dict) and "propertyName" in value


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document of the topic table."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Gewu",
            "version": VERSION,
            "description": "Incidents at places, from edge nodes to the centre and to any other platform.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_key(channel): _channel(channel) for channel in TABLE.values()},
        "operations": {_operation_name(channel): _operation(channel) for channel in TABLE.values()},
        "components": {
            "messages": {name: _message(name, model) for name, model in models().items()},
            "parameters": {
                "district": {"description": "Six digits, such as 131002."},
                "node": {"description": "The node's name: letters, digits, '.', '_' and '-'."},
            },
        },
    }


def _key(channel: Channel) -> str:
    return channel.name.replace("/", "_")


def _names(channel: Channel) -> list[str]:
    if channel.name == "event":
        return list(EVENTS)
    return [name_of(model) for model in CARRIED[channel.name]]


def _channel(channel: Channel) -> dict[str, Any]:
    expiry = "never expires" if channel.expiry_s is None else f"expires after {channel.expiry_s} s"
    retained = "retained" if channel.retained else "not retained"
    return {
        "address": f"{ROOT}/{{district}}/{{node}}/{channel.name}",
        "description": f"{channel.carries}. Written by the {channel.writer}; "
        f"QoS {channel.qos}, {retained}, {expiry}.",
        "parameters": {key: {"$ref": f"#/components/parameters/{key}"} for key in ("district", "node")},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _names(channel)},
    }


def _operation_name(channel: Channel) -> str:
    return f"{channel.writer}_writes_{_key(channel)}"


def _operation(channel: Channel) -> dict[str, Any]:
    """As the node sees it: it sends what it writes and receives what the centre writes."""
    mqtt: dict[str, Any] = {"qos": channel.qos, "retain": channel.retained, "bindingVersion": "0.2.0"}
    if channel.expiry_s is not None:
        mqtt["messageExpiryInterval"] = channel.expiry_s
    key = _key(channel)
    return {
        "action": "send" if channel.writer == "node" else "receive",
        "channel": {"$ref": f"#/channels/{key}"},
        "messages": [{"$ref": f"#/channels/{key}/messages/{name}"} for name in _names(channel)],
        "bindings": {"mqtt": mqtt},
    }


def _message(name: str, model: type[Message]) -> dict[str, Any]:
    is_event = name in EVENTS
    return {
        "name": name,
        "summary": (model.__doc__ or "").strip().splitlines()[0],
        "contentType": TABLE["event" if is_event else "state"].content_type,
        "payload": {"$ref": f"./schema/{name}.json"},
    }


def documents() -> dict[str, str]:
    """Every exported file: where it lies under the package, and its text."""
    found = {
        f"schema/{name}.json": json.dumps(schema(model), indent=2, ensure_ascii=False) + "\n"
        for name, model in models().items()
    }
    head = "# Made by `gewu-broker schema` from broker/topics.py and the models; change those.\n"
    found["asyncapi.yaml"] = head + yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=100)
    return found


def write(out: Path = HOME) -> list[Path]:
    """Write every exported file; returns where."""
    (out / "schema").mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in documents().items():
        (out / name).write_text(text, encoding="utf-8")
        written.append(out / name)
    return written


def stale(out: Path = HOME) -> list[str]:
    """The exported files that are missing, out of date, or no longer made."""
    wanted = documents()
    there = {f"schema/{path.name}" for path in (out / "schema").glob("*.json")}
    wrong = [name for name, text in wanted.items() if not _same(out / name, text)]
    return sorted({*wrong, *(there - set(wanted))})


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
