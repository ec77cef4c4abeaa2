"""What a provider of OpenID Connect may answer; light, for most centres have none."""

from dataclasses import dataclass


class ProviderAway(Exception):
    """The provider does not answer as it should; trying again later may help."""


class ProviderRefused(Exception):
    """What came back proves nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the browser carries between going to the provider and coming back."""

    state: str
    nonce: str
    verifier: str
