"""`kind: standing`: a thing of certain groups stands on the ground of a zone when a drone flies over it."""

from typing import Annotated, Literal

from pydantic import Field

from broker.events import Reason
from broker.settings import Duration
from edge.flight_rule import FlightRuleSettings, Judged, Lasting, Stay

LEAST_LOOKS = 3
_EPS_S = 1e-6


class Settings(FlightRuleSettings):
    """Opens when it stood in view for `stands` in one flight, in three looks, and was there for `dwell`.

    `dwell`: time between its first and its last sighting, in one flight or several; 0: one pass is enough.
    """

    kind: Literal["standing"]
    stands: Annotated[Duration, Field(ge=1.0, le=3600.0)] = 4.0
    dwell: Lasting = 0.0


def build(settings: Settings) -> "StandingRule":
    """The rule, for any number of zones and flights."""
    return StandingRule(settings)


class StandingRule:
    """Keeps nothing."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def judge(self, stay: Stay) -> Judged:
        """First whether it stands, then for how long."""
        stood = self._stood(stay)
        if stood.code != "stood":
            return Judged(False, (stood,))
        if self.settings.dwell == 0.0:
            return Judged(True, (stood,))
        lasted = self._lasted(stay)
        return Judged(True, (lasted, stood)) if lasted.code == "lasted" else Judged(False, (lasted, stood))

    def _stood(self, stay: Stay) -> Reason:
        needed = self.settings.stands
        enough = stay.stood_s >= needed - _EPS_S and stay.looks >= LEAST_LOOKS
        text = f"stood still in view for {stay.stood_s:.1f} s in {stay.looks} looks; "
        text += f"{needed:g} s in {LEAST_LOOKS} are needed"
        values = {"stood_s": round(stay.stood_s, 2), "looks": float(stay.looks), "needed_s": needed}
        return Reason(code="stood" if enough else "too_short", text=text, values=values)

    def _lasted(self, stay: Stay) -> Reason:
        dwell = self.settings.dwell
        flights = "one flight" if stay.flights == 1 else f"{stay.flights} flights"
        text = f"seen over {stay.lasted_s:.0f} s by {flights}; {dwell:g} s are allowed"
        values = {"lasted_s": round(stay.lasted_s, 1), "dwell_s": dwell, "flights": float(stay.flights)}
        code = "lasted" if stay.lasted_s >= dwell - _EPS_S else "not_long_enough"
        return Reason(code=code, text=text, values=values)
