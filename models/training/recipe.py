"""How a model is trained further. The defaults are for few pictures: little is changed, and not for long."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from models.errors import ModelError

Learn = Literal["own", "new", "head", "all"]
LEARNS: dict[Learn, str] = {
    "own": "a head of their own for the marked labels, all else as it was",
    "new": "only the new labels learn, all else frozen",
    "head": "backbone frozen",
    "all": "all layers learn",
}
RATES: dict[Learn, float] = {"own": 0.002, "new": 0.01, "head": 0.002, "all": 0.0005}
KEEPS: frozenset[Learn] = frozenset({"own", "new"})  # what it knew before, as it was


@dataclass(frozen=True, slots=True)
class Recipe:
    """learn: `own`: a second head that knows the marked labels alone; `new`: only what tells the new labels;
    `head`: all but the backbone; `all`. patience: epochs without a better one until it ends. rate: None: as
    it suits what learns.

    sure: from which score on what the model saw before is kept as truth, so that it does not forget.
    """

    epochs: int = 60
    patience: int = 12
    learn: Learn = "own"
    size: int = 640
    batch: int = 8
    rate: float | None = None
    sure: float = 0.4
    seed: int = 1
    device: str = "cpu"
    threads: int = 1

    def checked(self) -> "Recipe":
        """Raises ModelError, a line for each fault."""
        told = (
            (1 <= self.epochs <= 1000, f"--epochs {self.epochs}: 1 to 1000 are allowed"),
            (1 <= self.patience <= 1000, f"--patience {self.patience}: 1 to 1000 are allowed"),
            (
                self.size % 32 == 0 and 64 <= self.size <= 2048,
                f"--size {self.size}: multiples of 32 up to 2048",
            ),
            (1 <= self.batch <= 256, f"--batch {self.batch}: 1 to 256 are allowed"),
            (0 < self.pace <= 0.1, f"--rate {self.pace:g}: more than 0, up to 0.1"),
            (0 < self.sure <= 1, f"--sure {self.sure:g}: more than 0, up to 1"),
            (1 <= self.threads <= 64, f"--threads {self.threads}: 1 to 64 are allowed"),
        )
        if faults := [text for good, text in told if not good]:
            raise ModelError("\n".join(faults))
        return self

    @property
    def pace(self) -> float:
        """The rate of learning."""
        return RATES[self.learn] if self.rate is None else self.rate

    def order(self) -> dict[str, Any]:
        """For the process that trains."""
        return asdict(self) | {"rate": self.pace}

    def words(self) -> str:
        """For a card."""
        return (
            f"{LEARNS[self.learn]}, at most {self.epochs} epochs, early stop after {self.patience}, "
            f"{self.size} px, batch {self.batch}, rate {self.pace:g}, seed {self.seed}"
        )
