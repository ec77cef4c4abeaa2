"""Planted faults of disk, lock, configuration, models and packages, each for real; and how it is told."""

import fcntl
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from broker.asks import Answer
from broker.fields import read, utc
from broker.fleet import Examine
from edge.asked.itself import Itself
from edge.asked.room import Room
from edge.asked.telling import Telling
from edge.asks import examine
from edge.doctor import heat, ports
from edge.examining.case import opened
from edge.examining.document import ToldReport
from tests.disks import fill, small_disk_of
from tests.examined import at, box, codes, command, document, findings, zone


def test_a_full_disk_and_one_in_memory(tmp_path: Path) -> None:
    with small_disk_of("2m", tmp_path / "small") as small:
        storage = {"directory": str(small / "data")}
        assert "on a disk" in at(findings(box(tmp_path, storage=storage), "disk"), "disk_fleeting").cure
        fill(small / "ballast")
        assert "Make room" in at(findings(box(tmp_path, storage=storage), "disk"), "disk_full").cure


def test_limits_beyond_the_disk_and_a_folder_that_is_none(tmp_path: Path) -> None:
    storage = {"directory": "data", "max_evidence_mb": 1e9, "max_mb": 2e9}
    found = findings(box(tmp_path, storage=storage), "disk", seconds=1)
    assert "storage.max_mb" in at(found, "disk_tight").cure
    bound = {"directory": "data", "max_evidence_mb": 1e9, "max_mb": 60, "leave_mb": 0}
    assert "disk_tight" not in codes(findings(box(tmp_path, storage=bound), "disk", seconds=1))
    (tmp_path / "file").write_text("")
    found = findings(box(tmp_path, storage={"directory": "file/data"}), "disk", seconds=1)
    assert "storage.directory" in at(found, "disk_unusable").cure


def test_another_nodes_lock(tmp_path: Path) -> None:
    config = box(tmp_path)
    (tmp_path / "data").mkdir()
    with (tmp_path / "data/lock").open("w") as lock:
        holder = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=[lock.fileno()]
        )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert "storage.directory" in at(findings(config, "node"), "node_other_holds_storage").cure
        finally:
            holder.kill()
            holder.wait()
    assert codes(findings(config, "node")) == {"node_not_running"}


def test_a_wrong_configuration_is_told_whole_and_the_box_is_examined(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beyond = {
        "id": "one",
        "kind": "folder",
        "path": "drop",
        "zones": [zone([[0.1, 0.1], [1.4, 0.1], [0.5, 0.9]])],
    }
    config = box(tmp_path, sources=[beyond], storage={"directory": "data", "max_events": 1})
    code, told = document(capsys, config)
    assert code == 2
    found = [one for each in told["examinations"] for one in each["findings"]]
    assert {"configuration_zone_outside", "configuration_fault"} <= {one["code"] for one in found}
    assert "memory" in {each["name"] for each in told["examinations"]}
    assert told["node"] is None


def test_secrets_that_others_may_read_are_empty_or_not_there(tmp_path: Path) -> None:
    for name in ("open", "empty"):
        (tmp_path / name).write_text("secret" if name == "open" else "")
    (tmp_path / "open").chmod(0o644)
    (tmp_path / "empty").chmod(0o600)
    link = {"url": "mqtt://127.0.0.1:9", "username": "x"}
    for name, code, cure in (
        ("open", "configuration_secret_open", "chmod 600"),
        ("empty", "configuration_file_empty", "Write it"),
        ("none", "configuration_file_missing", "broker.password_file"),
    ):
        found = findings(box(tmp_path, broker=link | {"password_file": name}), "configuration")
        assert cure in at(found, code).cure
    (tmp_path / "open").chmod(0o600)
    found = findings(box(tmp_path, broker=link | {"password_file": "open"}), "configuration")
    assert "configuration_fine" in codes(found)


def test_models_that_are_altered_gone_or_unsigned(tmp_path: Path) -> None:
    config = box(tmp_path)
    at(findings(config, "models"), "model_fine")
    file = tmp_path / "models" / "red_cars.onnx"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    assert "gewu-models pull red_cars" in at(findings(config, "models"), "model_altered").cure
    file.unlink()
    assert "gewu-models pull red_cars" in at(findings(config, "models"), "model_missing").cure
    fast = {"name": "red_cars", "directory": str(tmp_path / "models"), "provider": "openvino"}
    found = findings(box(tmp_path, model=fast), "models")
    assert "model.provider: cpu" in at(found, "model_provider").cure


def test_a_model_that_nobody_vouches_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "release.pub").write_bytes(public.public_bytes(serialization.Encoding.PEM, form))
    own = opened(box(tmp_path), 1.0)
    trust = own.settings.trust.model_copy(update={"keys": [tmp_path / "release.pub"], "require_signed": True})
    signed = replace(own.configuration, settings=own.settings.model_copy(update={"trust": trust}))
    found = findings(replace(own, configuration=signed), "models")
    assert "gewu-broker bundle" in at(found, "model_not_trusted").cure


