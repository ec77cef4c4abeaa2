"""docs/rules.md tells every key, and its sample rule is a rule."""

import re
import types
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import edge.rules
from broker.settings import kinds
from edge import schedule
from edge.flow import queue
from edge.kinds import ConfiguredZone
from edge.ledger import Ledger
from edge.places import Place
from edge.rule import Rule, Zone
from edge.rules import dwell
from tests.replays.looks import CAR, car, look, shifted, times

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "rules.md").read_text(encoding="utf-8")


@pytest.fixture
def sample() -> types.ModuleType:
    """The rule of the docs, as the module it would be."""
    (source,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    module = types.ModuleType("crowding")
    exec(compile(source, "docs/rules.md", "exec"), module.__dict__)  # noqa: S102 - our own docs
    return module


def rule_of(sample: types.ModuleType) -> Rule:
    settings = sample.Settings(kind="crowding", incident="street_occupation", room=1)
    whole = Zone("gate", "the gate", [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], "1")
    rule: Rule = sample.build(settings, "cam", whole)
    return rule


@pytest.mark.parametrize("kind", [name for name, _ in kinds(edge.rules)])
def test_every_key_of_every_kind_is_told(kind: str) -> None:
    """Kinds with much to tell have a page of their own; what every rule has stands in this one."""
    module = dict(kinds(edge.rules))[kind]
    pages = [path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")]
    told = TEXT + "".join(page for page in pages if f"## `{kind}`" in page)

    assert f"## `{kind}`" in told
    for key in module.Settings.model_fields:
        assert f"| `{key}` |" in told


def test_the_examples_are_valid() -> None:
    rule, *zones = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]

    assert dwell.Settings.model_validate(rule).dwell == 300.0
    assert [ConfiguredZone.model_validate(zone).id for zone in zones] == ["kerb", "fire-lane", "station"]


def test_what_the_example_spells_out_are_the_defaults() -> None:
    (text, *_) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    rule = yaml.safe_load(text)
    given = {key: rule[key] for key in ("kind", "incident", "dwell")}

    assert dwell.Settings.model_validate({**rule, "allow": {}}) == dwell.Settings.model_validate(given)


def reasons_in(*modules: types.ModuleType) -> set[str]:
    """Every code that the sources of these modules may give, as they spell it."""
    text = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules)
    return set(re.findall(r'code="([a-z_]+)"', text)) | set(re.findall(r'code = .*"([a-z_]+)"', text))


def test_every_reason_is_told() -> None:
    told = set(re.findall(r"`([a-z_]+)`", TEXT))

    assert reasons_in(dwell, queue, schedule) - told == {"label_changed", "still_there", "stood"}


@pytest.mark.parametrize("model", [schedule.ScheduleSettings, schedule.SpanSettings])
def test_every_key_of_a_schedule_is_told(model: type[schedule.ScheduleSettings]) -> None:
    for key in model.model_fields:
        assert re.search(rf"\| `zones\[\]\.schedule\.(spans\[\]\.)?{key}` \|", TEXT)


def test_the_sample_rule_opens_and_clears(sample: types.ModuleType) -> None:
    ledger, rule = Ledger("cam"), rule_of(sample)
    second = car(shifted(CAR, 0.2))
    looks = [look(t, car()) for t in times(0, 5)]
    looks += [look(t, car(), second) for t in times(5, 10)]
    looks += [look(t, car()) for t in times(10, 60)]

    found = []
    for seen in looks:
        cleared = [place for place in ledger.step(seen) if place.state == "cleared"]
        found += rule.step(seen, [*ledger.places, *cleared])

    assert [(f.phase, f.revision) for f in found] == [("opened", 0), ("cleared", 1)]
    assert found[0].reasons[0].text == "2 stand in zone the gate, there is room for 1"
    assert found[0].situation == found[1].situation
    assert rule.dump() == {"open": {}}


def test_the_sample_rule_leaves_nothing_open_that_crept_out_of_the_zone(sample: types.ModuleType) -> None:
    settings = sample.Settings(kind="crowding", incident="street_occupation", room=0)
    rule: Rule = sample.build(
        settings, "cam", Zone("gate", "the gate", [(0.3, 0.4), (0.6, 0.4), (0.6, 0.7), (0.3, 0.7)], "1")
    )
    place = Place("p-1", "vehicle", "car", 0.8, CAR, "confirmed", 0.0, 5.0, 5.0, 1.0, ())
    away = replace(place, box=shifted(CAR, 0.3))

    given = [place, away, place, away, replace(away, state="cleared")]
    found = [finding.phase for t, one in enumerate(given) for finding in rule.step(look(5.0 + t), [one])]

    assert found == ["opened", "cleared"]
    assert rule.dump() == {"open": {}}


def test_the_sample_rule_survives_a_restart(sample: types.ModuleType) -> None:
    rule, again = rule_of(sample), rule_of(sample)
    rule.restore({"open": {"p-1": "s-1"}})
    again.restore(rule.dump())

    assert again.dump() == {"open": {"p-1": "s-1"}}
