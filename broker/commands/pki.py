"""`gewu-broker pki`."""

import argparse
from datetime import datetime, timezone
from pathlib import Path

from broker.access import SERVICES
from broker.pki import certificates
from broker.pki.authority import SERVICE_DAYS, Authority, init
from broker.pki.errors import PkiError
from broker.pki.keys import PRIVATE, PUBLIC, write_over
from broker.pki.revocations import entries

HELP = "make the certificate authority and certificates of services"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its own commands."""
    commands = command.add_subparsers(required=True, metavar="COMMAND")
    first = _command(commands, "init", "make an authority in a new folder", _init)
    first.add_argument("--name", default="Gewu", help="what its certificates call it (default %(default)s)")
    server = _command(
        commands, "server", "make key and certificate of the broker, the centre or a platform", _server
    )
    server.add_argument("name", metavar="NAME", help="broker, centre, platform or another word")
    server.add_argument(
        "--host", action="append", default=[], help="name or address it is reached by; repeatable"
    )
    server.add_argument("--days", type=int, default=SERVICE_DAYS, help="default %(default)s")
    server.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where they are written")
    _command(commands, "show", "say who the certificates of a folder are for, and until when", _show)


def run(asked: argparse.Namespace) -> int:
    """Do what was asked of it."""
    code: int = asked.act(asked)
    return code


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: str, act: object
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=words)
    command.add_argument("folder", type=Path, metavar="DIR", help="the authority's folder")
    command.set_defaults(act=act)
    return command


def _init(asked: argparse.Namespace) -> int:
    init(asked.folder, now=_now(), name=asked.name)
    print(f"made the authority in {asked.folder}")
    print(f"next: move {asked.folder / 'root.key'} to where nobody is; only a new issuing authority needs it")
    return 0


def _server(asked: argparse.Namespace) -> int:
    authority = Authority.open(asked.folder)
    made = authority.server(
        asked.name, asked.host, now=_now(), days=asked.days, client=asked.name in SERVICES
    )
    asked.out.mkdir(parents=True, exist_ok=True)
    write_over(asked.out / f"{asked.name}.key", made.key_pem, PRIVATE)
    write_over(asked.out / f"{asked.name}.pem", made.issued.chain_pem, PUBLIC)
    write_over(asked.out / "ca.pem", authority.ca_pem, PUBLIC)
    # It lasts as long as the certificate it comes with; the guard brings others before that.
    crl = authority.crl(entries(asked.out / "crl.pem"), now=_now(), days=asked.days)
    write_over(asked.out / "crl.pem", crl, PUBLIC)
    print(f"wrote {asked.name}.pem, {asked.name}.key and ca.pem into {asked.out}")
    print(f"{asked.name} until {made.issued.not_after:%Y-%m-%d}, serial {made.issued.serial_hex}")
    return 0


def _show(asked: argparse.Namespace) -> int:
    found = [path for path in sorted(asked.folder.glob("*.pem")) if path.name not in ("ca.pem", "crl.pem")]
    if not found:
        raise PkiError(f"{asked.folder}: holds no certificate; *.pem is looked for")
    for path in found:
        about = certificates.issued(certificates.read(path.read_bytes(), str(path))[0])
        left = (about.not_after - _now()).days
        until = f"until {about.not_after:%Y-%m-%d} ({left} days)"
        print(f"{path.name}: {about.name}, {until}, serial {about.serial_hex}")
    return 0


def _now() -> datetime:
    return datetime.now(timezone.utc)
