"""Nodes and sources as people name them in a path or a question."""

from broker.topics import Address
from central.api.problems import Problem


def node_named(said: str, where: str = "node") -> str:
    """The source of its events, of `131002/yard-7` or `gewu://131002/yard-7`. Raises Problem."""
    try:
        return Address.of(said).source
    except ValueError as error:
        raise Problem(
            422, str(error), where=where, allowed="DISTRICT/NODE, such as 131002/yard-7", code="no_node_name"
        ) from error
