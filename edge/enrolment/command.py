"""`gewu-edge enroll`: make this machine a node of a centre."""

import argparse
import ssl
import sys
from importlib.metadata import version
from pathlib import Path

import httpx

from broker.enrolment import Enrolment, EnrolmentToken
from broker.outside import this_machine
from broker.pki.signing import csr
from broker.wholefile import write_whole
from edge.enrolment.centre import KEY_KNOWN, CentreDoors, Turned, Unanswered, pinned, trust
from edge.enrolment.folder import IdentityError, IdentityFolder

HELP = "make this machine a node of a centre, with a one-time token of gewu-central enroll"
DONE, REFUSED, WRONG, CANNOT = 0, 1, 2, 3
FROM_INPUT = "-"
CODES = """\
exit codes: 0 done; 1 the centre said no; 2 the command line is wrong; 3 the centre cannot be reached, or the
folder cannot be used"""


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("url", metavar="URL", help="where the centre is, such as https://centre.example.org")
    command.add_argument(
        "token",
        metavar="TOKEN",
        help="as gewu-central enroll printed it; - reads it from a line of standard input",
    )
    command.add_argument(
        "--out", type=Path, default=Path("identity"), metavar="DIR", help="default: identity"
    )
    command.add_argument("--ca", type=Path, metavar="FILE", help="whose certificates of web servers to trust")
    command.add_argument(
        "--config",
        type=Path,
        default=Path("edge.yaml"),
        metavar="FILE",
        help="where the first configuration goes, if there is none (default: edge.yaml)",
    )
    command.add_argument(
        "--insecure",
        action="store_true",
        help="allow http:// beyond this machine: anyone on the way can take the token",
    )


def enroll(asked: argparse.Namespace) -> int:
    """Ask, keep what comes, say what is next."""
    try:
        typed = sys.stdin.readline() if asked.token == FROM_INPUT else asked.token
        token = EnrolmentToken.read(typed)
        _fit(asked.url, insecure=asked.insecure)
    except ValueError as error:
        return _fail(str(error), WRONG)
    folder = IdentityFolder(asked.out)
    try:
        answer = _enrol(asked, token, folder)
        wrote = _first_configuration(asked.config, asked.out, answer)
    except (Turned, IdentityError) as error:
        return _fail(str(error), REFUSED)
    except (Unanswered, OSError) as error:
        return _fail(str(error), CANNOT)
    _say(asked, answer, wrote=wrote)
    return DONE


def _fit(url: str, *, insecure: bool) -> None:
    """Raises ValueError for a URL that the token must not be sent to."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"URL: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.host or parts.userinfo or parts.query:
        raise ValueError("URL: http:// or https:// and a host are expected, without credentials and query")
    if parts.scheme == "http" and not this_machine(parts.host) and not insecure:
        raise ValueError(
            f"URL: http://{parts.host} is not encrypted, and anyone on the way could take the token; "
            "https:// is allowed, http:// to this machine, or --insecure"
        )


def _enrol(asked: argparse.Namespace, token: EnrolmentToken, folder: IdentityFolder) -> Enrolment:
    """Raises Turned, Unanswered, IdentityError or OSError."""
    context = trust(asked.url, asked.ca, _authority(asked, token))
    with CentreDoors(asked.url, context) as doors:
        ca_pem = pinned(doors, token.authority)
        try:
            return _keep(doors, token, folder, ca_pem)
        except Turned as error:
            if error.status != KEY_KNOWN:
                raise
        folder.forget_pending()  # an answer to an earlier token was lost
        return _keep(doors, token, folder, ca_pem)


def _authority(asked: argparse.Namespace, token: EnrolmentToken) -> bytes | None:
    """The pinned authority, which may also vouch for the centre's web server. Asked without trust: nothing
    secret goes there, and the answer must be the one that the token names."""
    if not asked.url.startswith("https:") or asked.ca is not None:
        return None
    with CentreDoors(asked.url, _anybody()) as doors:
        return pinned(doors, token.authority)


def _anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _keep(doors: CentreDoors, token: EnrolmentToken, folder: IdentityFolder, ca_pem: bytes) -> Enrolment:
    key_pem = folder.pending()
    answer = doors.enrol(token.secret, csr(key_pem, token.address), f"gewu-{version('gewu')}")
    if answer.address != token.address or answer.ca.encode() != ca_pem:
        raise IdentityError("the centre's answer is for another node or authority than the token's")
    folder.keep(answer, key_pem)
    folder.switch(answer.serial)
    folder.settle()
    return answer


def _first_configuration(path: Path, out: Path, answer: Enrolment) -> bool:
    """Only where there is none: what an operator wrote is never replaced.

    Where the centre has none either, one that waits for the centre to say what is watched.
    """
    if path.exists():
        return False
    text = answer.configuration if answer.configuration is not None else _waiting(out, answer)
    write_whole(path, text.encode(), mode=0o640)
    return True


def _waiting(out: Path, answer: Enrolment) -> str:
    said = "# Made by gewu-edge enroll. What is watched is said in the centre's console, or here."
    lines = [line.removeprefix("  ") for line in _needed(out, answer)]
    return "\n".join([said, *lines, "storage: { directory: var/edge }", ""])


def _say(asked: argparse.Namespace, answer: Enrolment, *, wrote: bool) -> None:
    until = f"{answer.certificate_until:%Y-%m-%d}"
    told = [f"{answer.node}: enrolled until {until}, renewed by itself; the key stays in {asked.out}"]
    if wrote:
        told.append(f"wrote {asked.config}; next: gewu-edge run {asked.config}")
    else:
        told += ["the node's configuration needs:", *_needed(asked.out, answer)]
    print("\n".join(told))  # noqa: T201 - a command line prints


def _needed(out: Path, answer: Enrolment) -> list[str]:
    district, node = answer.node.split("/")
    return [
        f'  node: {{ district: "{district}", id: {node} }}',
        f"  identity: {{ directory: {out.resolve()} }}",
        f"  broker: {{ url: {answer.broker_url} }}",
        f"  central: {{ url: {answer.centre_url} }}",
    ]


def _fail(why: str, code: int) -> int:
    print(f"gewu-edge enroll: {why}", file=sys.stderr)  # noqa: T201
    return code
