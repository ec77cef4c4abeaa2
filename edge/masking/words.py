"""The arguments of `gewu-edge mask`, without what it needs to run."""

import argparse
from pathlib import Path

HELP = "mask persons, faces and plates in pictures that others took"
CODES = """\
exit codes: 0 done; 1 refused: the picture could not be read or not be masked, or the models failed;
2 the command line is wrong; 3 cannot start: a model is missing or unusable"""
MAX_BYTES, MAX_PIXELS = 20_000_000, 64_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("input", type=Path, nargs="?", metavar="IN", help="a JPEG, PNG or WebP")
    parser.add_argument("output", type=Path, nargs="?", metavar="OUT", help="where the masked JPEG goes")
    parser.add_argument(
        "--stdio",
        action="store_true",
        help="read pictures from standard input, write masked ones to standard output",
    )
    parser.add_argument("--model", default="default", metavar="NAME", help="which model finds persons")
    parser.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="where the models lie (default $GEWU_MODELS or the user's cache)",
    )
    parser.add_argument(
        "--provider", default="cpu", choices=("cpu", "cuda", "tensorrt", "openvino"), help="what runs them"
    )
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of one inference")
    for name, most, what in (("bytes", MAX_BYTES, "bytes"), ("pixels", MAX_PIXELS, "pixels")):
        parser.add_argument(
            f"--max-{name}",
            type=int,
            default=most,
            metavar="N",
            help=f"{what} of one picture (default {most})",
        )
