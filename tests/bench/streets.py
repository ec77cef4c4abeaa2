"""Many simulated streets against one node and a broker: a day of hundreds of devices, and what came of it.

    python -m tests.bench.streets [--repeat 22]

Real processes: `gewu-broker serve` and `gewu-edge simulate` over configs/simulation. Nothing is judged by the
clock: exit 1 where a situation that had to come did not, or one came too much. The last line is one JSON
object; its `ratio` is the street's time over real time, the limit being that each moment is decided whole.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from tests.ports import HOST, free_port

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "simulation"


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=22, help="streets; 22 have 927 devices")
    asked = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch:
        config = _written(Path(scratch), f"mqtt://{HOST}:{port}")
        with _broker(port) as broker:
            try:
                return _played(config, asked.repeat)
            finally:
                broker.terminate()


def _written(folder: Path, url: str) -> Path:
    """The shipped node, with ports that are free here."""
    text = (CONFIG / "edge.yaml").read_text().replace("mqtt://127.0.0.1:1883", url)
    for taken in ("port: 8090", "port: 15020"):
        text = text.replace(taken, f"port: {free_port()}")
    settings = yaml.safe_load(text) | {"storage": {"directory": str(folder / "store")}}
    path = folder / "edge.yaml"
    path.write_text(json.dumps(settings))
    return path


def _broker(port: int) -> "subprocess.Popen[str]":
    command = [str(Path(sys.executable).with_name("gewu-broker")), "serve", "--port", str(port)]
    broker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert broker.stdout is not None
    for line in broker.stdout:
        if "ready" in line:
            break
    return broker


def _played(config: Path, repeat: int) -> int:
    program = str(Path(sys.executable).with_name("gewu-edge"))
    what = ["simulate", str(CONFIG / "street.yaml"), "--config", str(config), "--repeat", str(repeat)]
    done = subprocess.run([program, *what], stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="", flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
