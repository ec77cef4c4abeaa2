"""Pictures on the node and at the centre. `python -m tests.power.stories.pictures FOLDER`."""

import hashlib
import sys
from pathlib import Path

from central.pictures.examiner import Examined, Examiner
from central.vault import Vault
from edge.evidence import EvidenceStore
from tests.power.stories.outbox import say

HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


def picture(number: int) -> bytes:
    """Bytes that begin as a picture does."""
    return HEAD + number.to_bytes(2, "big") * 6000


class Blind(Examiner):
    """Looks at no picture: the looking happens in another process and writes nothing."""

    def examine(self, path: Path, media_type: str, *, anew: bool = False) -> Examined:
        """Fine."""
        return Examined(b"", 0, 0)


def vault_in(folder: Path) -> Vault:
    """The centre's pictures."""
    vault = Vault(folder / "vault", max_bytes=1_000_000, examiner=Blind(most_pixels=1))
    vault.prepare()
    return vault


def main(folder: Path) -> None:
    """Put three pictures on the node, and bring them to the centre; the first is let go by the node."""
    store = EvidenceStore(folder / "edge" / "evidence", max_bytes=30_000)
    vault = vault_in(folder)
    for number in range(3):
        body = picture(number)
        sha256 = hashlib.sha256(body).hexdigest()
        store.put(body)
        say(f"put {sha256}")
        reception = vault.receive(sha256, "image/jpeg")
        for first in range(0, len(body), 5000):
            reception.add(body[first : first + 5000])
        reception.keep()
        reception.close()
        say(f"kept {sha256}")
    say(f"letting-go {hashlib.sha256(picture(0)).hexdigest()}")
    store.trim({hashlib.sha256(picture(number)).hexdigest() for number in (1, 2)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
