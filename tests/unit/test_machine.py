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


# Sixteen threads at once, each with memory of its own; and how many arenas there are then.
ARENAS = """
import ctypes, sys, threading
from edge import machine
said = machine.few_arenas() if sys.argv[1] == "few" else None
met = threading.Barrier(16)

def work():
    held = [bytearray(2000) for _ in range(200)]
    met.wait()

threads = [threading.Thread(target=work) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
C = ctypes.CDLL(None)
C.malloc_info(0, ctypes.c_void_p.in_dll(C, "stdout"))
C.fflush(None)
print(said)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="arenas are those of glibc")
def test_threads_share_two_arenas() -> None:
    told = {}
    for how in ("usual", "few"):
        ran = subprocess.run([sys.executable, "-c", ARENAS, how], capture_output=True, text=True, check=True)
        told[how] = ran.stdout.count("<heap nr=")
    if "True" not in ran.stdout:
        pytest.skip("this C library has no mallopt")
    assert told["few"] <= 2
    assert told["usual"] > 2


def test_a_machine_whose_c_library_cannot_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert (machine.give_back(), machine.few_arenas()) == (False, False)
