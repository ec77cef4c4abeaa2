"""`gewu-broker serve`."""

import argparse
import signal
import threading
from types import FrameType

from broker.embedded import MAX_PAYLOAD, EmbeddedBroker, EmbeddedError

HELP = "run the development broker on this machine's loopback"


def arguments(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument("--host", default="127.0.0.1", help="a loopback address (default %(default)s)")
    command.add_argument("--port", type=int, default=1883, help="default %(default)s")
    command.add_argument("--max-payload", type=int, default=MAX_PAYLOAD, help="bytes (default %(default)s)")


def run(asked: argparse.Namespace) -> int:
    """Serve until told to stop."""
    stop = stopped_by_signals()
    with EmbeddedBroker(asked.host, asked.port, max_payload=asked.max_payload) as broker:
        print(f"ready: MQTT 5 at {broker.url}, for development only; nothing is kept on disk", flush=True)
        while not stop.wait(0.5):
            if not broker.running:
                raise EmbeddedError("the development broker ended by itself")
    return 0


def stopped_by_signals() -> threading.Event:
    """Set when the process is asked to end."""
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    return stop
