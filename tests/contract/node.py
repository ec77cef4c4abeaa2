"""Runs the small Node scripts of this folder, which ask the official parsers."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def node(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one script, after installing what package-lock.json names if that was never done."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    with (HERE / "package.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # tests run in several processes, and one installation is enough
        if not (HERE / "node_modules" / ".package-lock.json").exists():
            done = subprocess.run(["npm", "ci"], cwd=HERE, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.skip(f"npm ci failed, no registry within reach? {done.stderr[-300:]}")
    return subprocess.run(["node", script, *arguments], cwd=HERE, capture_output=True, text=True, check=False)
