"""`gewu-broker`: the development broker, the exported contract, Mosquitto's configuration."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from broker import exports, production
from broker.embedded import MAX_PAYLOAD, EmbeddedBroker, EmbeddedError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except (EmbeddedError, OSError) as error:
        print(f"gewu-broker: {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gewu-broker", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the development broker on this machine's loopback")
    serve.add_argument("--host", default="127.0.0.1", help="a loopback address (default %(default)s)")
    serve.add_argument("--port", type=int, default=1883, help="default %(default)s")
    serve.add_argument("--max-payload", type=int, default=MAX_PAYLOAD, help="bytes (default %(default)s)")
    serve.set_defaults(run=_serve)
    schema = commands.add_parser("schema", help="write the JSON Schemas and the AsyncAPI document")
    schema.add_argument("--out", type=Path, default=exports.HOME, help="folder (default: the package itself)")
    schema.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    schema.set_defaults(run=_schema)
    mosquitto = commands.add_parser("mosquitto", help="write Mosquitto's configuration for this machine")
    mosquitto.add_argument("--out", type=Path, required=True, help="folder")
    mosquitto.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
    mosquitto.add_argument("--port", type=int, default=1883, help="default %(default)s")
    mosquitto.set_defaults(run=_mosquitto)
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    with EmbeddedBroker(arguments.host, arguments.port, max_payload=arguments.max_payload) as broker:
        print(f"ready: MQTT 5 at {broker.url}, for development only; nothing is kept on disk", flush=True)
        while not stop.wait(0.5):
            if not broker.running:
                raise EmbeddedError("the development broker ended by itself")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    if not arguments.check:
        for path in exports.write(arguments.out):
            print(path)
        return 0
    stale = exports.stale(arguments.out)
    for name in stale:
        print(f"{name} does not match the models; run gewu-broker schema", file=sys.stderr)
    return 1 if stale else 0


def _mosquitto(arguments: argparse.Namespace) -> int:
    config = production.write(arguments.out, host=arguments.host, port=arguments.port)
    print(f"wrote {config}")
    print(f"next: mosquitto_passwd {config.parent / 'passwords'} DISTRICT/NODE   (and centre, platform)")
    print(f"then: mosquitto -c {config}")
    return 0
