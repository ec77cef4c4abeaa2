"""What may be asked of many nodes at once, and how carefully. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from broker.ask import Ask
from broker.fleet import Diagnose, Examine, Renew, Reread, Restart, Tidy

Deed = Literal["examine", "diagnose", "reread", "restart", "renew", "tidy"]
DEEDS: tuple[Deed, ...] = get_args(Deed)


@dataclass(frozen=True, slots=True)
class Care:
    """`at_once`: nodes that are asked together, unless people say otherwise. `seen`: believed once the node
    tells of a new run. `reads`: nothing changes at the node."""

    model: type[Ask]
    at_once: int
    seen: bool = False
    reads: bool = False


TABLE: Mapping[Deed, Care] = MappingProxyType(
    {
        "examine": Care(Examine, 10, reads=True),
        "diagnose": Care(Diagnose, 5, reads=True),
        "reread": Care(Reread, 5),
        "restart": Care(Restart, 1, seen=True),
        "renew": Care(Renew, 5),
        "tidy": Care(Tidy, 10),
    }
)
