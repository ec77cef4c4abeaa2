"""How long the centre has said nothing although something waits for its word. Pure."""

from dataclasses import dataclass, field

PROBE_S = 60.0  # at least so often something goes, so that a centre that is back is found out


@dataclass
class Silence:
    """A silence is one while something waits for an answer; a node with nothing to tell hears nothing either.

    It ends with the first word after `first_s`, a wait that was in vain. What the centre never answers would
    then go with every word of a centre that is well: so as long as something waits on, the next silence has
    to be twice as long, up to `longest_s`. After that long (a minute at least) the centre is gone.
    """

    first_s: float
    longest_s: float
    _since: float = float("inf")  # until there is a connection
    _sent: float = float("inf")
    _enough: float = field(init=False)

    def __post_init__(self) -> None:
        self._enough = self.first_s

    def begin(self, now: float) -> None:
        """A new connection."""
        self._since = now
        self._sent = now
        self._enough = self.first_s

    def sent(self, now: float, *, first: bool) -> None:
        """Something went. `first`: nothing else waited for an answer."""
        self._sent = now
        if first:
            self._since = now

    def ends(self, now: float, *, waiting: int) -> bool:
        """A word of the centre came; whether it came after a silence. `waiting`: what has no answer yet."""
        ends = now - self._since >= self._enough
        self._since = now
        if not waiting:
            self._enough = self.first_s
        return ends

    def ended(self) -> None:
        """What waited goes again because of that."""
        self._enough = min(self.longest_s, 2.0 * self._enough)

    def gone(self, now: float) -> bool:
        """Whether it has lasted so long that only probes go."""
        return now - self._since >= max(PROBE_S, self.longest_s)

    def next_probe(self, now: float) -> float:
        """How long until something must go because nothing else did."""
        return max(0.0, self._sent + min(PROBE_S, self.longest_s) - now)
