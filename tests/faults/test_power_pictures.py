"""Pictures on the node and at the centre, where the power is cut at every step of keeping them."""

import hashlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from central.pictures.examiner import Examined, Examiner
from central.vault import Vault
from edge.evidence import EvidenceStore
from tests.faults.power import Disk, Step, laid_out, steps, watched

HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"  # begins as a picture does
STORY = "import sys; from tests.faults.test_power_pictures import live; live(sys.argv[1])"
NUMBER = 3


class Blind(Examiner):
    """Looks at no picture: the looking happens in another process and writes nothing."""

    def examine(self, path: Path, media_type: str, *, anew: bool = False) -> Examined:
        """Fine."""
        return Examined(None, None, b"")


def picture(number: int) -> bytes:
    """Its bytes."""
    return HEAD + number.to_bytes(2, "big") * 6000


NAMES = [hashlib.sha256(picture(number)).hexdigest() for number in range(NUMBER)]


def stores(folder: Path) -> tuple[EvidenceStore, Vault]:
    """The node's pictures and the centre's."""
    vault = Vault(folder / "vault", max_bytes=1_000_000, examiner=Blind(most_pixels=1))
    vault.prepare()
    return EvidenceStore(folder / "edge" / "evidence", max_bytes=30_000), vault


def live(folder: str) -> None:
    """Put pictures on the node, bring them to the centre, let the first go. What is promised is said."""
    store, vault = stores(Path(folder))
    with (Path(folder) / "said").open("a", buffering=1) as say:
        for number, name in enumerate(NAMES):
            store.put(picture(number))
            say.write(f"put {name}\n")
            reception = vault.receive(name, "image/jpeg")
            for first in range(0, len(picture(number)), 5000):
                reception.add(picture(number)[first : first + 5000])
            reception.keep()
            reception.close()
            say.write(f"kept {name}\n")
        say.write(f"letting-go {NAMES[0]}\n")
        store.trim(set(NAMES[1:]))


def test_a_picture_that_was_taken_is_there_whole_wherever_the_power_is_cut(tmp_path: Path) -> None:
    lived, record = tmp_path / "lived", tmp_path / "record"
    lived.mkdir()
    command = watched([sys.executable, "-c", STORY, str(lived)], record)
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    done = steps(record, lived)
    assert sum(step.act == "sync" for step in done) > 3 * NUMBER
    for where, image, said in cuts(done, str(lived / "said")):
        with tempfile.TemporaryDirectory() as left:
            laid_out(image, lived, Path(left))
            check(Path(left), said, where)


def cuts(done: list[Step], words: str) -> Iterator[tuple[str, dict[str, bytes], str]]:
    """After every step: where, the files left, what had been said. Words are taken back by no cut."""
    disk, chance, said = Disk(), random.Random(1), b""  # noqa: S311 - no secret depends on it
    for number, step in enumerate(done):
        if step.path == words:
            said += step.data
            continue
        disk.do(step)
        where = f"cut after step {number} ({step.act} {Path(step.path).name[:12]})"
        yield f"{where}, least", disk.least(), said.decode()
        for _ in range(3):
            yield f"{where}, some", disk.some(chance), said.decode()
        yield f"{where}, most", disk.most(), said.decode()


def check(folder: Path, said: str, where: str) -> None:
    """What was promised is whole; nothing lies under a name that its bytes do not have."""
    promised = [line.split() for line in said.splitlines()]
    store, vault = stores(folder)
    let_go = {name for word, name in promised if word == "letting-go"}
    for word, name in promised:
        if word == "put" and name not in let_go:
            assert store.get(name) is not None, f"{where}: the node's picture is gone"
        if word == "kept":
            assert vault.path(name).is_file(), f"{where}: the centre's picture is gone"
    for path in (folder / "vault").rglob("*"):
        if path.is_file() and len(path.name) == 64:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name, f"{where}: a picture in part"
