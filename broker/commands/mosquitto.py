"""`gewu-broker mosquitto`."""

import argparse
from pathlib import Path

from broker import production
from broker.pki.errors import PkiError

HELP = "write Mosquitto's configuration for this machine"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--out", type=Path, required=True, help="folder")
    command.add_argument(
        "--host", default="127.0.0.1", help="where passwords are taken (default %(default)s)"
    )
    command.add_argument("--port", type=int, default=1883, help="default %(default)s")
    command.add_argument("--tls", action="store_true", help="nodes come in over TLS with a certificate")
    command.add_argument(
        "--pki", type=Path, metavar="DIR", help="what gewu-broker pki server wrote for the broker"
    )
    command.add_argument("--tls-host", metavar="HOST", help="address for nodes (default: every one)")
    command.add_argument("--tls-port", type=int, default=8883, help="default %(default)s")
    command.add_argument("--services", metavar="HOST", help="address for the centre and platforms over TLS")
    command.add_argument("--services-port", type=int, default=8884, help="default %(default)s")
    command.add_argument("--no-passwords", action="store_true", help="TLS alone, no listener for passwords")
    command.add_argument(
        "--log-denied", action="store_true", help="log every refused message (and with it every other one)"
    )


def run(asked: argparse.Namespace) -> int:
    """Write it and say what comes next."""
    tls = _tls(asked)
    if asked.no_passwords and tls is None:
        raise PkiError("--no-passwords needs --tls; nobody could come in")
    port = None if asked.no_passwords else asked.port
    config = production.write(asked.out, host=asked.host, port=port, tls=tls, log_denied=asked.log_denied)
    print(f"wrote {config}")
    if port is not None:
        print(f"next: mosquitto_passwd {config.parent / 'passwords'} DISTRICT/NODE   (and centre, platform)")
    print(f"then: mosquitto -c {config}")
    if tls is not None:
        print(f"and beside it: gewu-broker guard --mosquitto {config.parent} --list https://CENTRE")
    return 0


def _tls(asked: argparse.Namespace) -> production.Tls | None:
    if not asked.tls:
        return None
    if asked.pki is None:
        raise PkiError(
            "--tls needs --pki DIR; gewu-broker pki server CA broker --host HOST --out DIR makes it"
        )
    return production.Tls(asked.pki, asked.tls_host, asked.tls_port, asked.services, asked.services_port)
