"""Version 1 of what people at the centre ask a node, and what it answers: stills, reasons, trials.

Nothing here is kept for ever, and nothing of it decides anything: an ask that is lost is asked again. A
picture never travels in an answer; it is uploaded, masked, and named here by its sha256.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from broker.ask import Ask as Ask
from broker.events import Evidence, Reason
from broker.fields import (
    Box,
    Count,
    Identifier,
    Label,
    Message,
    Seconds,
    Sha256,
    ShortText,
    Timestamp,
    Unit,
    Word,
)
from broker.fleet import FLEET, Bundle, Found
from broker.trees import permitted_tree

MOST_PARTS = 100  # things in one answer; more of them come in several
Tree = Annotated[dict[str, JsonValue], AfterValidator(permitted_tree)]
Outline = Annotated[list[tuple[Unit, Unit]], Field(min_length=3, max_length=512)]
Sealed = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{64,4096}$")]


class Look(Ask):
    """A masked still of a source now; `for_s`: and more of them, `every_s`, for so long."""

    command: Literal["look"] = "look"
    source: Identifier
    width: Annotated[int, Field(ge=160, le=1920)] = 1280
    every_s: Annotated[float, Field(ge=0.2, le=60.0)] = 1.0
    for_s: Annotated[float, Field(ge=0.0, le=120.0)] = 0.0


class Inspect(Ask):
    """What a source is told to do, as its configuration says: zones, rules, what is left out; no secrets."""

    command: Literal["inspect"] = "inspect"
    source: Identifier


class Explain(Ask):
    """Why, and why not: every candidate that a source had in a period, and how far it came."""

    command: Literal["explain"] = "explain"
    source: Identifier
    since: Timestamp
    until: Timestamp
    most: Annotated[int, Field(ge=1, le=1000)] = 200


class Variant(Message):
    """Zones to be tried, as a configuration writes them; `ignore` likewise, what runs if not given."""

    id: Identifier
    zones: Annotated[list[Tree], Field(max_length=64)]
    ignore: Annotated[list[Outline], Field(max_length=64)] | None = None


class Backtest(Ask):
    """What each variant would have told of a period; `now`: what runs today is tried too, under that id."""

    command: Literal["backtest"] = "backtest"
    source: Identifier
    since: Timestamp
    until: Timestamp
    variants: Annotated[list[Variant], Field(max_length=16)] = []
    now: bool = True
    most: Annotated[int, Field(ge=1, le=2000)] = 500


class Film(Ask):
    """The looks of a period, at most so many, evenly thinned: boxes of things and no pictures."""

    command: Literal["film"] = "film"
    source: Identifier
    since: Timestamp
    until: Timestamp
    most: Annotated[int, Field(ge=1, le=2000)] = 600


class Discover(Ask):
    """Which cameras answer in the node's network (ONVIF, WS-Discovery)."""

    command: Literal["discover"] = "discover"
    for_s: Annotated[float, Field(ge=1.0, le=30.0)] = 5.0


class Probe(Ask):
    """Whether a source that is not configured yet gives pictures. `secret`: its password, sealed.

    `source`: as a configuration has it; `onvif` (http://HOST) in place of `url` and `kind`: the camera is
    asked where its largest stream is, and the answer's `settings` say so.
    """

    command: Literal["probe"] = "probe"
    source: Tree
    secret: Sealed | None = None


class Entrust(Ask):
    """A secret for the node to keep under a name, sealed to the key of its certificate."""

    command: Literal["entrust"] = "entrust"
    name: Identifier
    secret: Sealed


class Still(Message):
    """A masked picture that was uploaded as a still; `hidden`: how many places in it are covered."""

    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=8_000_000)]
    width: Annotated[int, Field(ge=1, le=16_384)]
    height: Annotated[int, Field(ge=1, le=16_384)]
    taken: Timestamp
    masked: Literal[True] = True
    hidden: Count = 0


class Gate(Message):
    """One step on the way to an incident, and whether the candidate passed it."""

    gate: Word
    state: Literal["passed", "stopped", "waiting", "not_reached"]
    reason: Reason


