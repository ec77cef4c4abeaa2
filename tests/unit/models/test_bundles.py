"""Bundles: what was packed is what is read, and every way in which one cannot be used."""

import io
import json
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.bundles import new_keys, public_key
from models import bundles
from models.bundles import CARD, LICENCE, LIMITS, NETWORK, SIGNATURE, read
from models.card import Card
from models.errors import ModelError
from models.signing import Trust, packed
from tests.unit.models.bundled import KEY, TRUST, bundle, card, written_card
from tests.unit.models.bundled import NETWORK as BYTES


def changed(**files: bytes | None) -> dict[str, bytes]:
    """The files of a good bundle, some of them changed or away."""
    names = {"card": CARD, "network": NETWORK, "signature": SIGNATURE, "licence": LICENCE}
    found = {**bundle().files, **{names.get(key, key): body for key, body in files.items()}}
    return {name: body for name, body in found.items() if body is not None}


def fault(given: Path | bytes, trust: Trust = TRUST) -> list[str]:
    with pytest.raises(ModelError) as error:
        read(given, trust)
    return str(error.value).splitlines()


def zipped(files: Mapping[str, bytes], kind: int = zipfile.ZIP_STORED, mode: int = stat.S_IFREG) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in files.items():
            about = zipfile.ZipInfo(name)
            about.external_attr, about.compress_type = (mode | 0o644) << 16, kind
            archive.writestr(about, body)
    return out.getvalue()


def test_what_was_packed_is_read_again(tmp_path: Path) -> None:
    made = bundle()
    path = tmp_path / made.file_name
    path.write_bytes(made.packed())
    found = read(path, TRUST)
    assert (found.card, found.files, found.signers) == (made.card, made.files, (KEY.keyid,))
    assert (found.name, found.network) == ("our_vans@3", BYTES)
    assert read(made.packed(), TRUST) == found
    assert found.packed() == made.packed() == packed(dict(reversed(made.files.items())))


def test_a_folder_will_do_as_well(tmp_path: Path) -> None:
    for name, body in bundle().files.items():
        (tmp_path / name).write_bytes(body)
    assert read(tmp_path, TRUST).name == "our_vans@3"
    (tmp_path / "more.py").write_bytes(b"")
    (tmp_path / LICENCE).unlink()
    (tmp_path / LICENCE).symlink_to("/etc/passwd")
    told = fault(tmp_path)
    assert (
        told[0]
        == f"{tmp_path}: 'more.py': is not known; allowed is card.json, model.onnx, bundle.sig, LICENSE"
    )
    assert told[1] == f"{tmp_path}: LICENSE: is a link or no plain file"
    assert fault(tmp_path / "absent") == [f"{tmp_path / 'absent'}: cannot be read: No such file or directory"]


def test_any_zip_program_can_make_one() -> None:
    assert read(zipped(bundle().files), TRUST).card == bundle().card


def test_everything_wrong_is_told_at_once() -> None:
    wrong = {**written_card(), "version": 0, "nmae": "x", "role": "spy", "labels": ["A b"], "kinds": {}}
    told = fault(packed(changed(card=json.dumps(wrong).encode(), network=None)), Trust())
    assert told[0] == "bundle: model.onnx: is missing"
    places = {line.split(": ")[2] for line in told[1:]}
    assert places == {"version", "nmae", "role", "labels"}
    assert any("nmae: is not a known key; allowed is card, name, version" in line for line in told)


def test_the_card_is_about_the_network_beside_it() -> None:
    (told,) = fault(packed(changed(network=BYTES + b"x", signature=None)), Trust())
    assert f"model.onnx: has {len(BYTES) + 1} bytes" in told
    assert f"its card allows only {len(BYTES)} bytes" in told


def test_nothing_is_believed_before_its_signatures_are() -> None:
    """A card that says anything at all is not looked at: the fault is the signature's."""
    for body in (b"[" * 100_000, b"{}", b"\xff"):
        assert fault(packed(changed(card=body))) == [
            "bundle: card.json is not the file that was signed (its sha256 differs)"
        ]
    assert fault(packed(changed(card=b"{}", signature=None))) == [
        "bundle: bundle.sig: is missing, and only signed models are allowed"
    ]


