"""`gewu-central revoke`."""

import argparse
import sys
from datetime import datetime, timezone

from central.commands.enroll import address, said_by
from central.identity.enrolling import NotKnown, revoke
from central.opening import open_store
from central.settings import CentralSettings

HELP = "shut a node out: its certificates, its tokens, whatever it says"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("node", type=address, metavar="DISTRICT/NODE", help="such as 131002/edge-01")
    command.add_argument("--why", required=True, type=_words, metavar="TEXT", help="up to 240 signs")


def run(settings: CentralSettings, asked: argparse.Namespace) -> int:
    """End what the node has; what it still holds can come in after it was enrolled anew.

    This needs the database alone: the authority's key may be lost or elsewhere.
    """
    store = open_store(settings)
    try:
        now = datetime.now(timezone.utc)
        ended = revoke(store, asked.node.source, by=said_by(), why=asked.why, now=now)
    except NotKnown as error:
        print(f"gewu-central: {error}; gewu-central nodes lists those that were", file=sys.stderr)
        return 1
    finally:
        store.close()
    print(f"{asked.node.source}: revoked; {ended.certificates} certificates and {ended.tokens} tokens ended")
    return 0


def _words(text: str) -> str:
    if not text.strip() or len(text) > 240 or not text.isprintable():
        raise argparse.ArgumentTypeError("1 to 240 printable signs are expected")
    return text.strip()
