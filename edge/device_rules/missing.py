"""`kind: missing`: a device is silent for too long. Its silence is told as health of a source as well."""

from typing import Annotated, Literal

from pydantic import Field

from broker.events import Reason
from broker.settings import Duration
from edge.device_rule import LONGEST_S, DeviceRuleSettings, Forgetful, Memory, Verdict
from edge.readings import Reading


class Settings(DeviceRuleSettings):
    """Wrong once nothing has been heard of the device for `silent`; any reading is the end of it."""

    kind: Literal["missing"]
    silent: Annotated[Duration, Field(ge=1.0, le=LONGEST_S)]


def build(settings: Settings) -> "Missing":
    """The rule, for any number of devices."""
    return Missing(settings)


class Missing(Forgetful):
    """Judged by the book: there is no reading that says it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.watched = ()
        self.silent_s = settings.silent

    def judge(self, reading: Reading, slot: int, t: float, wrong: bool, memory: Memory) -> Verdict:  # noqa: ARG002 - the protocol's
        """Heard is not missing."""
        return False

    def why(self, reading: Reading | None, wrong: bool, memory: Memory) -> Reason:  # noqa: ARG002 - as above
        """What is allowed."""
        silent = self.settings.silent
        if wrong:
            text = f"nothing was heard for {silent:.0f} s; silence is normal for less"
            return Reason(code="silent", text=text, values={"silent_s": silent})
        return Reason(code="heard", text="it is heard again", values={"silent_s": silent})
