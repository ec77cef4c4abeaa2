"""docs/clock.md says what is: the shipped tables, the stages, the sample, the settings."""

import re
from pathlib import Path
from typing import get_args

import pytest

from broker.settings import loads
from central.casework.machine import ACTIONS
from central.cli import main
from central.clock.courses import GOES_ON, NEW_ROUND, STAGE_OF
from central.clock.limits import STAGES, UNITS
from central.clock.settings import ClockSettings
from central.clock.shipped import ESCALATION, LIMITS
from central.clock.timers import Why
from central.settings import CentralSettings
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "clock.md").read_text(encoding="utf-8")


def test_the_shipped_tables_are_in_the_page() -> None:
    lines = [f"| `{rule.stage}` | {rule.named()} | {rule.limit} |" for rule in LIMITS]
    assert "\n".join(lines) in PAGE
    steps = [f"| {step.at:.0%} | {step.told} | {', '.join(step.stages)} |" for step in ESCALATION.steps]
    assert "\n".join(steps) in PAGE
    assert "\n".join(f"| `{state}` | `{stage}` |" for state, stage in STAGE_OF.items()) in PAGE


def test_every_unit_reason_and_special_action_is_in_the_page() -> None:
    words = {*UNITS, *get_args(Why), *STAGES, *ClockSettings.model_fields}
    words |= {action for action in (*GOES_ON, *NEW_ROUND) if action is not None}
    assert {word for word in words if f"`{word}`" not in PAGE and f"{word}:" not in PAGE} == set()
    table = PAGE[PAGE.index("| action |") : PAGE.index("A ticket that turns out graver")]
    assert set(re.findall(r"`([a-z_]+)`", table)) - {"rework_share"} <= set(ACTIONS)


def test_the_sample_of_the_page_is_what_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = re.search(r"```\n\$ gewu-central due central.yaml (.*)\n((?:.*\n)*?)```", PAGE)
    assert sample is not None
    config = tmp_path / "central.yaml"
    config.write_text("storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\n")
    assert main(["due", str(config), *sample[1].split()]) == 0
    assert capsys.readouterr().out == sample[2]


def test_the_settings_of_the_page_are_without_fault() -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)
    least = "storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\n"
    rules = loads(least + text, CentralSettings, name="page").clock.rules()
    assert [named.kind for named in rules.escalation.of("handle")][:2] == ["handle_urge", "handle_urge_2"]


def test_what_the_example_comments_out_is_what_is_shipped() -> None:
    text = (ROOT / "configs" / "central.example.yaml").read_text(encoding="utf-8")
    part = text[text.index("  # escalation:") : text.index("  # Which share")]
    shown = loads(re.sub(r"^  # ?", "", part, flags=re.M), ClockSettings, name="example").rules()
    assert [(each.kind, each.step.at) for each in shown.escalation.of("handle")] == [
        (each.kind, each.step.at) for each in ESCALATION.of("handle")
    ]
    limits = text[text.index("  #   - { stage") : text.index("  limits: []")]
    assert len(loads("limits:\n" + limits.replace("  # ", ""), ClockSettings, name="example").limits) == 2
