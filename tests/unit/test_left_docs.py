"""docs/debris.md tells every setting, every verdict and every reason, and its example is valid."""

import re
from pathlib import Path
from typing import get_args

import yaml

from edge.observation import RegionVerdict
from edge.perception.statics import StaticSettings
from edge.rules import left

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "debris.md").read_text(encoding="utf-8")


def test_the_example_spells_out_the_defaults() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    given = yaml.safe_load(text)
    least = {key: given[key] for key in ("kind", "incident", "dwell")}

    assert left.Settings.model_validate(given) == left.Settings.model_validate(least)


def test_every_setting_of_the_channel_is_told_with_its_default() -> None:
    for key, field in StaticSettings.model_fields.items():
        default = "none" if field.default == () else f"{field.default:g}"
        assert f"| `{key}` | {default} |" in TEXT


def test_every_verdict_and_reason_is_told() -> None:
    told = set(re.findall(r"`([a-z_]+)`", TEXT))
    source = Path(left.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'"([a-z_]+)" if \w+ else "([a-z_]+)"', source))

    assert {word for pair in codes for word in pair[1:]} <= told
    assert {code for code, _ in left._ENDS.values()} <= told
    assert {f"is_{word}" for word in get_args(RegionVerdict)} <= told
    assert set(get_args(RegionVerdict)) - {"young"} <= told
