"""When reports are frozen, and how areas and departments are judged."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field

from broker.settings import Duration, Fault, Settings, SettingsError, load, loads
from central.indicators.evaluation import Evaluation
from central.indicators.periods import PERIOD_KINDS, PeriodKind

SHIPPED = "standard"
DAY_S = 86_400.0


class IndicatorSettings(Settings):
    """`cut_off`: so long after a period its report is counted for the last time. `freeze`: of which kinds.

    `evaluation`: the shipped one's name, or a file.
    """

    cut_off: Annotated[Duration, Field(ge=0, le=60 * DAY_S)] = 3 * DAY_S
    freeze: Annotated[list[PeriodKind], Field(max_length=3)] = list(PERIOD_KINDS)
    evaluation: Annotated[str, Field(min_length=1, max_length=240)] = SHIPPED


def evaluation_of(settings: IndicatorSettings) -> Evaluation:
    """How it is judged here. Raises SettingsError with every fault found."""
    wanted = settings.evaluation
    if wanted == SHIPPED:
        text = files("central.indicators").joinpath("standard.yaml").read_text(encoding="utf-8")
        return loads(text, Evaluation, name="standard.yaml")
    path = Path(wanted)
    if path.suffix not in (".yaml", ".yml"):
        what = f"there is no evaluation {wanted!r}; allowed: {SHIPPED}, or a file ending in .yaml"
        raise SettingsError([Fault("indicators.evaluation", 1, 1, "", what)])
    return load(path, Evaluation)
