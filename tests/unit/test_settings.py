"""Configuration: every fault at once, each at its place, none that shows a secret."""

from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from broker.link import LinkSettings
from broker.settings import (
    MAX_BYTES,
    Duration,
    Settings,
    SettingsError,
    dotted,
    load,
    loads,
    settings_of_kinds,
)


class Dwell(Settings):
    kind: Literal["dwell"]
    after: Duration = 90.0


class Count(Settings):
    kind: Literal["count"]
    most: int


class Site(Settings):
    name: str
    district: str = "131002"
    sample: Annotated[float, Field(gt=0, le=30)] = 2.0
    rules: list[Annotated[Dwell | Count, Field(discriminator="kind")]] = []
    password: Annotated[str, Field(min_length=8)] | None = None
    broker: LinkSettings | None = None


def faults(text: str) -> list[str]:
    with pytest.raises(SettingsError) as error:
        loads(text, Site, name="site.yaml")
    return [str(fault) for fault in error.value.faults]


def test_a_good_file_is_read() -> None:
    text = "name: yard\nrules:\n- {kind: dwell, after: 5m}\n- {kind: count, most: 3}\n"
    site = loads(text, Site, name="site.yaml")
    assert site.rules == [Dwell(kind="dwell", after="5m"), Count(kind="count", most=3)]
    assert isinstance(site.rules[0], Dwell)
    assert site.rules[0].after == 300.0


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    text = "nmae: yard\nsample: 99\nrules:\n  - kind: dwell\n    after: 90\n  - kind: count\n"
    assert faults(text) == [
        "site.yaml:1:1: name: is missing",
        "site.yaml:1:1: nmae: is not a known key",
        "site.yaml:2:1: sample: Input should be less than or equal to 30 (given: 99)",
        "site.yaml:5:5: rules[0].after: 90 is no duration; a number with ms, s, m, h or d is, "
        "such as 90s or 5m (given: 90)",
        "site.yaml:6:5: rules[1].most: is missing",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: [", "site.yaml:1:8: is not YAML: "),
        ("name: 'x\n", "site.yaml:2:1: is not YAML: "),
        ("name: a\nname: b", "site.yaml:2:1: name: is given twice"),
        ("name: &a x\ndistrict: *a", "site.yaml:1:1: YAML aliases (*name) are not allowed"),
        ("name: x\n--- \nname: y", "site.yaml:2:1: is not YAML: "),
        ("name: x\x00y", "site.yaml:1:8: is not YAML: the sign U+0000 is not allowed"),
        (
            "name: x\ndistrict: 131002",
            "site.yaml:2:1: district: must be text; put it in quotes (YAML read 131002)",
        ),
        ("name: 2026-03-01", "site.yaml:1:1: name: must be text; put it in quotes (YAML read 2026-03-01)"),
        ("name: 2026-13-45", "site.yaml:1:1: name: cannot be read: month must be in 1..12"),
        ("name: no", "site.yaml:1:1: name: must be text; put it in quotes (YAML read False)"),
        ("name: !!python/object:os.system x", "site.yaml:1:7: is not YAML: "),
        ("", "site.yaml:1:1: must be a mapping of keys to values"),
        ("just words", "site.yaml:1:1: must be a mapping of keys to values"),
        ("name: x\nrules: {}", "site.yaml:2:1: rules: must be a list"),
        ("name: x\nrules: [7]", "site.yaml:2:9: rules[0]: must be a mapping of keys to values"),
        (
            "name: x\nrules: [{kind: other}]",
            "site.yaml:2:9: rules[0]: kind 'other' is not known; known are 'dwell', ",
        ),
        ("name: x\nrules: [{after: 5m}]", "site.yaml:2:9: rules[0]: kind is missing"),
        ("name: x\nsample: .nan", "site.yaml:2:1: sample: Input should be "),
        ("name: x\nrules: " + "[" * 3000 + "]" * 3000, "site.yaml:2:47: is nested too deeply; 40 levels"),
        ("name: x\nbroker: {}", "site.yaml:2:1: broker.url: is missing"),
    ],
)
def test_each_fault_says_where_and_what(text: str, fault: str) -> None:
    assert faults(text)[0].startswith(fault)


