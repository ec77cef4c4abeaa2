"""docs/exports.md says what is: settings, happenings, delays, the message, the sample that runs."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, get_args

from broker.settings import kinds, loads
from central import exports as folder
from central.calling import REFUSALS
from central.exported import Message
from central.exports.fiware import KINDS
from central.notice_settings import ChannelSettings
from central.notices.happenings import HAPPENINGS
from central.notices.retries import DELAYS_S, LONGEST_PAUSE_S, State
from central.notices.wording import HAPPENING
from central.settings import CentralSettings
from central.store.export_tables import deliveries, export_targets, export_told
from central.target_settings import TargetSettings
from tests.conftest import ROOT
from tests.ports import free_port
from tests.unit.central.casework import do
from tests.unit.central.exporting import Exports, exports, migrated, receiver, store, until

__all__ = ["exports", "migrated", "receiver", "store"]

PAGE = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
SAMPLES = ROOT / "docs" / "samples"
LEAST = "storage: { directory: here }\nbroker: { url: 'mqtt://127.0.0.1' }\n"


def test_every_key_column_state_and_refusal_is_in_the_page() -> None:
    words = {*TargetSettings.model_fields, *ChannelSettings.model_fields, *get_args(State)}
    for name, kind in kinds(folder):
        words |= {name, *kind.Settings.model_fields}
    words |= {column.name for table in (deliveries, export_targets, export_told) for column in table.c}
    words -= {"number", "name", "revision"}
    assert {word for word in words if f"`{word}`" not in PAGE} == set()
    assert f"({', '.join(map(str, sorted(REFUSALS)))})" in PAGE


def test_the_pauses_between_tries_are_those_of_the_page() -> None:
    *first, last = DELAYS_S
    units = ((3600, "h"), (60, "min"), (1, "s"))
    told = [next(f"{s / by:g} {unit}" for by, unit in units if s >= by) for s in (*first, last)]
    assert f"after {', '.join(told[:-1])}, then every {told[-1]};" in PAGE
    assert f"up to {LONGEST_PAUSE_S:g} s" in PAGE


def test_the_happenings_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^\x00-\x7f]+) \|", PAGE, re.MULTILINE)
    assert rows == [(word, HAPPENING[word].zh) for word in HAPPENINGS]


def test_the_kinds_of_alerts_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (\w+) \|$", PAGE, re.MULTILINE)
    assert rows == [(kind, each.category, each.subcategory or "none") for kind, each in KINDS.items()]


def test_the_settings_of_the_page_are_without_fault() -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    found = loads(LEAST + text, CentralSettings, name="page")
    assert set(found.exports.targets) == {"platform", "city"}
    assert found.notify.manner(found.notify.channels["street"]).quiet.working


def test_the_message_of_the_page_is_one_and_the_schema_is_that_of_the_messages() -> None:
    (text,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    told = Message.model_validate_json(text)
    assert told.model_dump(mode="json", exclude_unset=True) == json.loads(text)
    schema = json.loads((SAMPLES / "gewu.ticket.changed.v1.schema.json").read_text(encoding="utf-8"))
    assert schema == Message.model_json_schema()


def test_no_field_of_a_message_is_about_a_person() -> None:
    names = set(re.findall(r'"(\w+)": \{', json.dumps(Message.model_json_schema())))
    assert names & {"who", "person", "name", "phone", "account", "handled_by", "plate"} == set()


def test_the_sample_takes_what_is_ours_once_and_refuses_the_rest(exports: Any, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    targets = {name: {"kind": "webhook", "url": url} for name in ("ours", "theirs")}
    theirs = tmp_path / "theirs"
    theirs.write_text(f"whsec_{'QUJD' * 8}\n")
    targets["theirs"]["secret_file"] = str(theirs)
    made: Exports = exports(exports={"targets": targets})
    words = [sys.executable, SAMPLES / "webhook_receiver.py", tmp_path / "secret", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as sample:
        try:
            assert sample.stdout is not None
            assert sample.stdout.readline() == f"listening at {url}\n"
            do(made.store, "olga", "accept")
            made.follow()
            (row,) = made.sent(1)
            assert row.target == "ours"
            (other,) = until(lambda: [row for row in made.rows("waiting") if row.tries])
            assert (other.target, other.reason["code"]) == ("theirs", "http_401")
            again = made.follower._outlets["ours"].send(made.told("ours"), row.id, time.time())
            assert again.what == "sent"
        finally:
            sample.terminate()
        assert sample.stdout.read() == "T-000001 accepted 机动车乱停放 Shoe Street, at the crossing accept\n"
