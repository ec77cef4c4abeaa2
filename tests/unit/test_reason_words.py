"""The console can say every reason that the source can give, in both languages, with figures that it has."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

import pytest

from broker import fieldfaults
from central.asking.rules import TABLE
from central.casework import deeds
from central.casework.machine import ACTIONS
from central.correlation import bonds
from central.correlation.sightings import PEOPLE
from central.feedback import marks, suppressing
from central.notices.happenings import HAPPENINGS
from central.people.roles import Action
from central.verification import ORDER
from edge import troubles, viewwords
from edge.asks import probe
from edge.gates import leaving
from edge.observation import RegionVerdict
from edge.rules import left
from edge.telemetry import dji_srt, klv, mavlink
from tests.said import ROOT, Source

WORDS = ROOT / "central" / "console" / "src" / "words"
PLACE = re.compile(r"\{\{(\w+)(?::(\w+))?\}\}")
# What people wrote themselves, under the name of what they did, is shown as they wrote it.
OWN_WORDS = frozenset(ACTIONS)
ALWAYS = {"text", "tail"}

_VIEWS = [each.word for each in (*viewwords.VIEWS.values(), *viewwords.SILENT.values())]
_FILTERS = ("kinds", "areas", "states", "departments", "posts", "levels", "severities")
_PASSED_ON: list[str] = []  # the code of another reason, or of a fault that is read elsewhere in this table
# Why a node does not take up a model.
_OF_MODELS = (
    *(
        "another",
        "crashed",
        "failed",
        "no_room",
        "not_fit",
        "not_given",
        "not_here",
        "not_reached",
        "not_tried",
    ),
    *("not_trusted", "not_written", "sees_nothing", "sees_too_much", "too_large", "too_slow", "unknown"),
)
# What reading alone does not tell: the expression, and every code that it can be.
CODES: Mapping[str, Any] = {
    "central/calling.py: f'http_{status}'": ["http_500"],
    "central/casework/deeds.py: f'missing_{called(name)}'": [
        f"missing_{deeds.called(name)}" for names in deeds.NEEDED.values() for name in names
    ],
    "central/casework/deeds.py: f'unused_{called(name)}'": [
        f"unused_{deeds.called(name)}" for names in deeds.NEEDED.values() for name in names
    ],
    "central/correlation/bonds.py: finding.code": bonds._WORDS,
    "central/digests.py: self._judge()": [
        *("says_two_things", "events_missing", "place_taken_twice", "given_up", "ids_differ"),
        *("bodies_differ", "all_here"),
    ],
    "central/feedback/suppressing.py: code": suppressing._EQUAL,
    "central/notices/filters.py: f'other_{name}'": [f"other_{name}" for name in _FILTERS],
    "central/notices/happenings.py: found[0]": HAPPENINGS,
    "central/notices/rules.py: happened.reason.code": _PASSED_ON,
    "central/notices/rules.py: other.code": _PASSED_ON,
    "central/notices/rules.py: _matching(line, happened, rule)": HAPPENINGS,
    "central/pictures/uploading.py: error.code": _PASSED_ON,
    "central/reports/events.py: f'told_by_{teller.origin}'": [f"told_by_{origin}" for origin in PEOPLE],
    "central/rollouts/deciding.py: why.code": _PASSED_ON,
    "central/rollouts/deciding.py: node.said": ["refused", "rolled_back"],
    "central/store/acting.py: asked.action": ACTIONS,
    "central/store/feedback.py: said.mark": marks.MARKS,
    "central/store/looked.py: f'looked_{outcome}'": [f"looked_{outcome}" for outcome in ORDER],
    "central/store/replays.py: event.code": _PASSED_ON,
    "central/store/replays.py: message.code": _PASSED_ON,
    "central/store/replays.py: why.code": _PASSED_ON,
    "central/store/reported.py: said.status": ["preparing", "applied", "refused", "rolled_back"],
    "central/store/taking.py: item.topic": ["state", "about", "health"],
    "central/store/taking.py: refused.why.code": _PASSED_ON,
    "central/store/working.py: f'by_itself_{action}'": [f"by_itself_{action}" for action in ACTIONS],
    "central/verification.py: f'looked_{outcome}'": [f"looked_{outcome}" for outcome in ORDER],
    "edge/asked/past.py: code": ["configuration", "unknown_version"],
    "edge/asks/look.py: error.code": _PASSED_ON,
    "edge/asks/probe.py: _CODES.get(troubles[0].cause, 'not_opened')": [*probe._CODES.values(), "not_opened"],
    "edge/codecs/milesight.py: left[0].code": _PASSED_ON,
    "edge/deck/reporting.py: code": _PASSED_ON,
    "edge/desired/checking.py: one.coded.code": [
        fieldfaults.OTHER,
        *(code for code, *_ in fieldfaults._CODES.values()),
        *(f"model_{what}" for what in _OF_MODELS),
    ],
    "edge/discovery.py: error.reason.code": _PASSED_ON,
    "edge/flight/telling.py: code": [*dji_srt._CAUSES, *klv._CAUSES, *mavlink._CAUSES],
    "edge/flight/watch.py: max(self.ways, key=lambda way: self.ways[way])": _PASSED_ON,
    "edge/gates/leaving.py: f'{kind}_dropped'": [f"{kind}_dropped" for kind in leaving._WORDS],
    "edge/pollers/lilin.py: broken.cause": ["password_file", "ca_file", "too_large", "http_401"],
    "edge/pollers/lilin.py: error.reason.code": _PASSED_ON,
    "edge/reports.py: code": [
        *("outbox_damaged", "outbox_blocked", "uploads_blocked", "events_refused", "detector_overloaded"),
        *("journal_blocked", "too_large", "resending", "certificate_expiring", "identity_refused"),
        *("devices", "analytics", "flights"),
    ],
    "edge/rules/left.py: _ENDS[how]": [code for code, _ in left._ENDS.values()],
    "edge/rules/left.py: f'is_{region.verdict}'": [f"is_{verdict}" for verdict in get_args(RegionVerdict)],
    "edge/telemetry/dji_srt.py: causes[0].code": _PASSED_ON,
    "edge/telemetry/klv.py: left.reasons()[0].code": _PASSED_ON,
    "edge/troubles.py: view.condition": [*viewwords.VIEWS, *troubles.TABLE],
    "edge/viewwords.py: told.word": _VIEWS,
}
_OF_DETECTORS = ("slower_detector", "detector_fails", "sees_less")
_OF_NODES = ("new_trouble", "new_condition", "went_away", "silent", *_OF_DETECTORS, "started_anew")
_STAND = ["stood_s", "presence", "purity", "looks"]
# As above, of the figures and names of a reason.
FIGURES: Mapping[str, Any] = {
    "central/correlation/bonds.py: dict(zip(names, finding.figures, strict=True))": {
        name for names, _ in bonds._WORDS.values() for name in names
    },
    "central/rollouts/deciding.py: why.values": _PASSED_ON,
    "central/rollouts/deciding.py: why.words": _PASSED_ON,
    "edge/desired/checking.py: dict(one.coded.values)": {"least", "most"},
    "edge/checks/reasons.py: {f'{code}_s': round(s, 1) for code, s in"
    " sorted(ways.items(), key=lambda way: -way[1])[:16]}": _PASSED_ON,
    "edge/flight/words.py: {f'{code}_s'[:48]: round(s, 1) for code, s in"
    " sorted(ways.items(), key=lambda w: -w[1])[:16]}": _PASSED_ON,
    "edge/ledger/reasons.py: _figures(stand, t)": _STAND,
    "edge/rules/dwell.py: told.values": _STAND,
    "edge/trial/ladder.py: told.values": _STAND,
}


@dataclass
class Said:
    """What the source gives with one code."""

    values: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


@cache
def source() -> Source:
    """Read once for all tests of this file."""
    return Source()


@cache
def reasons() -> Mapping[str, Said]:
    """By code."""
    found: dict[str, Said] = defaultdict(Said)
    for written in source().reasons():
        codes = written.code.names | {code for each in written.code.loose for code in CODES.get(each, ())}
        for code in codes:
            found[code].values |= _names(written.values)
            found[code].words |= _names(written.words)
    for code in source().given("refusal", 1) | source().given("_refusal", 0):
        found[code]
    # Those whose code is passed on are named again where it is, with what comes with them there.
    for code in ("source_gone", "source_failed", "more_dropped", "fewer_frames", "later", *_OF_NODES):
        found[code].words |= {"node"}
    for what, (_, state) in troubles.TABLE.items():
        found[what].values |= {"lasted_s"} if state == "cleared" else set()
    for mark in marks.MARKS:
        found[mark].words |= found["unmarked"].words
    return found


def _names(found: Any) -> set[str]:
    return set(found.names) | {name for each in found.loose for name in FIGURES.get(each, ())}


@cache
def templates(language: str) -> Mapping[str, tuple[str, ...]]:
    """By code; every way to say it."""
    told = json.loads((WORDS / language / "reasons.json").read_text(encoding="utf-8"))["codes"]
    return {code: (says,) if isinstance(says, str) else tuple(says) for code, says in told.items()}


def template_of(code: str) -> str | None:
    """The name under which a code is said: its own, or the longest beginning with a star."""
    parts = code.split("_")
    stars = ["_".join([*parts[:at], "*"]) for at in range(len(parts), 0, -1)]
    return next((name for name in (code, *stars) if name in templates("zh")), None)


def test_what_reading_alone_does_not_tell_is_named_here_and_nothing_else() -> None:
    written = list(source().reasons())
    codes = {each for one in written for each in one.code.loose}
    figures = {each for one in written for each in (*one.values.loose, *one.words.loose)}
    assert (codes, figures) == (set(CODES), set(FIGURES))


def test_every_code_can_be_said_in_both_languages() -> None:
    missing = sorted(code for code in set(reasons()) - OWN_WORDS if template_of(code) is None)
    assert not missing


def test_nothing_is_translated_that_nobody_says() -> None:
    said = {template_of(code) for code in reasons()} - {None}
    assert sorted(set(templates("zh")) - said) == []


# Exceptions of the centre whose first argument is the code of the problem that they are answered as.
_REFUSALS = (
    "NotActed",
    "NotAsked",
    "NotGrouped",
    "Unfit",
    "NotHeld",
    "NotKept",
    "NotMarked",
    "NotSuppressed",
    "NotTaken",
    "NotDone",
    "Unfit",
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_of_a_problem_can_be_said(language: str) -> None:
    codes = source().given("Problem", 99, "code")
    codes |= {code for name in _REFUSALS for code in source().given(name, 0) if code.isidentifier()}
    told = json.loads((WORDS / language / "problems.json").read_text(encoding="utf-8"))
    missing = sorted(code for code in codes if code not in told["codes"] and template_of(code) is None)
    assert codes
    assert not missing


# Problems without a code: no page of ours meets them, nodes and other programs do; or the status says it.
_WITHOUT = {
    "central/api/nodes.py": {404},  # a node asks for its own configuration
    "central/api/receiving.py": {401, 429},  # a node sends pictures
    "central/identity/doors.py": {400, 401, 408, 413, 422, 429, 503, None},  # a node enrols
    "central/api/problems.py": {None},  # the framework's own: there is no such path, or no such method
    "central/api/service.py": {None},  # a range of a file that cannot be given
}


def test_every_problem_that_a_page_can_meet_has_a_code() -> None:
    without: dict[str, set[Any]] = defaultdict(set)
    for call, place in source().calls["Problem"]:
        known = {word.arg for word in call.keywords} & {"code", None}  # None: `**of_reason(...)`
        if not known:
            status = call.args[0]
            without[place.path].add(status.value if isinstance(status, ast.Constant) else None)
    assert without == _WITHOUT


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_a_field_is_not_can_be_said(language: str) -> None:
    told = json.loads((WORDS / language / "problems.json").read_text(encoding="utf-8"))["codes"]
    assert "field_wrong" in told
    assert [code for code, *_ in fieldfaults._CODES.values() if template_of(code) is None] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_deed_of_the_audit_can_be_said(language: str) -> None:
    told = json.loads((WORDS / language / "people.json").read_text(encoding="utf-8"))["deeds"]
    deeds_done = source().given("did", 0) | source().given("was_refused", 0) | set(get_args(Action))
    asked = {f"ask.{each.model_fields['command'].default}" for each in TABLE}
    assert sorted(deed for deed in deeds_done | asked if not _said_of(told, deed)) == []


def _said_of(told: Any, deed: str) -> bool:
    for part in deed.split("."):
        told = told.get(part) if isinstance(told, dict) else None
    return isinstance(told, str)


def test_both_languages_have_the_same_templates_with_the_same_places() -> None:
    def places(language: str) -> dict[str, list[list[tuple[str, str]]]]:
        told = templates(language)
        return {code: [sorted(PLACE.findall(each)) for each in says] for code, says in told.items()}

    zh, en = places("zh"), places("en")
    assert {code: zh[code] for code in zh if zh.get(code) != en.get(code)} == {}
    assert set(zh) == set(en)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_names_only_what_comes_with_its_code(language: str) -> None:
    given: dict[str, set[str]] = defaultdict(lambda: set(ALWAYS))
    for code, said in reasons().items():
        given[str(template_of(code))] |= said.values | said.words
    wrong = {
        code: sorted({name for each in says for name, _ in PLACE.findall(each)} - given[code])
        for code, says in templates(language).items()
    }
    assert {code: names for code, names in wrong.items() if names} == {}
