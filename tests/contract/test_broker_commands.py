"""gewu-broker pki and mosquitto --tls, as an operator types them."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509

from broker.cli import main
from broker.pki.authority import Authority, Revoked


def test_from_an_authority_to_a_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ca, made, out = tmp_path / "ca", tmp_path / "broker", tmp_path / "mosquitto"
    assert main(["pki", "init", str(ca)]) == 0
    assert main(["pki", "server", str(ca), "broker", "--host", "broker.example", "--out", str(made)]) == 0
    assert main(["pki", "server", str(ca), "centre", "--out", str(tmp_path / "centre")]) == 0
    assert main(["mosquitto", "--out", str(out), "--tls", "--pki", str(made), "--no-passwords"]) == 0
    told = capsys.readouterr().out
    assert "root.key to where nobody is" in told
    assert f"gewu-broker guard --mosquitto {out}" in told
    assert "mosquitto_passwd" not in told
    lines = (out / "mosquitto.conf").read_text().splitlines()
    assert [line for line in lines if line.startswith("listener")] == ["listener 8883"]
    for key in ("cafile", "certfile", "keyfile", "crlfile"):
        (path,) = [Path(line.split()[1]) for line in lines if line.startswith(f"{key} ")]
        assert path.parent == out.resolve()
        assert path.is_file()
    assert (out / "broker.key").stat().st_mode & 0o777 == 0o600
    assert main(["pki", "show", str(made)]) == 0
    shown = capsys.readouterr().out
    assert re.fullmatch(
        r"broker\.pem: broker, until 20\d\d-\d\d-\d\d \(36\d days\), serial [0-9a-f]+\n", shown
    )


def test_a_certificate_is_made_anew_in_its_place_and_who_was_revoked_stays_so(tmp_path: Path) -> None:
    ca, made, out = tmp_path / "ca", tmp_path / "broker", tmp_path / "mosquitto"
    main(["pki", "init", str(ca)])
    make = ["pki", "server", str(ca), "broker", "--host", "127.0.0.1", "--out", str(made)]
    configure = ["mosquitto", "--tls", "--pki", str(made), "--out", str(out)]
    assert (main(make), main(configure)) == (0, 0)
    first = x509.load_pem_x509_certificates((made / "broker.pem").read_bytes())[0].serial_number
    now = datetime.now(timezone.utc)
    for folder, serial in ((made, "1a"), (out, "1b")):
        (folder / "crl.pem").write_bytes(Authority.open(ca).crl([Revoked(serial, now)], now=now, days=1))
    assert (main(make), main(configure)) == (0, 0)
    assert x509.load_pem_x509_certificates((out / "broker.pem").read_bytes())[0].serial_number != first
    lists = [x509.load_pem_x509_crl((folder / "crl.pem").read_bytes()) for folder in (made, out)]
    assert [[entry.serial_number for entry in one] for one in lists] == [[0x1A], [0x1B]]
    assert lists[0].next_update_utc > now + timedelta(days=364)
    assert sorted(path.name for path in made.iterdir()) == ["broker.key", "broker.pem", "ca.pem", "crl.pem"]


BAD = {
    "init twice": (["pki", "init", "CA"], "is there already; an authority is never overwritten"),
    "no authority": (["pki", "server", "none", "broker", "--host", "a", "--out", "x"], "No such file"),
    "server without host": (["pki", "server", "CA", "broker", "--out", "x"], "a server needs a host"),
    "a node's name": (
        ["pki", "server", "CA", "131002/a", "--host", "a", "--out", "x"],
        "small letters, digits",
    ),
    "nothing to show": (["pki", "show", "."], "holds no certificate"),
    "tls without pki": (["mosquitto", "--out", "x", "--tls"], "--tls needs --pki DIR"),
    "nobody comes in": (["mosquitto", "--out", "x", "--no-passwords"], "nobody could come in"),
    "nothing for tls": (["mosquitto", "--out", "x", "--tls", "--pki", "none"], "ca.pem: is missing"),
    "nothing for emqx": (["emqx", "--out", "x", "--pki", "none"], "ca.pem: is missing"),
    "guard of nothing": (["guard", "--mosquitto", "x", "--list", "https://a", "--once"], "No such file"),
}


@pytest.mark.parametrize(("command", "words"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_done_is_said_in_words(
    command: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["pki", "init", "CA"])
    assert main(command) == 1
    assert words in capsys.readouterr().err
