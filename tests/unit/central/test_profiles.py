"""Cities' ways as data: what is shipped, and what a file of one's own may not say."""

import re
from pathlib import Path
from typing import Any

import pytest

from broker.settings import SettingsError, loads
from central.casework.machine import MAIN_LINE, State
from central.casework.permits import page, permitted
from central.casework.profile import LEADS_ON, Profile
from central.casework_settings import CaseworkSettings, profile_of, shipped
from central.cli import main
from central.people.roles import ROLES
from tests.conftest import ROOT
from tests.ports import free_port

DOCS = (ROOT / "docs" / "casework.md").read_text(encoding="utf-8")
STEPS = {"standard": 7, "fengxiang": 8, "fushan": 7, "langfang": 6}
LEAST = """
name: ours
zh: 我们
en: Ours
steps:
  - { key: begun, zh: 开始, en: Begun, states: [reported, accepted, dispatched, handling] }
  - { key: ended, zh: 结束, en: Ended, states: [fed_back, verified, closed, evaluated] }
"""


def profile(name: str) -> Profile:
    return profile_of(CaseworkSettings(profile=name))


def test_what_is_shipped() -> None:
    assert {name: len(profile(name).steps) for name in shipped()} == STEPS
    names = [step.zh for step in profile("standard").steps]
    assert names == ["信息收集", "案卷建立", "任务派遣", "任务处理", "处理反馈", "核查结案", "综合评价"]


@pytest.mark.parametrize("name", STEPS)
def test_somebody_leads_on_from_every_state(name: str) -> None:
    """Either the centre by itself, or a role that may."""
    known = profile(name)
    for state, action in LEADS_ON.items():
        able = [role for role in ROLES if known.role_may(role, action)]
        ends = known.passes.get("evaluated") == "nobody" and action == "evaluate"
        assert known.next_of(state) == action or able or ends


@pytest.mark.parametrize("name", STEPS)
def test_every_state_is_at_a_step(name: str) -> None:
    known = profile(name)
    places = [known.steps.index(step) for state in MAIN_LINE if (step := known.step_of(state)) is not None]
    assert places == sorted(places)
    assert len(places) == len(MAIN_LINE)
    held: State = "deferred"
    assert known.step_of(held, "handling") == known.step_of("handling")
    assert known.step_of("withdrawn") is None


def test_what_langfang_merges_and_allows() -> None:
    known = profile("langfang")
    assert known.step_of("verified") == known.step_of("fed_back")
    assert known.role_may("grid_worker", "take")
    assert not permitted("grid_worker", "take")


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("passes: { merged: centre }", "merged is in a step, or not on the main line"),
        ("passes: { closed: centre }", "closed is in a step, or not on the main line"),
        ("may: { clear_itself: [operator] }", "clear_itself follows from the scene; nobody asks for it"),
        ("needs: { close: { comment: true } }\nautomatic: [close]", "gives neither comment nor picture"),
        ("automatic: [take]", "Input should be 'accept', 'dispatch', 'close' or 'evaluate'"),
        ("may: { take: [mayor] }", "Input should be 'viewer', 'grid_worker'"),
        ("colour: red", "is not a known key"),
    ],
)
def test_faults_of_a_file_say_what_is_allowed(more: str, fault: str) -> None:
    assert loads(LEAST, Profile, name="ours.yaml").name == "ours"
    with pytest.raises(SettingsError, match=r"^ours\.yaml:\d+:\d+: ") as error:
        loads(f"{LEAST}{more}\n", Profile, name="ours.yaml")
    assert fault in str(error.value)


@pytest.mark.parametrize(
    ("without", "passes", "fault"),
    [
        (
            "verified",
            "",
            "the state verified is in no step; say who leads on from it: centre, nobody or a list",
        ),
        ("verified", "verified: centre", "the centre does not close by itself; automatic can hold accept, "),
        ("verified", "verified: [viewer]", "viewer may not close; say so under may, or name another"),
        ("verified", "verified: nobody", "nobody is for evaluated alone"),
        ("reported", "reported: [operator]", None),
        ("evaluated", "evaluated: nobody", None),
    ],
)
def test_a_state_that_is_left_out_needs_somebody(without: str, passes: str, fault: str | None) -> None:
    text = LEAST.replace(f"{without}, ", "").replace(f", {without}", "") + f"passes: {{ {passes} }}\n"
    if fault is None:
        assert without in loads(text, Profile, name="ours.yaml").passes
        return
    with pytest.raises(SettingsError) as error:
        loads(text, Profile, name="ours.yaml")
    assert fault in str(error.value)


def test_steps_hold_each_state_once_and_in_order() -> None:
    doubled = LEAST.replace("fed_back, verified", "handling, fed_back, verified")
    turned = LEAST.replace("reported, accepted", "accepted, reported")
    aside = LEAST.replace("handling]", "handling, deferred]")
    for text, fault in (
        (doubled, "the state handling is there twice"),
        (turned, "their states must come in the order of the main line"),
        (aside, "deferred is not on the main line"),
    ):
        with pytest.raises(SettingsError) as error:
            loads(text, Profile, name="ours.yaml")
        assert fault in str(error.value)


def test_the_profile_is_checked_at_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()

    def checked(profile: Any) -> tuple[int, str]:
        config = tmp_path / "c.yaml"
        least = f"storage: {{ directory: '{tmp_path}' }}\nbroker: {{ url: 'mqtt://127.0.0.1' }}\n"
        config.write_text(f"{least}listen: {{ port: {port} }}\ncasework: {{ profile: '{profile}' }}\n")
        code = main(["check", str(config)])
        assert main(["serve", str(config)]) == code if code else True
        return code, capsys.readouterr().err

    own = tmp_path / "own.yaml"
    own.write_text(LEAST)
    assert checked(own) == (0, "")
    own.write_text(LEAST.replace("verified, ", ""))
    code, said = checked(own)
    assert code == 2
    assert said.startswith(f"{own}:")
    assert "the state verified is in no step" in said
    code, said = checked("atlantis")
    assert code == 2
    assert "there is no profile 'atlantis'; allowed: fengxiang, fushan, langfang, standard, or a file" in said
    code, said = checked(tmp_path / "none.yaml")
    assert code == 2
    assert "cannot be read" in said


def test_the_docs_show_the_table_of_who_may_what_and_the_profiles() -> None:
    assert page() in DOCS
    for name in shipped():
        known = profile(name)
        line = f"| `{name}` | {' → '.join(step.zh for step in known.steps)} |"
        assert line in DOCS, line


def test_the_file_that_the_docs_show_is_without_fault() -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
    known = loads(text, Profile, name="docs")
    assert (known.passes["evaluated"], known.needs["verify"].picture) == ("nobody", True)
