"""The configuration file, the command line, and that the docs name all of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from broker.settings import SettingsError, load, loads
from central.api.service import make_app
from central.api.service_parts import Parts
from central.cli import main
from central.conditions import Verdict
from central.settings import CentralSettings
from central.situations import Effect
from central.store import seating
from central.store.database import Store, sqlite_url
from central.store.migrate import migrate
from tests.conftest import ROOT
from tests.unit.central.makers import event, letter, take_event

EXAMPLE = ROOT / "configs" / "central.example.yaml"
DOCS = (ROOT / "docs" / "central.md").read_text(encoding="utf-8")
LEAST = "storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\n"


def keys(model: type[BaseModel], way: str = "") -> Iterator[str]:
    """Every key as it is written: listen.port."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{way}{name}.")
        else:
            yield way + name


@pytest.mark.parametrize("key", list(keys(CentralSettings)))
def test_every_key_is_in_the_docs_and_in_the_example(key: str) -> None:
    assert f"`{key}`" in DOCS
    assert re.search(rf"^[\s#]*{key.rsplit('.', 1)[-1]}:", EXAMPLE.read_text(), re.MULTILINE)


def test_the_example_shows_the_defaults() -> None:
    text = LEAST.replace("here", "var/central").replace("127.0.0.1", "127.0.0.1:1883")
    assert load(EXAMPLE, CentralSettings) == loads(text, CentralSettings, name="least")


def test_the_example_is_good_when_every_example_in_it_is_switched_on(tmp_path: Path) -> None:
    text = re.sub(r"^(\s*)# (\s*\w+:( \S+)?)$", r"\1\2", EXAMPLE.read_text(), flags=re.MULTILINE)
    full = loads(text.replace("mqtt://", "mqtts://"), CentralSettings, name="full")
    assert full.broker.tls
    assert full.token_file is not None
    assert full.database.password_file is not None


def test_every_path_of_the_api_is_in_the_docs() -> None:
    app = make_app(Parts(None, None, None, None, None))  # type: ignore[arg-type]
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in DOCS


def test_every_effect_is_in_the_docs() -> None:
    verdicts = get_args(Verdict.__annotations__["effect"])
    others = ("moved", "merged", "stays", "kept", "evidence", "acted", "commented")
    effects = {*get_args(Effect), *get_args(seating.Effect), *verdicts, *others}
    assert {effect for effect in effects if f"`{effect}`" not in DOCS} == set()


def test_places_follow_from_the_storage_folder(tmp_path: Path) -> None:
    settings = loads(LEAST, CentralSettings, name="x")
    assert settings.database_url() == "sqlite:///here/central.db"
    assert settings.evidence_directory == Path("here/evidence")
    (tmp_path / "password").write_text("p@ss/word\n")
    text = f"{LEAST}database: {{ url: 'postgresql://u@h/n', password_file: {tmp_path / 'password'} }}\n"
    with_password = loads(text, CentralSettings, name="x")
    assert with_password.database_url() == "postgresql://u:p%40ss%2Fword@h/n"
    assert "p@ss" not in repr(with_password)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("listen: { port: 0 }", "3:11: listen.port: Input should be greater than or equal to 1 (given: 0)"),
        ("lisen: {}", "3:1: lisen: is not a known key"),
        ("database: { url: 'mysql://h/n' }", "3:13: database.url: a database is written sqlite:///FILE or"),
        ("database: { url: 'sqlite://' }", "3:13: database.url: tickets need a file"),
        ("database: { url: 'postgresql://u:secret@h/n' }", "3:13: database.url: the url carries no password"),
        (
            "ingest: { workers: 0 }",
            "3:11: ingest.workers: Input should be greater than or equal to 1 (given: 0)",
        ),
        ("ingest: { batch: 5000 }", "3:11: ingest.batch: Input should be less than or equal to 1024"),
        (
            "evidence: { max_bytes: 1 }",
            "3:13: evidence.max_bytes: Input should be greater than or equal to 1000",
        ),
    ],
)
def test_faults_say_where_and_what_is_allowed(lines: str, fault: str) -> None:
    with pytest.raises(SettingsError) as error:
        loads(LEAST + lines, CentralSettings, name="c.yaml")
    assert str(error.value).startswith(f"c.yaml:{fault}")


def test_check_names_all_faults_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "c.yaml"
    bad.write_text("storage: {}\nlisten: { port: many }\nextra: 1\n")
    assert main(["check", str(bad)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 4
    assert all(re.match(rf"{re.escape(str(bad))}:\d+:\d+: ", line) for line in said)
    assert main(["check", str(EXAMPLE)]) == 0


def test_tickets_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(LEAST.replace("here", str(tmp_path)))
    assert main(["tickets", str(config)]) == 1
    assert "gewu-central migrate makes its tables" in capsys.readouterr().err
    assert main(["migrate", str(config)]) == 0
    store = Store(sqlite_url(tmp_path / "central.db"))
    migrate(store)
    for number in range(3):
        take_event(store, letter(event(subject=f"s-{number}").encode()), event(subject=f"s-{number}"))
    store.close()
    capsys.readouterr()
    assert main(["tickets", str(config)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("T-000003  reported      illegal_parking  cam-1/kerb  Shoe Street")
    assert main(["tickets", str(config), "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_what_is_missing_at_the_start_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], free_port: int
) -> None:
    config = tmp_path / "c.yaml"
    own = f"token_file: {tmp_path / 'none'}\nlisten: {{ port: {free_port} }}\n"
    config.write_text(LEAST.replace("here", str(tmp_path)) + own)
    assert main(["serve", str(config)]) == 1
    assert str(tmp_path / "none") in capsys.readouterr().err
    config.write_text(
        LEAST.replace("here", str(tmp_path)) + "database: { url: 'postgresql://u@127.0.0.1:1/n' }\n"
    )
    assert main(["migrate", str(config)]) == 1
    assert "127.0.0.1" in capsys.readouterr().err