def test_a_second_runtime_beside_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = box(tmp_path)
    assert "packages_fine" in codes(findings(config, "packages"))
    for name in ("onnxruntime-gpu", "ultralytics"):
        about = tmp_path / "site" / f"{name.replace('-', '_')}-1.20.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.20.0\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    found = findings(config, "packages")
    assert "pip uninstall -y onnxruntime onnxruntime-gpu" in at(found, "packages_two_runtimes").cure
    at(found, "packages_agpl_there")


def test_the_command_says_what_is_wrong_first_and_how_to_mend_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = command(capsys, box(tmp_path), "--only", "broker", "--only", "node")
    assert code == 1
    assert err == ""
    lines = [line.split() for line in out.splitlines()]
    # The title is as long as the path to the file, which may go over more than one line.
    assert next(line for line in lines[1:] if line[:1] in (["broker"], ["node"]))[:2] == ["broker", "fault"]
    assert any(line[:1] == ["→"] for line in lines)
    assert out.splitlines()[-1].startswith("1 fault, 0 warnings")
    code, _, err = command(capsys, box(tmp_path), "--only", "nonsense")
    assert (code, "nonsense: there are broker" in err) == (2, True)


def test_the_command_speaks_the_readers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "open").write_text("secret")
    (tmp_path / "open").chmod(0o644)
    config = box(tmp_path, broker={"url": "mqtt://127.0.0.1:9", "username": "x", "password_file": "open"})
    only = ("--only", "broker", "--only", "configuration", "--only", "node")
    code, out, err = command(capsys, config, *only, "--lang", "zh")
    assert (code, err) == (1, "")
    plain = "".join(out.split())
    assert "消息服务故障127.0.0.1:9：连接被拒绝：127.0.0.1:9没有服务" in plain
    assert "权限644" in plain
    assert "→检查：消息服务是否在运行" in plain
    assert "本机的其他用户可以读取机密(configuration_secret_open)" in plain
    assert plain.endswith("1个故障，1个警告，1个提示，1项正常")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "没有人锁定" in command(capsys, config, "--only", "node")[1]
    assert "nobody has it locked" in command(capsys, config, "--only", "node", "--lang", "en")[1]
    assert "存储目录里是否有节点在运行" in command(capsys, config, "--list")[1]
    assert "没有这一项" in command(capsys, config, "--only", "nonsense")[2]


def test_the_document_is_in_english_unless_another_language_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    config = box(tmp_path)
    found = {}
    for words in ((), ("--lang", "zh")):
        code, told = document(capsys, config, "--only", "broker", *words)
        ToldReport.model_validate_json(json.dumps(told))
        (found[words],) = told["examinations"]
        assert (code, found[words]["findings"][0]["code"]) == (1, "broker_unreachable")
    english, chinese = found.values()
    assert (english["title"], chinese["title"]) == ("broker", "消息服务")
    assert english["findings"][0]["cure"].startswith("Is the broker running")
    assert "防火墙是否拦住了 127.0.0.1:9" in chinese["findings"][0]["cure"]
    assert english["findings"][0]["figures"] == chinese["findings"][0]["figures"]


def test_a_node_that_is_asked_tells_its_findings_in_the_language_of_the_ask(tmp_path: Path) -> None:
    answers: list[Answer] = []
    config, now = box(tmp_path), time.time()
    itself = Itself(config, None, None, None, None, None, None, None)  # type: ignore[arg-type]
    room = Room(None, None, tmp_path, None, None, None, "gewu", itself=itself)  # type: ignore[arg-type]
    for language in ("zh", "en"):
        ask = Examine(id=language, expires=utc(now + 60), only=["node"], seconds=1.0, language=language)
        again = read(Examine, ask.encode())
        tell = Telling(again, lambda one: answers.append(one) or True, time.time)  # type: ignore[func-returns-value]
        examine.answer(again, room, tell)
    told = [one.findings[0] for one in answers if one.findings]
    assert [(one.code, one.seen) for one in told] == [
        ("node_not_running", "没有人锁定"),
        ("node_not_running", "nobody has it locked"),
    ]
    assert told[0].means == "没有节点在使用这个存储目录"


def test_what_hangs_or_breaks_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_case: Any) -> Any:
        raise ZeroDivisionError("rtsp://viewer:hidden@camera")

    monkeypatch.setattr(ports, "examine", breaks)
    monkeypatch.setattr(heat, "examine", lambda _case: time.sleep(30))
    monkeypatch.setattr(heat, "limit_s", lambda _case: 0.2)
    found = findings(box(tmp_path), "heat", "node", "ports")
    broke = at(found, "examination_broke")
    assert "ZeroDivisionError" in broke.seen
    assert "hidden" not in repr(found)
    assert "--only heat" in at(found, "examination_late").cure
    assert "node_not_running" in codes(found)
