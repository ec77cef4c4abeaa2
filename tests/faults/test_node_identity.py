"""Enrolment and renewal, killed before every change of a file: an identity that works is left each time."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.cli import main
from edge.enrolment.folder import IdentityFolder
from edge.enrolment.renewing import Renewer
from tests.doors import Doors, doors_of
from tests.unit.test_node_identity import LATER, Broker, credentials


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """Open doors, enrolled nodes only; what a command writes where it stands lies beside them."""
    monkeypatch.chdir(tmp_path)
    with doors_of(tmp_path / "centre-of-tests") as made:
        yield made


STEPS = ("open", "os.mkdir", "os.rename", "os.replace", "os.symlink", "os.remove", "os.rmdir", "os.truncate")


def cut(n: int, work: Callable[[], object], inside: Path) -> bool:
    """Do the work in a child, killed before its n-th change of a file inside; True if it ended before."""
    child = os.fork()
    if child == 0:
        left = [n]

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            writes = event != "open" or any(sign in str(arguments[1]) for sign in "wax+")
            if event in STEPS and writes and str(inside) in str(arguments[0]):
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_kill_at_any_step_of_enrolment_and_renewal_leaves_an_identity_that_works(
    doors: Doors, tmp_path: Path
) -> None:
    folder = tmp_path / "i"
    token = doors.token().write()
    cuts = 0
    while not cut(cuts, lambda: main(["enroll", doors.url, token, "--out", str(folder)]), folder):
        cuts += 1  # the same command again, as an operator would
    assert cuts > 8
    assert credentials(doors, folder).bearer()
    doors.ahead = LATER

    def renew() -> None:
        renewer = Renewer(credentials(doors, folder), Broker().connection, time.monotonic)
        renewer.once()
        renewer.once()

    first, cuts = credentials(doors, folder).identity.held.serial, 0
    while not cut(cuts, renew, folder):
        assert credentials(doors, folder).identity.held.serial, f"after {cuts}"
        cuts += 1
    assert cuts > 8
    assert credentials(doors, folder).bearer()
    second = credentials(doors, folder).identity.held.serial
    assert second != first
    assert len(IdentityFolder(folder).others()) == 0
