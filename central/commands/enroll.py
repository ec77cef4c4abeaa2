"""`gewu-central enroll`."""

import argparse
import shlex
import sys
from datetime import timedelta
from getpass import getuser

from pydantic import TypeAdapter, ValidationError

from broker.pki.errors import PkiError
from broker.pki.names import common_name
from broker.settings import Duration
from broker.topics import Address
from central.identity.enrolling import on_word_of
from central.identity.registry import NoAuthority
from central.opening import CannotStart, open_store, reach_nodes
from central.settings import CentralSettings

HELP = "make a one-time token with which a node becomes one of ours"
_DURATION: TypeAdapter[float] = TypeAdapter(Duration)
SHORTEST_S, LONGEST_S = 60.0, 30 * 86_400.0


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("node", type=address, metavar="DISTRICT/NODE", help="such as 131002/edge-01")
    command.add_argument(
        "--expires", type=life, metavar="1h", help="how long it may be used (default: nodes.token)"
    )


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """Print the token and what to do with it. Only the token goes to standard output's last line."""
    store = open_store(settings)
    try:
        nodes = reach_nodes(settings, store)
        life_s = asked.expires or settings.nodes.token
        expires = nodes.now() + timedelta(seconds=life_s)
        token = nodes.offer(asked.node, by=on_word_of(said_by()), expires=expires).write()
    except NoAuthority as error:
        raise CannotStart(str(error)) from error
    finally:
        store.close()
    say = f"one use, until {expires:%Y-%m-%d %H:%M} UTC; on the node, in the folder of its configuration:"
    print(f"{asked.node.source}: {say}", file=sys.stderr)
    print(f"  gewu-edge enroll {shlex.quote(nodes.told.centre_url)} TOKEN", file=sys.stderr)
    print(token)
    return 0


def address(text: str) -> Address:
    """DISTRICT/NODE on the command line."""
    district, _, node = text.partition("/")
    try:
        found = Address(district, node)
        common_name(found)
    except (ValueError, PkiError) as error:
        raise argparse.ArgumentTypeError(f"DISTRICT/NODE is expected: {error}") from error
    return found


def life(text: str) -> float:
    """A duration with its unit."""
    try:
        found = _DURATION.validate_python(text)
    except ValidationError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: a number with s, m, h or d is expected") from error
    if not SHORTEST_S <= found <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r}: 1m to 30d are allowed")
    return found


def said_by() -> str:
    """On whose word, as far as a command line knows."""
    try:
        return f"command line ({getuser()})"[:64]
    except (KeyError, OSError):  # an account without a name
        return "command line"
