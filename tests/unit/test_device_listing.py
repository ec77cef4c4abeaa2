"""Devices from a table, and every fault of it at its line."""

from pathlib import Path

import pytest

from broker.settings import SettingsError
from edge.devices.device import devices_of
from edge.devices.listing import listed, with_table
from edge.devices.settings import DevicesSettings
from tests.unit.devices import OPEN, settings

HEAD = "id,profile,names,channel,place,lon,lat,silence,battery\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "devices.csv"


def around(table: Path, *items: dict[str, str]) -> DevicesSettings:
    """Settings with that table."""
    return settings(*items, table=table, profiles={"cover": {"rules": [OPEN]}})


def test_a_line_is_a_device(table: Path) -> None:
    table.write_text(f'{HEAD}a,cover,net/1 net/2,3,"Xinhua Road, 12",116.7,39.5,2h,0\nb,,,,,,,,\n', "utf-8")
    first, second, third = devices_of(with_table(around(table, {"id": "z"})))
    assert (first.id, second.id, third.id) == ("z", "a", "b")
    assert (second.names, second.channel, second.place) == (("net/1", "net/2"), "3", "Xinhua Road, 12")
    assert second.here is not None
    assert (second.here.lon, second.here.lat, second.silence_s) == (116.7, 39.5, 7200.0)
    assert [rule.settings.name for rule in second.duty.rules] == ["state-manhole_cover"]
    assert (third.names, third.here, third.silence_s) == (("b",), None, 90_000.0)


def test_without_a_table_nothing_changes() -> None:
    given = settings({"id": "z"})
    assert with_table(given) is given


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["1:1: there is no column id; there are id, profile"]),
        ("id,colour\n", ["1:1: 'colour' is no column; there are id, profile"]),
        (f"{HEAD}a,,,,,x,39.5,,\n", ["2:1: position.lon: Input should be a valid number"]),
        (
            f"{HEAD}a,,,,,1,,,\nb,,,,,,,5,\n",
            ["2:1: position.lat: Field required", "3:1: silence: '5' is no duration"],
        ),
        (f"{HEAD}a,,,,,,,,,,,\n", ["2:1: more values than columns: is not a known key"]),
        (f'{HEAD}a,"b\n', ["is no CSV: unexpected end of data"]),
        (f"{HEAD}a,none,,,,,,,\n", ["'none' is not among the profiles; there are cover"]),
        (f"{HEAD}a,,,,,,,,\na,,b,,,,,,\n", ["'a' is the id of items[0] already"]),
    ],
)
def test_a_fault_is_told_with_its_line(table: Path, text: str, words: list[str]) -> None:
    table.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as error:
        with_table(around(table))
    assert [word for word in words if word not in str(error.value)] == []
    assert str(error.value).count("\n") == len(words) - 1


def test_a_table_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        listed(tmp_path / "none.csv")