class Candidate(Message):
    """One thing at one place, for one rule of one zone; without them where it lies in no zone.

    `gates`: in the order in which they are asked. `situation`: what it became.
    """

    place: Identifier
    label: Label
    since: Timestamp
    until: Timestamp
    box: Box
    zone: Identifier | None = None
    rule: Identifier | None = None
    kind: Word | None = None
    outcome: Literal["opened", "stopped", "waiting"]
    situation: Identifier | None = None
    gates: Annotated[list[Gate], Field(max_length=16)]


class Stretch(Message):
    """A time that is different from the rest, and why: no journal, or a view that is not to be trusted."""

    since: Timestamp
    until: Timestamp
    reason: Reason


class Supposed(Message):
    """A situation that a variant would have told. `same`: the live one that it is, where there was one."""

    variant: Identifier
    situation: Identifier
    same: Identifier | None = None
    zone: Identifier
    rule: Identifier
    kind: Word
    label: Label | None = None
    since: Timestamp
    opened: Timestamp
    cleared: Timestamp | None = None
    box: Box | None = None
    observed_s: Seconds
    coverage: Unit
    reasons: Annotated[list[Reason], Field(max_length=8)] = []
    evidence: Annotated[list[Evidence], Field(max_length=4)] = []


class Tried(Message):
    """What trying one variant came to. `situations`: all of them, of which `told` are in the answers."""

    variant: Identifier
    situations: Count
    told: Count
    by_kind: dict[Word, Count] = {}
    warnings: Annotated[list[Reason], Field(max_length=16)] = []


class Trial(Message):
    """The whole backtest. `film_s`: how much time was gone through, in `seconds`."""

    tried: Annotated[list[Tried], Field(max_length=17)]
    looks: Count
    film_s: Seconds
    seconds: Seconds
    stretches: Annotated[list[Stretch], Field(max_length=MOST_PARTS)] = []


class SeenThing(Message):
    """A box of a thing in one look; `track` and `place` where it has them."""

    box: Box
    label: Label
    score: Unit
    track: Count | None = None
    place: Identifier | None = None


class SeenLook(Message):
    """One look of a film."""

    at: Timestamp
    trusted: bool = True
    things: Annotated[list[SeenThing], Field(max_length=64)] = []


class Nearby(Message):
    """A camera that answered: where it is asked (http://...), and what it says it is."""

    address: ShortText
    name: ShortText | None = None
    hardware: ShortText | None = None


class Stream(Message):
    """What a probed source gives."""

    codec: ShortText | None = None
    width: Count
    height: Count
    fps: Annotated[float, Field(ge=0.0)] | None = None
    key_s: Seconds | None = None


class Runs(Message):
    """What a source runs under. `desired`: the version of the centre's configuration, where one is applied.

    `zones`: the version of each, as events name it. `hot`: which of its settings can change while it runs.
    """

    software: ShortText
    configuration: Sha256
    desired: Identifier | None = None
    signed: bool = False
    zones: dict[Identifier, Identifier] = {}
    hot: Annotated[list[Word], Field(max_length=64)] = []


class Answer(Message):
    """One answer to an ask: `working` with `progress`, `part` with some of it, `done` with the rest.

    `number` counts the answers to one ask from 0, without holes. `refused`: it cannot be done as asked, and
    asking again does not help; `failed`: it went wrong. `settings`: of a source, as a configuration has
    them; after `entrust` those that name the secret, after `probe` what an ONVIF camera said.
    """

    id: Identifier
    number: Count
    at: Timestamp
    status: Literal["working", "part", "done", "refused", "failed"]
    progress: Unit | None = None
    reasons: Annotated[list[Reason], Field(max_length=64)] = []
    still: Still | None = None
    stream: Stream | None = None
    settings: Tree | None = None
    runs: Runs | None = None
    candidates: Annotated[list[Candidate], Field(max_length=MOST_PARTS)] | None = None
    stretches: Annotated[list[Stretch], Field(max_length=MOST_PARTS)] | None = None
    situations: Annotated[list[Supposed], Field(max_length=MOST_PARTS)] | None = None
    trial: Trial | None = None
    looks: Annotated[list[SeenLook], Field(max_length=MOST_PARTS)] | None = None
    cameras: Annotated[list[Nearby], Field(max_length=MOST_PARTS)] | None = None
    findings: Annotated[list[Found], Field(max_length=MOST_PARTS)] | None = None
    bundle: Bundle | None = None


ASKS: tuple[type[Ask], ...] = (Look, Inspect, Explain, Backtest, Film, Discover, Probe, Entrust, *FLEET)
