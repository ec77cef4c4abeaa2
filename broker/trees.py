"""A free tree of JSON, such as a part of a configuration: its keys and texts pass the boundary."""

from pydantic import JsonValue
from pydantic_core import PydanticCustomError

from broker.boundary import breach


def permitted_tree(value: JsonValue) -> JsonValue:
    """The same tree. Raises PydanticCustomError where a text of it may never be written."""
    if isinstance(value, str) and (why := breach(value)) is not None:
        raise PydanticCustomError("boundary", "{why}", {"why": why})
    if isinstance(value, dict):
        for key, item in value.items():
            permitted_tree(key)
            permitted_tree(item)
    elif isinstance(value, list):
        for item in value:
            permitted_tree(item)
    return value
