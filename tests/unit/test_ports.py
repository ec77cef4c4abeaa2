import subprocess
import sys
from pathlib import Path

from tests.ports import EACH, free_port

SYSTEMS = Path("/proc/sys/net/ipv4/ip_local_port_range")
TOGETHER = """
import threading
from tests.ports import EACH, free_port
begin, told = threading.Barrier(16), []
def ask():
    begin.wait()
    told.append(free_port())
threads = [threading.Thread(target=ask) for _ in range(16)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(len(set(told)), max(told) - min(told) < EACH)
"""


def test_no_two_processes_are_told_the_same_port_and_none_is_the_systems_to_give() -> None:
    ours = {free_port() for _ in range(EACH)}
    other = [sys.executable, "-c", "from tests.ports import *; print(*(free_port() for _ in range(EACH)))"]
    theirs = {int(port) for port in subprocess.run(other, check=True, capture_output=True).stdout.split()}
    assert ours
    assert theirs
    assert not ours & theirs
    if SYSTEMS.exists():
        assert max(ours | theirs) < int(SYSTEMS.read_text().split()[0])


def test_threads_that_ask_first_and_together_share_one_block() -> None:
    """A second block's socket would be nobody's, and be told of as a warning in some other test."""
    for _ in range(5):
        command = [sys.executable, "-c", TOGETHER]
        assert subprocess.run(command, check=True, capture_output=True).stdout == b"16 True\n"
