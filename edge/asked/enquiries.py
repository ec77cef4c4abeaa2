"""All of a node that serves people who look at it from the centre: their asks, and stills now and then."""

from collections.abc import Callable

from broker.asks import Answer, Ask
from broker.pki.keys import private_key
from broker.sealing import unseal
from broker.topics import Address
from edge.asked.beforehand import Beforehand
from edge.asked.desk import Desk
from edge.asked.itself import Itself
from edge.asked.room import Room, Unseal
from edge.centre_door import CentralSettings, CentreDoor
from edge.desired.turning import Turning
from edge.enrolment.credentials import Credentials
from edge.lasting import Lasting
from edge.stills.round import StillsRound
from edge.stills.sending import Sender


class Enquiries:
    """`start`, then `stop`; `take` from any thread.

    say: publishes an answer; False when it cannot be done now.
    """

    def __init__(
        self,
        turning: Turning,
        lasting: Lasting,
        central: CentralSettings | None,
        proof: Credentials | None,
        say: Callable[[Answer], bool],
        itself: Itself | None = None,
    ) -> None:
        self._door = CentreDoor(central, proof)
        sender = Sender(self._door, lasting.outbox.address.name)
        clock = lasting.source_clock
        watching = turning.now
        own = None if proof is None else _unsealing(proof, lasting.outbox.address)
        room = Room(
            watching,
            turning.version,
            lasting.folder,
            clock,
            sender,
            own,
            lasting.software,
            itself=itself,
            door=self._door,
            node=lasting.outbox.address.name,
        )
        self._desk = Desk(room, say, lasting.clocks.utc)
        self._round = StillsRound(watching, sender, clock)
        self._beforehand = Beforehand(lambda: room.journal)

    def start(self) -> None:
        """Raises OSError when central.ca_file cannot be used."""
        self._door.open()
        self._round.start()
        self._beforehand.start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._desk.stop()
        self._round.stop()
        self._beforehand.stop()
        self._door.close()

    def take(self, command: str, ask: Ask) -> None:
        """What somebody asks."""
        self._desk.take(command, ask)


def _unsealing(proof: Credentials, address: Address) -> Unseal:
    """With the key of the certificate that is in force by then."""

    def opened(sealed: str, name: str) -> bytes:
        return unseal(sealed, private_key(proof.identity.key_pem), address.name, name)

    return opened
