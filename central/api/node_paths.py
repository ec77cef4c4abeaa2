"""Nodes and their sources in paths: .../{district}/{node}/{source}."""

from typing import Annotated

from fastapi import Depends, Path

from broker.topics import Address
from central.api.problems import Problem

District = Annotated[str, Path(pattern="^[0-9]{6}$")]
PathName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


def node_here(district: District, node: PathName) -> str:
    """The CloudEvents source of the node that a path names. Raises Problem."""
    try:
        return Address(district, node).source
    except ValueError as error:
        raise Problem(422, str(error), where="path.node", code="no_node_name") from error


NodeHere = Annotated[str, Depends(node_here)]
