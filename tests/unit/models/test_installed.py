"""Installed bundles: by name and version, whole or not at all, beside a site's own catalogue."""

import errno
import os
from pathlib import Path

import pytest

from broker.bundles import new_keys
from edge.assembly import open_masker
from edge.trust import ModelTrust, NotTrusted, TrustSettings
from models import installed
from models.cli import main
from models.errors import ModelError
from models.installed import install, load, place_of, places, remove
from models.runtime import ModelSettings, choice_of, open_bundle, open_detector
from tests.unit.models.bundled import NETWORK, PRIVATE, PUBLIC, TRUST, bundle
from tests.unit.models.conftest import constant_network, grey, yolox_output

OTHER = constant_network([yolox_output({0: [0.5, 0.5, 0, 0, 1, 0, 0.7]})])


def settings(folder: Path, name: str = "our_vans") -> ModelSettings:
    return ModelSettings(name=name, directory=folder)


def test_a_name_is_its_newest_version_and_a_version_is_itself(tmp_path: Path) -> None:
    for version, network in ((3, NETWORK), (12, OTHER), (4, NETWORK)):
        install(bundle(network, version=version), tmp_path)
    assert [place.full_name for place in places(tmp_path)] == ["our_vans@3", "our_vans@4", "our_vans@12"]
    newest, third = open_detector(settings(tmp_path)), open_detector(settings(tmp_path, "our_vans@3"))
    assert (newest.name, third.name) == ("our_vans@12", "our_vans@3")
    assert "this is its newest version" in newest.why
    assert newest.labels[newest.detect([grey()])[0].classes[0]] == "stall"  # its card says so of a hawker
    assert third.labels[third.detect([grey()])[0].classes[0]] == "van"
    assert open_bundle(load(tmp_path, "our_vans", TRUST), ModelSettings()).sha256 == newest.sha256


def test_what_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    install(bundle(), tmp_path)
    with pytest.raises(ModelError, match=r"our_vans@9 is not installed in .*; there is our_vans@3"):
        open_detector(settings(tmp_path, "our_vans@9"))
    with pytest.raises(ModelError, match="is not in the catalogue"):
        open_detector(settings(tmp_path, "no_such"))
    for name in ("our_vans@", "our_vans@x", "../etc@1", "a@1@2"):
        with pytest.raises(ModelError, match="a name is lower_snake_case"):
            choice_of(name, tmp_path)


def test_twice_is_once_and_a_version_is_never_changed(tmp_path: Path) -> None:
    assert install(bundle(), tmp_path) == install(bundle(), tmp_path)
    with pytest.raises(ModelError, match="a version is never changed"):
        install(bundle(OTHER), tmp_path)
    assert load(tmp_path, "our_vans").network == NETWORK


def test_names_of_the_catalogue_are_taken(tmp_path: Path) -> None:
    for name in ("yolox_nano_416", "default"):
        with pytest.raises(ModelError, match="the catalogue has this name"):
            install(bundle(name=name), tmp_path)


def test_a_full_disk_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    install(bundle(), tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(installed, "write_whole", full)
        with pytest.raises(ModelError, match=r"cannot be written: .*No space left"):
            install(bundle(version=4), tmp_path)
    assert os.listdir(tmp_path / "installed" / "our_vans") == ["3"]  # noqa: PTH208
    left = tmp_path / "installed" / "our_vans" / ".part-old"
    left.mkdir()
    os.utime(left, (0, 0))
    install(bundle(version=4), tmp_path)
    assert not left.exists()
    assert place_of(tmp_path, "our_vans") == places(tmp_path)[-1]


def test_what_is_removed_is_gone(tmp_path: Path) -> None:
    for version in (3, 4):
        install(bundle(version=version), tmp_path)
    with pytest.raises(ModelError, match="say which: our_vans@3, our_vans@4"):
        remove(tmp_path, "our_vans")
    remove(tmp_path, "our_vans@4")
    remove(tmp_path, "our_vans")
    assert list((tmp_path / "installed").iterdir()) == []
    with pytest.raises(ModelError, match="is not installed"):
        remove(tmp_path, "our_vans")


def test_a_changed_network_does_not_run(tmp_path: Path) -> None:
    place = install(bundle(), tmp_path)
    (place.path / "model.onnx").write_bytes(OTHER)
    with pytest.raises(ModelError, match="sha256 is"):
        open_detector(settings(tmp_path))
    (place.path / "card.json").write_bytes(bundle(version=4).files["card.json"])
    with pytest.raises(ModelError, match="is of our_vans@4; allowed there is only our_vans@3"):
        open_detector(settings(tmp_path))


def test_a_node_runs_what_its_keys_vouch_for(tmp_path: Path) -> None:
    (tmp_path / "a.pub").write_bytes(PUBLIC)
    (tmp_path / "b.pub").write_bytes(new_keys()[1])
    install(bundle(), tmp_path)
    install(bundle(signed=False, version=4), tmp_path)

    def trusting(key: str, signed: bool = True) -> ModelTrust:
        return ModelTrust(TrustSettings(keys=[tmp_path / key], require_signed=signed), tmp_path)

    good = trusting("a.pub")
    good.check(settings(tmp_path, "our_vans@3"))
    good.used(settings(tmp_path, "our_vans@3"), open_detector(settings(tmp_path, "our_vans@3")).sha256)
    with pytest.raises(NotTrusted, match="was replaced while it was loaded"):
        good.used(settings(tmp_path, "our_vans@3"), "0" * 64)
    with pytest.raises(NotTrusted, match="only signed models are allowed"):
        good.check(settings(tmp_path))  # the newest one has no signature
    trusting("a.pub", signed=False).check(settings(tmp_path))
    with pytest.raises(NotTrusted, match="good signatures of trusted keys"):
        trusting("b.pub").check(settings(tmp_path, "our_vans@3"))
    with pytest.raises(ModelError, match="only signed models are allowed"):
        open_masker(settings(tmp_path), good)


def test_the_commands_lead_from_a_network_to_a_node(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.unit.models.bundled import written_card

    card = {key: value for key, value in written_card().items() if key != "file"}
    import yaml

    (tmp_path / "card.yaml").write_text(yaml.safe_dump(card))
    (tmp_path / "a.onnx").write_bytes(NETWORK)
    (tmp_path / "key").write_bytes(PRIVATE)
    (tmp_path / "pub").write_bytes(PUBLIC)
    out, folder = str(tmp_path / "x.gewu-model"), str(tmp_path / "models")
    trust = ["--key", str(tmp_path / "pub")]
    packing = ["pack", str(tmp_path / "a.onnx"), str(tmp_path / "card.yaml"), "--out", out]
    assert main([*packing, "--key", str(tmp_path / "key")]) == 0
    assert main(["verify", out, *trust]) == 0
    assert main(["verify", out, *trust, "--json"]) == 0
    assert '"taken_for": {"van": "van", "hawker": "stall"}' in capsys.readouterr().out
    assert main(["install", out, *trust, "--dir", folder]) == 0
    assert main(["list", "--dir", folder]) == 0
    assert "our_vans@3" in capsys.readouterr().out
    assert main(["remove", "our_vans", "--dir", folder]) == 0
    assert main(["install", str(tmp_path / "a.onnx"), "--dir", folder]) == 1
    assert "is no plain zip" in capsys.readouterr().err
