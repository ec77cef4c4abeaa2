"""What the images are made by: Dockerfiles and their parts, without building one (`make image` does)."""

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import av.plane
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply.locks import locked

ROOT = Path(__file__).resolve().parents[2]
IMAGE = ROOT / "configs" / "image"
EDGE, CENTRAL = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("Dockerfile.edge", "central/Dockerfile")
)


def part(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, IMAGE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(text: str) -> list[str]:
    """One instruction a line, without comments."""
    plain = re.sub(r"^#.*\n", "", text, flags=re.M)
    return re.sub(r"\s*\\\n\s*", " ", plain).splitlines()


def test_each_image_copies_only_its_own_parts() -> None:
    for text, theirs in ((EDGE, {"edge", "models", "broker"}), (CENTRAL, {"central", "broker"})):
        copied = {m[1] for line in lines(text) if (m := re.match(r"COPY (\w+) \1$", line))}
        assert copied == theirs


@pytest.mark.parametrize("text", [EDGE, CENTRAL])
def test_what_is_installed_is_locked(text: str) -> None:
    installs = [line for line in lines(text) for line in line.split(" && ") if "pip install" in line]
    assert len(installs) >= 3
    free = [each for each in installs if not re.search(r"--require-hashes|--no-index", each)]
    assert [each for each in free if "${ONNXRUNTIME}" not in each] == []
    assert "npm install" not in text


@pytest.mark.parametrize(("text", "user"), [(EDGE, "10002"), (CENTRAL, "10001")])
def test_nobody_is_root_and_the_state_is_theirs(text: str, user: str) -> None:
    said = lines(text)
    assert f"USER {user}:{user}" in said
    assert "VOLUME /var/lib/gewu" in said
    assert any(line.startswith("HEALTHCHECK ") for line in said)
    assert [line for line in said if re.match(r"(ENV|ARG) .*(TOKEN|PASSWORD|SECRET|PROXY)", line, re.I)] == []
    assert re.search(r"^ARG BASE=debian:[0-9.]+-slim$", text, re.M), "pinned by version"


def test_only_what_an_image_needs_is_sent_to_the_builder() -> None:
    said = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let = {line[1:] for line in said if line.startswith("!")}
    assert "*" in said
    copied = {word for text in (EDGE, CENTRAL) for line in lines(text) for word in _own(line)}
    assert {
        name for name in copied if not any(name == each or name.startswith(each + "/") for each in let)
    } == set()


def _own(line: str) -> list[str]:
    words = line.split()
    return words[1:-1] if words[:1] == ["COPY"] and not words[1].startswith("--") else []


def test_the_builder_s_lock_names_what_builds() -> None:
    names = {package.name: package.version for package in locked("build")}
    assert "hatchling" in names
    dev = {package.name: package.version for package in locked("dev")}
    assert {name: dev.get(name) for name in names} == names


def test_what_packages_need_is_followed_and_what_only_installs_is_not() -> None:
    needs = {
        "python3": [["python3.11"], ["mime"]],
        "python3.11": [["libc6"], ["perl-base"]],
        "libc6": [["libgcc-s1", "libgcc1"]],
        "libgcc-s1": [["libc6"]],
        "perl-base": [["dpkg"]],
        "bash": [["libc6"]],
    }
    assert part("root").closure(["python3"], needs) == {"python3", "python3.11", "libc6", "libgcc-s1"}


def test_of_manuals_and_translations_nothing_is_kept(tmp_path: Path) -> None:
    root = part("root")
    assert root._of_use("/usr/share/doc/libc6/copyright")
    assert not root._of_use("/usr/share/doc/libc6/changelog.gz")
    assert root.SKIPPED.search("/usr/share/man/man1/x.1")
    tmp = tmp_path / "root"
    tmp.mkdir()
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("x")
    (tmp_path / "link").symlink_to("real")
    for path in (tmp_path / "link", tmp_path / "real" / "file"):
        root.copy(path, tmp)
    assert (tmp / str(tmp_path)[1:] / "link").readlink() == Path("real")
    assert (tmp / str(tmp_path)[1:] / "link" / "file").read_text() == "x"


def environment(folder: Path) -> Path:
    site = folder / "lib" / "python3.11" / "site-packages"
    ours, theirs = site / "opencv_python_headless.libs", site / "av.libs"
    for path in (ours, theirs, site / "onnxruntime" / "capi"):
        path.mkdir(parents=True)
    for name in ("avcodec", "avformat", "avutil", "swscale", "swresample"):
        (ours / f"lib{name}-aaaa.so.62.1.1").write_bytes(b"cv")
        (theirs / f"lib{name}-bbbb.so.62.2.2").write_bytes(b"av")
    (ours / "libcrypto-1.so.1.1.1k").write_bytes(b"old")
    return site


def test_second_copies_become_links_where_all_still_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trim, site = part("trim"), environment(tmp_path)
    monkeypatch.setattr(trim, "loads", lambda _: None)
    assert trim.swapped(site, trim.ffmpeg_twice, tmp_path).endswith("MB")
    link = site / "opencv_python_headless.libs" / "libavcodec-aaaa.so.62.1.1"
    assert link.is_symlink()
    assert link.read_bytes() == b"av"
    assert not (site / "opencv_python_headless.libs" / "libcrypto-1.so.1.1.1k").exists()
    assert (site / "opencv_python_headless.libs" / "libavutil-bbbb.so.62.2.2").read_bytes() == b"av"


def test_what_does_not_load_any_more_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trim, site = part("trim"), environment(tmp_path)
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    monkeypatch.setattr(trim, "loads", lambda _: "ImportError: no")
    assert trim.swapped(site, trim.ffmpeg_twice, tmp_path) == "undone: ImportError: no"
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(shutil.which("strip") is None, reason="strip (binutils) is not installed")
@pytest.mark.parametrize("why", [None, "ImportError: no"])
def test_extensions_lose_their_names_for_debuggers_where_all_still_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str | None
) -> None:
    trim, site = part("trim"), environment(tmp_path)
    extension, beside = site / "thing.so", site / "av.libs" / "libav.so"
    for path in (extension, beside):
        shutil.copy(str(av.plane.__file__), path)
    whole = extension.read_bytes()
    monkeypatch.setattr(trim, "loads", lambda _: why)
    assert trim.stripped(site, tmp_path).startswith("0." if why is None else "undone: ")
    assert beside.read_bytes() == whole
    assert sorted(path.name for path in site.glob("thing*")) == ["thing.so"]
    assert (extension.read_bytes() == whole) == (why is not None)
    assert extension.stat().st_size <= len(whole)


