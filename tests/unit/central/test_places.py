"""Places with a sign, on the command line."""

from pathlib import Path
from xml.etree import ElementTree as ET

import cv2
import pytest
import yaml

from central.cli import main


@pytest.fixture
def config(tmp_path: Path) -> Path:
    found = tmp_path / "central.yaml"
    settings = {
        "storage": {"directory": str(tmp_path / "storage")},
        "broker": {"url": "mqtt://127.0.0.1"},
        "people": {"public_url": "https://tickets.example"},
    }
    found.write_text(yaml.safe_dump(settings))
    return found


def places(config: Path, *words: str) -> int:
    return main(["places", str(config), *words])


def test_a_place_is_made_listed_drawn_and_dropped(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert places(config, "add", "槐树街 3 号门", "116.7005", "-39.5005", "--kind", "bin_full") == 0
    line = capsys.readouterr().out
    code = line.split()[0]
    url = f"https://tickets.example/report?at={code}"
    assert line == f"{code}  116.700500 -39.500500  within 5 m  bin_full  槐树街 3 号门  {url}\n"
    assert places(config, "list") == 0
    assert capsys.readouterr().out == line
    for name in ("sign.png", "sign.svg"):
        assert places(config, "qr", "槐树街 3 号门", "-o", str(tmp_path / name)) == 0
    read, *_ = cv2.QRCodeDetectorAruco().detectAndDecode(cv2.imread(str(tmp_path / "sign.png")))
    assert read == url
    drawn = ET.parse(tmp_path / "sign.svg").getroot()  # noqa: S314 - our own
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn[0].text == "槐树街 3 号门"
    assert places(config, "drop", "槐树街 3 号门") == 0
    capsys.readouterr()
    assert places(config, "list") == 0
    assert capsys.readouterr().out == ""
    assert places(config, "add", "槐树街 3 号门", "116.7", "39.5") == 0, "the name is free again"
    assert capsys.readouterr().out.split()[0] != code


def test_every_sign_on_a_sheet_of_paper(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert places(config, "add", "<Gate> 3", "116.7", "39.5", "--kind", "bin_full") == 0
    assert places(config, "add", "Row of bins", "116.71", "39.5") == 0
    codes = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    paper = tmp_path / "posters.html"
    assert places(config, "posters", "-o", str(paper)) == 0
    text = paper.read_text(encoding="utf-8")
    assert (text.count("<section>"), text.count("<svg")) == (2, 2)
    assert "&lt;Gate&gt; 3" in text
    assert all(f"https://tickets.example/report?at={code}" in text for code in codes)
    assert "<script" not in text
    assert "src=" not in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["qr", "nowhere", "-o", "x.svg"], 1, "there is no place 'nowhere'"),
        (["drop", "nowhere"], 1, "there is no place 'nowhere'"),
        (["add", "here", "200", "39"], 2, "from -180 to 180"),
        (["add", "here", "116", "99"], 2, "from -90 to 90"),
        (["add", "", "116", "39"], 2, "printable signs"),
        (["add", "京A12345", "116", "39"], 2, "printable signs"),
        (["add", "here", "116", "39", "--accuracy", "0"], 2, "metres up to 200"),
        (["add", "here", "116", "39", "--kind", "nonsense"], 2, "invalid choice: 'nonsense'"),
        (["qr", "here", "-o", "sign.bmp"], 2, ".svg or .png"),
    ],
)
def test_what_cannot_be_done_is_said(
    config: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    try:
        found = places(config, *words)
    except SystemExit as ended:
        found = int(str(ended.code))
    assert found == code
    assert said in capsys.readouterr().err


def test_a_name_is_given_once(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [places(config, "add", "gate", "116.7", "39.5") for _ in range(2)] == [0, 1]
    assert "there is a place 'gate' already" in capsys.readouterr().err
