"""`gewu-broker emqx`."""

import argparse
from datetime import datetime, timezone
from pathlib import Path

from broker import production
from broker.commands.guard import source
from broker.pki.revocations import checked

HELP = "write EMQX's configuration and access rules"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--out", type=Path, required=True, help="folder")
    command.add_argument(
        "--pki",
        type=Path,
        required=True,
        metavar="DIR",
        help="what gewu-broker pki server wrote for the broker",
    )
    command.add_argument("--tls-host", metavar="HOST", help="address for nodes (default: every one)")
    command.add_argument("--tls-port", type=int, default=8883, help="default %(default)s")
    command.add_argument("--services", metavar="HOST", help="address for the centre and platforms")
    command.add_argument("--services-port", type=int, default=8884, help="default %(default)s")
    command.add_argument("--list", metavar="URL|DIR", help="what is revoked, as for gewu-broker guard")


def run(asked: argparse.Namespace) -> int:
    """Write them and say what comes next."""
    tls = production.Tls(asked.pki, asked.tls_host, asked.tls_port, asked.services, asked.services_port)
    config = production.write_emqx(asked.out, tls, denied=_denied(asked))
    print(f"wrote {config} and {config.parent / 'acl.conf'}")
    print("next: put the lines of emqx.conf into etc/emqx.conf, and start EMQX")
    return 0


def _denied(asked: argparse.Namespace) -> frozenset[str]:
    if asked.list is None:
        return frozenset()
    ca = asked.pki / "ca.pem"
    return checked(*source(asked.list, ca)(), ca.read_bytes(), now=datetime.now(timezone.utc)).names
