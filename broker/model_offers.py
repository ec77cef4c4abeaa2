"""Models that the centre has for its nodes: what it tells of one, and where a node fetches it."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from broker.fields import LARGEST, Message, Sha256

NAME: Final = r"^[a-z][a-z0-9_]{0,47}$"
FULL_NAME: Final = r"^[a-z][a-z0-9_]{0,47}(@[1-9][0-9]{0,15})?$"
OFFERS: Final = "/api/nodes/self/models"  # /NAME or /NAME@VERSION: what there is; /NAME@VERSION/bundle: it
MEDIA_TYPE: Final = "application/vnd.gewu.model+zip"
CARD, NETWORK, SIGNATURE, LICENCE = "card.json", "model.onnx", "bundle.sig", "LICENSE"
CARD_BYTES, BESIDE_BYTES = 1_000_000, 1_000_000  # of a card; of a signature or a licence

ModelName = Annotated[str, Field(pattern=NAME)]
FullName = Annotated[str, Field(pattern=FULL_NAME)]
Version = Annotated[int, Field(ge=1, le=LARGEST)]


class ModelOffer(Message):
    """A bundle that a node may fetch: exactly these bytes. Without a version in the question, the newest."""

    name: ModelName
    version: Version
    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=LARGEST)]


class CardFile(BaseModel):
    """The network of a bundle."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sha256: Sha256
    bytes: Annotated[int, Field(ge=1, le=LARGEST)]


class CardHead(BaseModel):
    """What whoever hands a bundle on has to know of its card; the whole card is the models' own matter."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: ModelName
    version: Version
    title: Annotated[str, Field(min_length=1, max_length=240)]
    role: Annotated[str, Field(pattern=NAME)]
    file: CardFile


def full_name(name: str, version: int) -> str:
    """As a configuration names exactly this one."""
    return f"{name}@{version}"


def head_of(card: dict[str, Any]) -> CardHead:
    """Raises pydantic.ValidationError."""
    return CardHead.model_validate(card)
