"""What a page sends to ask a node: each command as the contract has it, without what the centre adds."""

from typing import Annotated, Any, Union

from pydantic import AfterValidator, BaseModel, Field, JsonValue, SecretStr, create_model

from broker.asks import (
    ASKS,
    Ask,
    Candidate,
    Nearby,
    Runs,
    SeenLook,
    Still,
    Stream,
    Stretch,
    Supposed,
    Trial,
)
from broker.fields import Timestamp
from broker.fleet import Bundle, Found
from broker.parts import Reason
from broker.topics import Address
from central.api.signin import Asked as Body
from central.asking.judging import Status


def node_source(given: str) -> str:
    """The CloudEvents source of DISTRICT/NODE, or of itself. Raises ValueError."""
    return Address.of(given).source


Node = Annotated[str, Field(max_length=96, examples=["131002/yard-7"]), AfterValidator(node_source)]
PlainSecret = Annotated[SecretStr, Field(min_length=1, max_length=1024)]
ADDED = ("id", "expires")  # by the centre


class AskWanted(Body):
    """What every ask says."""

    node: Node


def _wanted(model: type[Ask]) -> type[AskWanted]:
    fields: dict[str, Any] = {
        name: (info.annotation, info) for name, info in model.model_fields.items() if name not in ADDED
    }
    if (secret := fields.get("secret")) is not None:
        fields["secret"] = (PlainSecret, ...) if secret[1].is_required() else (PlainSecret | None, None)
    made: type[AskWanted] = create_model(
        f"{model.__name__}Asked", __base__=AskWanted, __doc__=model.__doc__, **fields
    )
    return made


MODELS: dict[str, type[AskWanted]] = {
    str(model.model_fields["command"].default): _wanted(model) for model in ASKS
}
AskAsked: Any = Annotated[Union[tuple(MODELS.values())], Field(discriminator="command")]  # noqa: UP007


class AskMade(BaseModel):
    """An ask on its way. `expires`: nobody waits for an answer after this."""

    id: str
    expires: Timestamp


class AskResult(BaseModel):
    """What the answers so far amount to, by the command. Stills are fetched by their sha256."""

    stills: list[Still] | None = None
    stream: Stream | None = None
    settings: dict[str, JsonValue] | None = None
    runs: Runs | None = None
    candidates: list[Candidate] | None = None
    stretches: list[Stretch] | None = None
    situations: list[Supposed] | None = None
    trial: Trial | None = None
    looks: list[SeenLook] | None = None
    cameras: list[Nearby] | None = None
    findings: list[Found] | None = None
    bundle: Bundle | None = None


class AskAnswer(BaseModel):
    """An ask as it stands. `parts`: how many answers have come; `after=` that gives what came since."""

    id: str
    node: str
    command: str
    source: str | None
    asked: Timestamp
    expires: Timestamp
    status: Status
    progress: float | None
    parts: int
    reasons: list[Reason]
    result: AskResult