def test_exactly_the_files_that_were_signed() -> None:
    assert fault(packed(changed(licence=None))) == ["bundle: LICENSE: was signed and is not there"]
    added = packed({**bundle().files, **{LICENCE: b"anything"}})
    assert "LICENSE is not the file that was signed" in fault(added)[0]
    unsigned = made_without_licence()
    assert "LICENSE is not in the signed bundle" in fault(packed({**unsigned, LICENCE: b"x"}))[0]


def made_without_licence() -> dict[str, bytes]:
    from tests.unit.models.bundled import NOW, SIGNER

    return dict(bundles.made(card(), BYTES, by=[SIGNER], created=NOW).files)


def test_only_trusted_keys_count() -> None:
    other = public_key(new_keys()[1], "b")
    assert "needs 1 good signatures of trusted keys" in fault(bundle().packed(), Trust([other]))[0]
    assert "needs 2 good signatures" in fault(bundle().packed(), Trust([KEY, other], 2))[0]
    assert fault(bundle().packed(), Trust(require_signed=True)) == [
        "bundle: a signature is needed, and no key is trusted"
    ]
    assert read(bundle().packed()).signers == ()  # nobody was asked for
    assert read(bundle(signed=False).packed(), Trust([KEY])).signers == ()
    assert "DSSE" in fault(packed(changed(signature=b"{}")), Trust([KEY]))[0]


def test_a_signature_is_of_one_name_and_version() -> None:
    """A good signature over these files, but made for another version."""
    from models.signing import signature
    from tests.unit.models.bundled import NOW, SIGNER

    files = changed(signature=None)
    files[SIGNATURE] = signature(files, "our_vans", 4, NOW, [SIGNER])
    assert fault(packed(files)) == ["bundle: is signed as our_vans@4, its card says our_vans@3"]


def test_what_grows_leads_out_or_is_unknown_is_refused() -> None:
    squeezed = zipped({CARD: b" " * 900_000, NETWORK: b"x"}, zipfile.ZIP_DEFLATED)
    assert "card.json: is compressed; only stored files are allowed (zip -0)" in fault(squeezed)[0]
    assert "'../card.json': is not known" in fault(zipped({"../card.json": b"{}"}))[0]
    assert "'/etc/passwd': is not known" in fault(zipped({"/etc/passwd": b"{}"}))[0]
    assert "card.json: is a link or no plain file" in fault(zipped({CARD: b"x"}, mode=stat.S_IFLNK))[0]
    large = zipped({CARD: b" " * (LIMITS[CARD] + 1)})
    assert fault(large) == [f"bundle: card.json: is larger than the {LIMITS[CARD]} bytes allowed"]
    many = zipped({f"{n}.py": b"" for n in range(9)})
    assert fault(many) == ["bundle: holds 9 files; at most 4 are allowed"]


def test_a_file_is_there_once() -> None:
    twice = zipped({CARD: b"a", "card.jsom": b"b"}).replace(b"card.jsom", b"card.json")
    assert fault(twice) == ["bundle: 'card.json': is there twice"]


def test_only_a_plain_zip_is_read() -> None:
    good = bundle().packed()
    assert "its directory does not end the file" in fault(good + b"x")[0]
    assert "its directory does not end the file" in fault(b"")[0]
    commented = good[:-2] + struct.pack("<H", 3) + b"abc"
    assert "no plain zip" in fault(commented)[0]
    locator = b"PK\x06\x07" + bytes(16)
    assert "zip64" in fault(good[:-22] + locator + good[-22:])[0]
    flipped = bytearray(good)
    flipped[good.index(b"Vans and carts")] ^= 1
    assert "Bad CRC-32" in fault(bytes(flipped))[0]


def test_an_oversized_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(sum(LIMITS.values()) + 10_000)
    assert "bytes allowed" in fault(path)[0]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_bundle_is_refused_in_words_or_is_the_same(data: st.DataObject) -> None:
    good = bundle().packed()
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(bad[: data.draw(st.sampled_from([len(bad), len(bad), at]))]), TRUST)
    except ModelError:
        return
    assert found.files == bundle().files


def test_a_card_keeps_its_own_words() -> None:
    assert Card.model_validate_json(card().written()) == card()
    with pytest.raises(ValueError, match="kinds: lorry: not a label of this model"):
        card(kinds={"lorry": "truck"})
    with pytest.raises(
        ValueError, match="hawker: 'shop' means nothing to any rule; allowed is person, animal"
    ):
        card(kinds={"hawker": "shop"})
