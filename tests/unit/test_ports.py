import subprocess
import sys
from pathlib import Path

from tests.ports import EACH, free_port

SYSTEMS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_no_two_processes_are_told_the_same_port_and_none_is_the_systems_to_give() -> None:
    ours = {free_port() for _ in range(EACH)}
    other = [sys.executable, "-c", "from tests.ports import *; print(*(free_port() for _ in range(EACH)))"]
    theirs = {int(port) for port in subprocess.run(other, check=True, capture_output=True).stdout.split()}
    assert ours
    assert theirs
    assert not ours & theirs
    if SYSTEMS.exists():
        assert max(ours | theirs) < int(SYSTEMS.read_text().split()[0])
