"""Signed bundles: what was signed is what is used, by whom, and nothing older; everything else is refused."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from broker.bundles import (
    MOST_BYTES,
    BundleError,
    Manifest,
    describe,
    new_keys,
    public_key,
    sign,
    signer,
    vouched,
)
from broker.cli import main as broker
from broker.settings import SettingsError
from edge.assembly import open_models
from edge.cli import main as edge
from edge.config import load
from edge.trust import ACCEPTED, ModelTrust, NotTrusted, TrustSettings, accepted, not_older, remember
from models.errors import ModelError
from models.runtime import ModelSettings

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
PRIVATE, PUBLIC = new_keys()
OTHER_PRIVATE, OTHER_PUBLIC = new_keys()
KEY, OTHER = public_key(PUBLIC, "a"), public_key(OTHER_PUBLIC, "b")
SIGNER, OTHER_SIGNER = signer(PRIVATE, "a"), signer(OTHER_PRIVATE, "b")
LEAST = """\
node: { district: "131002", id: edge-01 }
broker: { url: "mqtt://127.0.0.1" }
storage: { directory: var }
sources: [{ kind: file, id: cam, path: film.mp4 }]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.onnx").write_bytes(b"a model")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "b.txt").write_bytes(b"car")
    return tmp_path


def manifest(folder: Path, **changes: Any) -> Manifest:
    about = {"name": "street", "kind": "models", "version": 3, "created": NOW} | changes
    return describe(folder, ["a.onnx", "labels/b.txt"], **about)


def test_what_is_signed_is_vouched_for(folder: Path) -> None:
    found = vouched(sign(manifest(folder), [SIGNER]), [OTHER, KEY], kind="models")
    assert (found.signers, found.manifest) == ((KEY.keyid,), manifest(folder))
    found.check_all(folder)
    found.check("a.onnx", b"a model")


def test_a_p256_key_signs_as_well(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"sesame"),
    )
    by = signer(pem, "key", b"sesame")
    assert vouched(sign(manifest(folder), [by]), [by.public_key], kind="models").signers
    with pytest.raises(BundleError, match="its password is another") as error:
        signer(pem, "key", b"another")
    assert b"sesame" not in str(error.value).encode()


def test_changed_files_are_found(folder: Path) -> None:
    found = vouched(sign(manifest(folder), [SIGNER]), [KEY], kind="models")
    (folder / "a.onnx").write_bytes(b"a mode1")
    with pytest.raises(BundleError, match=r"a\.onnx is not the file that was signed"):
        found.check_all(folder)
    with pytest.raises(BundleError, match=r"a\.onnx is not the file"):
        found.check("a.onnx", b"a mode1")
    with pytest.raises(BundleError, match=r"c\.onnx is not in the signed bundle; it holds a\.onnx"):
        found.check("c.onnx", b"")
    (folder / "a.onnx").unlink()
    with pytest.raises(BundleError, match="cannot be read"):
        found.check_all(folder)


