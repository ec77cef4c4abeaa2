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
        script, config = _written(Path(scratch), f"mqtt://{HOST}:{port}")
        with _broker(port) as broker:
            try:
                return _played(script, config, asked.repeat)
            finally:
                broker.terminate()


def _written(folder: Path, url: str) -> tuple[Path, Path]:
    """The shipped street and its node, with ports that are free here."""
    script, node = ((CONFIG / name).read_text() for name in ("street.yaml", "edge.yaml"))
    for taken in ("port: 8090", "port: 15020"):
        free = f"port: {free_port()}"
        script, node = script.replace(taken, free), node.replace(taken, free)
    settings = yaml.safe_load(node.replace("mqtt://127.0.0.1:1883", url))
    paths = folder / "street.yaml", folder / "edge.yaml"
    paths[0].write_text(script)
    paths[1].write_text(json.dumps(settings | {"storage": {"directory": str(folder / "store")}}))
    return paths


def _broker(port: int) -> "subprocess.Popen[str]":
    command = [str(Path(sys.executable).with_name("gewu-broker")), "serve", "--port", str(port)]
    broker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert broker.stdout is not None
    for line in broker.stdout:
        if "ready" in line:
            break
    return broker


def _played(script: Path, config: Path, repeat: int) -> int:
    program = str(Path(sys.executable).with_name("gewu-edge"))
    what = ["simulate", str(script), "--config", str(config), "--repeat", str(repeat)]
    done = subprocess.run([program, *what], stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="", flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
