"""What an operator sets about how long things are kept. `docs/retention.md` explains every key."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from typing_extensions import Self

from broker.codes import table
from broker.fields import Word
from broker.settings import Duration, Settings
from central.retention.plan import (
    DAY_S,
    LONGEST_S,
    OF_LOOSE,
    PARTS,
    USUAL,
    Limits,
    Plan,
    as_shipped,
    days_text,
    joined,
)

MOST = 200


def _bounded(seconds: float) -> float:
    if not DAY_S <= seconds <= LONGEST_S:
        allowed = f"{days_text(DAY_S)} to {days_text(LONGEST_S)}"
        raise ValueError(
            f"is {days_text(seconds)}; {allowed} are allowed (a hold keeps single tickets longer)"
        )
    return seconds


def _pattern(text: str) -> str:
    codes = [each.code.code for each in table().values()]
    if not text.endswith("*") or not any(code.startswith(text[:-1]) for code in codes):
        raise ValueError(f"no kind's code begins so; a beginning and '*' is expected, of {', '.join(codes)}")
    return text


def _outlives(said: Settings, tickets: float, name: str = "") -> None:
    """Raises ValueError for what somebody wants to keep longer than its ticket."""
    for part in PARTS[1:]:
        value = getattr(said, part)
        if part in said.model_fields_set and value is not None and value > tickets:
            text = f"{name}{part} ({days_text(value)}) would outlive their tickets ({days_text(tickets)})"
            raise ValueError(f"{text}; at most as long is allowed")


Keep = Annotated[Duration, AfterValidator(_bounded)]
Pattern = Annotated[str, Field(max_length=24), AfterValidator(_pattern)]


class LimitsSettings(Settings):
    """Of some kinds, counted from the end of a ticket; what is left out is as usual."""

    tickets: Keep | None = None
    pictures: Keep | None = None
    texts: Keep | None = None


class UsualSettings(Settings):
    """Of every kind that says nothing of its own."""

    tickets: Keep = USUAL["tickets"].seconds
    pictures: Keep = USUAL["pictures"].seconds
    texts: Keep = USUAL["texts"].seconds

    def limits(self) -> Limits:
        """The same for the decisions."""
        return joined(Limits(), {name: getattr(self, name) for name in PARTS})

    @model_validator(mode="after")
    def _within_the_ticket(self) -> Self:
        _outlives(self, self.tickets)
        return self


class PublicSettings(Settings):
    """What the public page `/register` says besides. `places`: how exactly it says where sources are."""

    shown: bool = True
    operator: Annotated[str, Field(max_length=120)] = ""
    contact: Annotated[str, Field(max_length=240)] = ""
    basis: Annotated[str, Field(max_length=500)] = ""
    places: Literal["number", "name", "exact"] = "number"


class RetentionSettings(Settings):
    """How long what is kept, and what the public is told."""

    usual: UsualSettings = UsualSettings()
    codes: Annotated[dict[Pattern, LimitsSettings], Field(max_length=MOST)] = {}
    kinds: Annotated[dict[Word, LimitsSettings], Field(max_length=MOST)] = {}
    other_events: Keep = OF_LOOSE["other_events"].seconds
    loose_pictures: Keep = OF_LOOSE["loose_pictures"].seconds
    quarantine: Keep = OF_LOOSE["quarantine"].seconds
    audit: Keep = OF_LOOSE["audit"].seconds
    identity: Keep = OF_LOOSE["identity"].seconds
    settles: Annotated[Duration, Field(ge=0, le=30 * DAY_S)] = DAY_S
    public: PublicSettings = PublicSettings()

    @field_validator("codes", "kinds")
    @classmethod
    def _within_their_tickets(
        cls, said: dict[str, LimitsSettings], info: ValidationInfo
    ) -> dict[str, LimitsSettings]:
        usual = info.data.get("usual", UsualSettings())
        for name, each in said.items():
            _outlives(each, each.tickets or usual.tickets, f"{name}: ")
        return said

    def of(self, kind: str) -> Limits:
        """What counts for a kind: what is said of it, else of its code, the longest pattern first."""
        usual = self.usual.limits()
        known = table().get(kind)
        code = known.code.code if known is not None else ""
        patterns = [text for text in sorted(self.codes, key=len) if code and code.startswith(text[:-1])]
        found = as_shipped(kind, usual)
        for each in (*(self.codes[text] for text in patterns), self.kinds.get(kind, LimitsSettings())):
            found = joined(found, {name: getattr(each, name) for name in PARTS})
        return found

    def plan(self) -> Plan:
        """The same for the decisions."""
        loose = {name: getattr(self, name) for name in OF_LOOSE}
        kinds = {kind: self.of(kind) for kind in (*table(), *self.kinds)}
        return Plan(self.usual.limits(), kinds, settles=self.settles, **loose)
