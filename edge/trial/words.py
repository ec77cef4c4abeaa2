"""The words of `gewu-edge trial` and `gewu-edge why`."""

import argparse
from pathlib import Path
from typing import Final

TRIAL: Final = "what other zones would have told of the last days, by the journal"
WHY: Final = "why something was told or not: every thing at a camera, gate by gate"
CODES: Final = """\
exit codes: 0 done; 1 the journal cannot be read; 2 the configuration, the zones or the command line is wrong
(every fault is printed); 3 cannot start"""


def trial(parser: argparse.ArgumentParser) -> None:
    """Add what `trial` takes."""
    _common(parser)
    parser.add_argument(
        "--zones",
        type=Path,
        action="append",
        default=[],
        metavar="DRAFT.yaml",
        help="zones to be tried, `zones:` as in a configuration; may be given up to 16 times",
    )
    parser.add_argument("--from", metavar="TIME", help="the first moment, 2026-03-01T08:00:00Z; 7 days ago")
    parser.add_argument("--until", metavar="TIME", help="the last moment; now")
    parser.add_argument("--most", type=int, default=500, metavar="N", help="situations that are listed")


def why(parser: argparse.ArgumentParser) -> None:
    """Add what `why` takes."""
    _common(parser)
    parser.add_argument("--at", metavar="TIME", required=True, help="the moment, 2026-03-01T08:00:00Z")
    parser.add_argument("--within", default="10m", metavar="DURATION", help="so long before it; 10m")
    parser.add_argument("--most", type=int, default=200, metavar="N", help="things that are listed")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file")
    parser.add_argument("--camera", metavar="ID", required=True, help="the source")
    parser.add_argument("--journal", type=Path, metavar="DIR", help="a copy; unset: the node's own")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
