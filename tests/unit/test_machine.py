"""What is freed goes back to the machine, though what lies between it stays."""

import ctypes
import subprocess
import sys

import pytest

from edge import machine

# Sixty megabytes in pieces, of which every five hundredth stays: the C library keeps all of it.
PIECES = """
from edge import machine
pieces = [bytes(1000) for _ in range(60_000)]
pieces[:] = pieces[::500]
before = machine.memory()
print(machine.give_back(), before - machine.memory())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is told by Linux")
def test_memory_that_was_freed_goes_back() -> None:
    ran = subprocess.run([sys.executable, "-c", PIECES], capture_output=True, text=True, check=True)
    gave, less = ran.stdout.split()
    if gave == "False":
        pytest.skip("this C library has no malloc_trim")
    assert int(less) > 40e6


def test_a_machine_whose_c_library_cannot_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert machine.give_back() is False
