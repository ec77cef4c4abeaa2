"""What runs the networks keeps nothing about this machine and calls nobody."""

import os
import subprocess
import sys
from pathlib import Path

WORDS = """
import os
from models.providers import available
assert available()
"""


def test_the_runtime_writes_no_files_of_its_own(tmp_path: Path) -> None:
    told = ("ORT_DISABLE_TELEMETRY", "CI", "ORT_RUNNING_UNIT_TESTS", "XDG_CACHE_HOME", "PYTEST_CURRENT_TEST")
    environment = {name: value for name, value in os.environ.items() if name not in told}
    environment |= {"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", WORDS], env=environment, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
