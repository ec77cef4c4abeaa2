"""Makes the senders nodes of the centre, by the commands that an operator would use."""

import os
import subprocess
import sys
import time
from pathlib import Path

START_S = 60.0


def enrol(config: Path, url: str, node: str, identity: Path) -> None:
    """`gewu-central enroll` at a centre that runs, then `gewu-edge enroll`."""
    token = _run("central.cli", "enroll", str(config), node).splitlines()[-1]
    deadline = time.monotonic() + START_S
    while True:
        try:
            _run(
                "edge.cli",
                "enroll",
                url,
                token,
                "--out",
                str(identity),
                "--config",
                str(identity / "edge.yaml"),
            )
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            return


def _run(module: str, *words: str) -> str:
    code = f"import sys; from {module} import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    if done.returncode:
        raise RuntimeError(f"{module} {words[0]}: {done.stderr}")
    return done.stdout
