"""Which city's way the loop follows."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Fault, Settings, SettingsError, load, loads
from central.casework.profile import Profile

SHIPPED = files("central.casework").joinpath("profiles")


class VerificationSettings(Settings):
    """`within`: how long a node has to answer before it is left to people; `flights`: a drone."""

    enabled: bool = True
    within: Annotated[Duration, Field(ge=10, le=86_400)] = 1800.0
    flights: Annotated[Duration, Field(ge=60, le=30 * 86_400)] = 7 * 86_400.0


class CaseworkSettings(Settings):
    """`profile`: a shipped one's name, or a file."""

    profile: Annotated[str, Field(min_length=1, max_length=240)] = "standard"
    verification: VerificationSettings = VerificationSettings()


def shipped() -> list[str]:
    """The names of the profiles that come with the centre."""
    return sorted(
        file.name.removesuffix(".yaml") for file in SHIPPED.iterdir() if file.name.endswith(".yaml")
    )


def profile_of(settings: CaseworkSettings) -> Profile:
    """The profile, read and checked. Raises SettingsError with every fault found."""
    wanted = settings.profile
    if wanted in shipped():
        text = SHIPPED.joinpath(f"{wanted}.yaml").read_text(encoding="utf-8")
        return loads(text, Profile, name=f"{wanted}.yaml")
    path = Path(wanted)
    if path.suffix not in (".yaml", ".yml"):
        what = f"there is no profile {wanted!r}; allowed: {', '.join(shipped())}, or a file ending in .yaml"
        raise SettingsError([Fault("casework.profile", 1, 1, "", what)])
    return load(path, Profile)