def test_no_link_leads_out(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = vouched(sign(manifest(folder), [SIGNER]), [KEY], kind="models")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret"
    elsewhere.write_bytes(b"a model")
    (folder / "a.onnx").unlink()
    (folder / "a.onnx").symlink_to(elsewhere)
    with pytest.raises(BundleError, match="leads out of its folder"):
        found.check_all(folder)
    with pytest.raises(BundleError, match="no file of the folder"):
        manifest(folder)


def changed(body: bytes, change: Callable[[dict[str, Any]], object], *, by: Any = None) -> bytes:
    """The signature file with another manifest in it, signed anew where somebody does."""
    envelope = json.loads(body)
    payload = json.loads(base64.b64decode(envelope["payload"]))
    change(payload)
    envelope["payload"] = base64.b64encode(json.dumps(payload).encode()).decode()
    if by is None:
        return json.dumps(envelope).encode()
    from securesystemslib.dsse import Envelope

    anew = Envelope(json.dumps(payload).encode(), envelope["payloadType"], {})
    anew.sign(by)
    return json.dumps(anew.to_dict()).encode()


def test_a_changed_manifest_is_nobody_s(folder: Path) -> None:
    body = changed(sign(manifest(folder), [SIGNER]), lambda m: m.update(version=9))
    with pytest.raises(BundleError, match="needs 1 good signatures"):
        vouched(body, [KEY], kind="models")


def test_another_key_is_nobody_we_trust(folder: Path) -> None:
    body = sign(manifest(folder), [OTHER_SIGNER])
    with pytest.raises(BundleError, match=rf"trusted keys \({KEY.keyid}\); it is signed by {OTHER.keyid}"):
        vouched(body, [KEY], kind="models")
    renamed = body.replace(OTHER.keyid.encode(), KEY.keyid.encode())
    with pytest.raises(BundleError, match="needs 1 good signatures"):
        vouched(renamed, [KEY], kind="models")


def test_two_must_sign_where_two_are_asked(folder: Path) -> None:
    once, twice = (sign(manifest(folder), by) for by in ([SIGNER], [SIGNER, OTHER_SIGNER]))
    assert vouched(twice, [KEY, OTHER], kind="models", threshold=2).signers == tuple(
        sorted([KEY.keyid, OTHER.keyid])
    )
    with pytest.raises(BundleError, match="needs 2 good signatures"):
        vouched(once, [KEY, OTHER], kind="models", threshold=2)
    doubled = json.loads(once)
    doubled["signatures"] *= 2
    with pytest.raises(BundleError, match="no signature file"):
        vouched(json.dumps(doubled).encode(), [KEY, OTHER], kind="models", threshold=2)


def test_a_bundle_of_another_kind_is_none(folder: Path) -> None:
    body = sign(manifest(folder), [SIGNER])
    with pytest.raises(BundleError, match="vouches for models; here configuration is needed"):
        vouched(body, [KEY], kind="configuration")
    other = json.loads(body)
    other["payloadType"] = "application/json"
    with pytest.raises(BundleError, match="needs 1 good signatures"):
        vouched(json.dumps(other).encode(), [KEY], kind="models")


@pytest.mark.parametrize(
    "name", ["../a", "/etc/passwd", "a/../../b", "a//b", ".ssh", "a\\b", "a\n", "", "x" * 300, "a/.b", "~/a"]
)
def test_no_name_in_a_manifest_leads_out(folder: Path, name: str) -> None:
    file = {"sha256": "0" * 64, "size": 1}
    body = changed(sign(manifest(folder), [SIGNER]), lambda m: m["files"].update({name: file}), by=SIGNER)
    with pytest.raises(BundleError, match="its manifest is not understood: files"):
        vouched(body, [KEY], kind="models")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": "3"},
        {"version": 2**60},
        {"kind": "firmware"},
        {"files": {}},
        {"name": "a b"},
        {"created": 5},
    ],
    ids=str,
)
def test_a_manifest_is_read_strictly(folder: Path, change: dict[str, Any]) -> None:
    body = changed(sign(manifest(folder), [SIGNER]), lambda m: m.update(change), by=SIGNER)
    with pytest.raises(BundleError, match="its manifest is not understood"):
        vouched(body, [KEY], kind="models")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b"\xff",
        b'{"payload":"","payloadType":"x","signatures":5}',
        b'{"payload":"","payloadType":"x","signatures":[5]}',
        b'{"payload":"%","payloadType":"x","signatures":[]}',
        b'{"payload":"","payloadType":7,"signatures":[]}',
        b'{"payload":{},"payloadType":"x","signatures":[{"keyid":"a","sig":"!"}]}',
        b'{"payload":"","payloadType":"x","signatures":[{"keyid":[],"sig":""}]}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"payload":"","payloadType":"x","signatures":[' + b",".join([b"{}"] * 99) + b"]}",
        b" " * (MOST_BYTES + 1),
    ],
    ids=range(16),
)
def test_what_is_no_signature_file_is_told(body: bytes) -> None:
    with pytest.raises(BundleError, match=r"no signature file|larger than|more than 16|needs 1 good"):
        vouched(body, [KEY], kind="models")


