"""The arguments of `gewu-edge onvif`, without what it needs to run."""

import argparse
from pathlib import Path

HELP = "find other people's cameras, and draft a source for one"
CODES = """\
exit codes: 0 done; 1 no device answered, or it refused; 2 the command line is wrong; 3 cannot start: a file
cannot be read, or the network cannot be used"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("host", nargs="?", metavar="HOST", help="the camera's name or address")
    parser.add_argument(
        "--discover", action="store_true", help="ask who is there: everybody on this network, or HOST alone"
    )
    parser.add_argument("--port", type=int, metavar="N", help="of HOST (default 80, 443 with --tls)")
    parser.add_argument("--tls", action="store_true", help="ask over HTTPS")
    parser.add_argument("--user", metavar="NAME", help="a user of the camera that may see, no more")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="holds the user's password")
    parser.add_argument("--seconds", type=float, default=3.0, metavar="N", help="for each answer (default 3)")
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")