def test_no_fault_shows_a_secret() -> None:
    for text in (
        "name: x\npassword: hunter2",
        "name: x\nbroker: {url: 'mqtt://me:hunter2@broker'}",
        "name: x\nbroker: {url: 'ftp://me:hunter2@broker'}",
        "name: x\nbroker: {url: 'mqtt://broker', password: hunter2}",
        "name: x\nbroker: {url: 'ftp://me:hunter2/with slash@broker'}",
        f"name: x\nbroker: {{url: 'ftp://me:hunter2{'x' * 120}@broker'}}",
        "name: x\nbroker: {url: 'ftp://camera/user=admin&password=hunter2&channel=1'}",
    ):
        told = faults(text)
        assert told
        assert "hunter2" not in "".join(told)


@pytest.mark.parametrize("password", ["77007700", "-77007700.5", "[77007700]"])
def test_a_secret_that_yaml_reads_as_a_number_is_not_shown_either(password: str) -> None:
    (told,) = faults(f"name: x\npassword: {password}")
    assert "7700" not in told
    assert "password: " in told


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_settings_or_faults(text: str) -> None:
    try:
        loads(text, Site, name="site.yaml")
    except SettingsError as error:
        assert error.faults  # noqa: PT017 - either end is right; a traceback is not
        lines = (
            text.count("\n")
            + text.count("\r")
            + text.count("\x85")
            + text.count("\u2028")
            + text.count("\u2029")
        )
        for fault in error.faults:
            assert 1 <= fault.line <= lines + 2


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,3})?(ms|s|m|h|d)", fullmatch=True))
def test_durations_are_seconds(text: str) -> None:
    assert loads(f"kind: dwell\nafter: {text}", Dwell, name="x").after >= 0


@pytest.mark.parametrize(
    ("text", "seconds"), [("1500ms", 1.5), ("90s", 90), ("5m", 300), ("1.5h", 5400), ("14d", 1_209_600)]
)
def test_units_of_durations(text: str, seconds: float) -> None:
    assert Dwell(kind="dwell", after=text).after == seconds


@pytest.mark.parametrize(
    "text", ["90", "5 m", "-5s", "5min", "", "s", "1e3s", "９０s", "inf", "9" * 400 + "d"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        Dwell(kind="dwell", after=text)


def test_files_that_cannot_be_read_are_faults(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_text("#" * (MAX_BYTES + 1))
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: caf\xe9")
    for path, words in (
        (tmp_path / "none.yaml", "cannot be read"),
        (tmp_path, "cannot be read"),
        (latin, "latin.yaml:1:1: cannot be read: it is not UTF-8 text .byte 10.; save it as UTF-8"),
        (large, "larger than"),
    ):
        with pytest.raises(SettingsError, match=words):
            load(path, Site)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: yard\n")
    assert load(path, Site).name == "yard"


def test_the_way_is_written_as_people_write_it() -> None:
    assert dotted(("zones", 0, "polygon", 3)) == "zones[0].polygon[3]"


def test_kinds_are_found_by_their_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "some_kinds"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for kind in ("one", "two"):
        (package / f"{kind}.py").write_text(
            "from typing import Literal\nfrom broker.settings import Settings as Base\n"
            f"class Settings(Base):\n    kind: Literal['{kind}']\n"
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = ModuleType("some_kinds")
    folder.__path__ = [str(package)]
    union = settings_of_kinds(folder)

    class Holder(Settings):
        it: union  # type: ignore[valid-type]

    assert loads("it: {kind: two}", Holder, name="x").it.kind == "two"  # type: ignore[attr-defined]
    with pytest.raises(SettingsError, match="known are 'one', 'two'"):
        loads("it: {kind: three}", Holder, name="x")
