"""`gewu-edge alive CONFIG`: asks the node of a configuration's storage folder whether it lives.

Loads next to nothing, for it is asked every half minute: `python -m edge.alive CONFIG` is the same without
the rest of the command line.
"""

import argparse
import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HELP = "ask the node that runs under a configuration whether it lives"
ALIVE, DEAD, WRONG = 0, 1, 2
CODES = """\
exit codes: 0 it lives; 1 it does not, or none runs there (the words say which); 2 the configuration or the
command line is wrong"""
SOCKET = "alive"
MOST_BYTES = 65536


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("config", type=Path, metavar="CONFIG", help="the YAML file that the node runs under")
    command.add_argument("--json", action="store_true", help="one JSON object in place of words")
    command.add_argument(
        "--timeout", type=float, default=5.0, metavar="S", help="wait so long for an answer (default 5)"
    )


def alive(asked: argparse.Namespace) -> int:
    """Ask, tell, and say it again as the exit code."""
    try:
        folder = storage(asked.config)
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line prints
        return WRONG
    answer = ask(folder, asked.timeout)
    lives = answer["alive"] is True
    words = json.dumps(answer) if asked.json else f"{'alive' if lives else 'not alive'}: {answer['text']}"
    print(words)  # noqa: T201
    return ALIVE if lives else DEAD


def storage(config: Path) -> Path:
    """The storage folder that a configuration names. Raises ValueError."""
    import yaml

    try:
        with config.open("rb") as file:
            found = yaml.safe_load(file)
        return config.parent / Path(found["storage"]["directory"]).expanduser()
    except OSError as error:
        raise ValueError(f"{config}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ValueError(
            f"{config}: names no storage.directory; gewu-edge check tells what is wrong"
        ) from error


def ask(folder: Path, wait_s: float) -> dict[str, Any]:
    """What the node of this folder says of itself, or what it means that none does."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, address(folder) as where:
            line.settimeout(wait_s)
            line.connect(where)
            answer: dict[str, Any] = json.loads(_all(line))
    except TimeoutError:
        return _no("no_answer", f"the node in {folder} does not answer within {wait_s:g} s")
    except (FileNotFoundError, ConnectionRefusedError):
        return _no("no_node", f"no node runs in {folder}")
    except (OSError, ValueError) as error:
        return _no("no_answer", f"the node in {folder} cannot be asked: {error}")
    return answer


def _all(line: socket.socket) -> bytes:
    found = b""
    while len(found) < MOST_BYTES and (more := line.recv(4096)):
        found += more
    return found


def _no(code: str, text: str) -> dict[str, Any]:
    return {"alive": False, "code": code, "text": text}


@contextmanager
def address(folder: Path) -> Iterator[str]:
    """The socket's name in no more than 108 bytes, however long the folder's is. Raises OSError."""
    plain = str(folder / SOCKET)
    if len(os.fsencode(plain)) < 100:
        yield plain
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


def main(argv: Sequence[str] | None = None) -> int:
    """The command by itself."""
    parser = argparse.ArgumentParser(prog="gewu-edge alive", description=HELP, epilog=CODES)
    arguments(parser)
    return alive(parser.parse_args(argv))