def test_keys_that_may_not_vouch(folder: Path) -> None:
    weak = rsa.generate_private_key(65537, 2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = weak.public_bytes(serialization.Encoding.PEM, form)
    with pytest.raises(BundleError, match="only Ed25519 and ECDSA P-256"):
        public_key(pem, "weak.pub")
    for pem in (b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", PRIVATE):
        with pytest.raises(BundleError, match=r"k\.pub is no public key"):
            public_key(pem, "k.pub")


# The node


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node's folder with a signed configuration and the keys of two signers."""
    monkeypatch.delenv("GEWU_TRUST", raising=False)
    for name in ("ours", "theirs"):
        assert broker(["bundle", "keys", str(tmp_path / name)]) == 0
    trust = "trust: { keys: [ours.pub], require_signed: true }\n"
    (tmp_path / "edge.yaml").write_text(LEAST + trust)
    return tmp_path


def signed(site: Path, *, by: str = "ours", version: int = 5, target: str = "edge.yaml") -> None:
    words = ["--key", str(site / f"{by}.key"), "--version", str(version)]
    assert broker(["bundle", "sign", str(site / target), *words]) == 0


def refused(site: Path) -> str:
    with pytest.raises(SettingsError) as error:
        load(site / "edge.yaml")
    return str(error.value)


def test_a_node_takes_what_is_signed(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "edge.yaml.sig is missing, and trust.require_signed is set" in refused(site)
    assert edge(["check", str(site / "edge.yaml")]) == 2
    signed(site)
    assert (site / "ours.key").stat().st_mode & 0o077 == 0, "a private key is nobody else's"
    assert edge(["check", str(site / "edge.yaml")]) == 0
    assert "signed: edge.yaml version 5, by " in capsys.readouterr().out
    public = ["--key", str(site / "ours.pub")]
    assert broker(["bundle", "verify", str(site / "edge.yaml"), *public]) == 0
    (site / "edge.yaml").write_text((site / "edge.yaml").read_text() + "\n")
    assert "edge.yaml is not the file that was signed" in refused(site)
    assert broker(["bundle", "verify", str(site / "edge.yaml"), *public]) == 1


def test_a_bad_signature_counts_even_where_none_is_asked(site: Path) -> None:
    (site / "edge.yaml").write_text(LEAST + "trust: { keys: [ours.pub] }\n")
    assert load(site / "edge.yaml").vouched is None
    signed(site, by="theirs")
    assert "good signatures of trusted keys" in refused(site)
    (site / "edge.yaml.sig").write_bytes(b" " * (MOST_BYTES + 1))
    assert "larger than" in refused(site)


def test_whom_to_trust_may_stand_outside_the_configuration(
    site: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "edge.yaml").write_text(LEAST)  # whoever wrote it trusts everybody
    elsewhere = tmp_path_factory.mktemp("etc")
    (elsewhere / "ours.pub").write_bytes((site / "ours.pub").read_bytes())
    (elsewhere / "trust.yaml").write_text("keys: [ours.pub]\nrequire_signed: true\n")
    monkeypatch.setenv("GEWU_TRUST", str(elsewhere / "trust.yaml"))
    assert "edge.yaml.sig is missing" in refused(site)
    signed(site)
    assert load(site / "edge.yaml").vouched is not None
    (elsewhere / "trust.yaml").write_text("keys: []\nrequire_signed: true\n")
    assert "1 keys are needed, 0 are given" in refused(site)
    (elsewhere / "trust.yaml").write_text("keys: [none.pub]\n")
    assert "trust.keys: " in refused(site)


def test_nothing_older_is_taken_again(site: Path) -> None:
    signed(site, version=5)
    storage = site / "var"
    storage.mkdir()
    remember(storage, load(site / "edge.yaml").vouched)
    assert accepted(storage) == {"configuration": 5}
    signed(site, version=4)
    assert "is version 4, and this node has run version 5" in refused(site)
    assert "remove" in refused(site)
    signed(site, version=5)
    load(site / "edge.yaml")
    signed(site, version=6)
    found = load(site / "edge.yaml").vouched
    remember(storage, found)
    assert accepted(storage) == {"configuration": 6}
    for damage in (b"{", b"[]", b'{"configuration": "6"}'):
        (storage / ACCEPTED).write_bytes(damage)
        with pytest.raises(NotTrusted, match="remove it to accept any version"):
            not_older(storage, found)


def test_models_that_nobody_vouches_for_are_not_read(site: Path) -> None:
    signed(site)
    shelf = site / "models"
    shelf.mkdir()
    (shelf / "yolox_nano_416.onnx").write_bytes(b"not looked at")
    (site / "edge.yaml").write_text((site / "edge.yaml").read_text() + "model: { directory: models }\n")
    signed(site, version=6)
    settings = load(site / "edge.yaml").settings

    def why() -> str:
        with pytest.raises(ModelError) as error:
            open_models(settings)
        return str(error.value)

    assert "models.sig is missing" in why()
    signed(site, target="models")
    assert "sha256" in why(), "the signature is good; the catalogue has its own word about the file"
    (shelf / "yolox_nano_416.onnx").write_bytes(b"not looked aT")
    assert "is not the file that was signed" in why()
    signed(site, target="models", version=7)
    (shelf / "catalog.yaml").write_text("models: {}\n")
    assert "does not vouch for catalog.yaml" in why()
    signed(site, target="models", version=8)
    (site / "var").mkdir()
    (site / "var" / ACCEPTED).write_text('{"models": 9}')
    assert "the signed models is version 8, and this node has run version 9" in why()


def test_a_model_that_is_replaced_after_the_check_does_not_run(folder: Path) -> None:
    (folder / "key.pub").write_bytes(PUBLIC)
    (folder / "models.sig").write_bytes(sign(manifest(folder), [SIGNER]))
    trust = ModelTrust(TrustSettings(keys=[folder / "key.pub"], require_signed=True), folder)
    wanted = ModelSettings(directory=folder)
    trust.check(wanted)
    trust.used(wanted, sha256(b"a model").hexdigest())
    with pytest.raises(NotTrusted, match="was replaced while it was loaded"):
        trust.used(wanted, sha256(b"another model").hexdigest())