def test_another_major_version_of_ffmpeg_is_left_alone(tmp_path: Path) -> None:
    site = environment(tmp_path)
    other = site / "av.libs" / "libavcodec-bbbb.so.62.2.2"
    other.rename(other.with_name("libavcodec-bbbb.so.63.0.0"))
    assert part("trim").ffmpeg_twice(site) == {}


def test_the_bill_of_materials_holds_to_its_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, there = tmp_path / "root", tmp_path / "env"
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "etc").mkdir()
    (root / "etc/os-release").write_text("NAME=x\nID=debian\n")
    (root / "var/lib/dpkg/status").write_text(
        "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:2.36+dfsg-9\n\n"
        "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n"
    )
    info = there / "lib/python3.11/site-packages/Some_Thing-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: Some_Thing\nVersion: 1.0\nLicense-Expression: MIT\n"
    )
    (there / "models").mkdir()
    (there / "models" / "eyes.onnx").write_bytes(b"weights")
    out = tmp_path / "sbom.json"
    words = ["sbom.py", "--root", root, "--environment", there, "--name", "gewu-edge", "--version", "0.1.0"]
    monkeypatch.setattr(sys, "argv", [*map(str, words), "--out", str(out)])
    assert part("sbom").main() == 0
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(out.read_text()) is None
    found = json.loads(out.read_text())
    assert [each["name"] for each in found["components"]] == ["libc6", "some-thing", "eyes"]
    assert found["components"][0]["purl"] == "pkg:deb/debian/libc6@1%3A2.36%2Bdfsg-9?arch=amd64"
    assert "3 components" in capsys.readouterr().out
