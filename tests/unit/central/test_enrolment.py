"""Enrolment, proof, renewal and the end of it, at the centre's doors."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, select

from broker.enrolment import EnrolmentToken, fingerprint
from broker.pki.signing import csr, new_key
from broker.topics import Address
from central.cli import main
from central.identity.certifying import Asked, Hand, asked
from central.identity.enrolling import enrol, offer, on_word_of, renew, revoke
from central.identity.known import enrolled
from central.identity.refused import Refused
from central.identity.registry import NoAuthority
from central.limits import Allowance
from central.store.database import Store
from central.store.identity_tables import (
    enrolment_tokens,
    node_certificates,
)
from tests.doors import A, B, Doors, doors_of


def rows(store: Store, table: object) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_a_node_gets_what_makes_it_one_of_ours(doors: Doors, tmp_path: Path) -> None:
    (tmp_path / "nodes" / "131002").mkdir(parents=True)
    (tmp_path / "nodes" / "131002" / "yard-7.yaml").write_text("# 院七\nnode: {}\n", encoding="utf-8")
    node = doors.node()
    told = node.enrolment
    assert (told.node, told.topic_root) == ("131002/yard-7", "gewu/v1/131002/yard-7")
    assert (told.broker_url, told.centre_url) == ("mqtts://broker.example", "http://centre.example")
    assert told.configuration == "# 院七\nnode: {}\n"
    leaf = x509.load_pem_x509_certificate(told.chain.encode())
    assert f"{leaf.serial_number:x}" == told.serial
    assert timedelta(days=89) < told.certificate_until - doors.now() <= timedelta(days=90)
    (row,) = enrolled(doors.store)
    assert (row.node, row.state, row.said_by) == (A.source, "enrolled", "test")


def test_a_token_is_kept_as_its_hash_alone_and_does_not_show(doors: Doors, tmp_path: Path) -> None:
    token = doors.token()
    assert token.secret not in repr(token)
    assert token.authority == fingerprint(doors.registry.authority().ca_pem)
    assert EnrolmentToken.read(f" {token.write()}\n") == token
    with doors.store.read() as connection:
        assert token.secret not in str(connection.execute(select(enrolment_tokens)).all())
    with pytest.raises(ValueError, match="is written DISTRICT/NODE:AUTHORITY:SECRET") as error:
        EnrolmentToken.read(token.write()[:-1])
    assert token.secret[:-1] not in str(error.value)


def test_a_lost_answer_is_given_again_and_another_key_gets_nothing(doors: Doors) -> None:
    token, key = doors.token(), new_key()
    first = doors.enroll(token.secret, csr(key, A))
    again = doors.enroll(token.secret, csr(key, A))  # other bytes: its signature is made anew
    assert first.json()["chain"] == again.json()["chain"]
    other = doors.enroll(token.secret, csr(new_key(), A))
    unknown = doors.enroll("A" * 43, csr(new_key(), A))
    doors.ahead = timedelta(hours=2)
    late = doors.enroll(token.secret, csr(key, A))
    for refused in (other, unknown, late):
        assert refused.status_code == 403
        assert refused.json() == unknown.json()  # nothing tells whether a token exists
    assert "gewu-central enroll" in unknown.json()["allowed"]


def test_of_two_that_race_for_one_token_one_wins(store: Store, tmp_path: Path) -> None:
    doors = Doors(tmp_path, store)
    doors.registry.authority()
    for _ in range(5):
        token = doors.token()

        def try_it(secret: str = token.secret) -> str:
            try:
                wanted = asked(csr(new_key(), A).decode())
                return str(enrol(store, doors.registry.hand(), secret, wanted).serial)
            except Refused as error:
                return error.code

        with ThreadPoolExecutor(4) as hands:
            came = list(hands.map(lambda _: try_it(), range(4)))
        assert came.count("token") == 3


def test_who_asks_twice_at_once_with_one_key_gets_one_certificate(store: Store, tmp_path: Path) -> None:
    doors = Doors(tmp_path, store)
    doors.registry.authority()
    token, wanted = doors.token(), asked(csr(new_key(), A).decode())
    hand = doors.registry.hand()
    with ThreadPoolExecutor(4) as hands:
        made = list(hands.map(lambda _: enrol(store, hand, token.secret, wanted).serial, range(4)))
    assert len(set(made)) == 1


def test_a_second_token_ends_the_first(doors: Doors) -> None:
    first, second = doors.token(), doors.token()
    assert doors.enroll(first.secret, csr(new_key(), A)).status_code == 403
    assert doors.enroll(second.secret, csr(new_key(), A)).status_code == 200


def test_enrolling_anew_ends_what_was(doors: Doors) -> None:
    lost = doors.node()
    bearer = lost.bearer
    again = doors.node()
    assert lost.ask_bearer().status_code == 401
    assert doors.client.get("/api/nodes/self/configuration", headers=bearer).status_code == 401
    assert again.bearer
    listed = doors.client.get("/api/pki/revoked").json()
    assert (listed["names"], listed["serials"]) == ([], [lost.enrolment.serial])


def test_a_key_is_certified_once(doors: Doors) -> None:
    node = doors.node()
    for address in (A, B):
        answer = doors.enroll(doors.token(address).secret, csr(node.key, address))
        assert (answer.status_code, answer.json()["allowed"]) == (409, "a request for a new key")
    assert node.bearer  # the refused attempts ended nothing


def test_a_bad_request_uses_no_token_up(doors: Doors) -> None:
    token = doors.token()
    for bad in (csr(new_key(), A).decode()[:-90], "no PEM"):
        answer = doors.enroll(token.secret, bad.encode())
        assert (answer.status_code, answer.json()["where"]) == (422, "body.csr")
    assert doors.enroll(token.secret, csr(new_key(), A)).status_code == 200


def test_a_request_with_a_stolen_key_is_refused(doors: Doors) -> None:
    """The public key alone is no proof: a request must be signed with the private one."""
    pem = csr(new_key(), A)
    der = bytearray(x509.load_pem_x509_csr(pem).public_bytes(Encoding.DER))
    der[-1] ^= 1
    bent = x509.load_der_x509_csr(bytes(der)).public_bytes(Encoding.PEM)
    assert doors.enroll(doors.token().secret, bent).status_code == 422


def test_too_many_guesses_are_slowed_down(doors: Doors) -> None:
    doors.registry.guesses = Allowance(5, 600.0)
    codes = [doors.enroll("B" * 43, csr(new_key(), A)).status_code for _ in range(8)]
    assert codes.count(403) >= 5
    assert codes[-1] == 429
    assert len(doors.registry.guesses) == 1


def test_refusals_are_logged_with_what_they_were_about(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "C" * 43
    with caplog.at_level(logging.WARNING):
        doors.enroll(secret, csr(new_key(), A))
        node = doors.node()
        node.ask_bearer(node.assertion(aud="http://elsewhere.example"))
        doors.client.get("/api/nodes/self/configuration", headers={"Authorization": "Bearer gewu-node.x"})
    said = "\n".join(caplog.messages)
    assert "refused (token): POST /api/enroll from 127.0.0.1" in said
    assert f"the assertion of {A.source} is meant for somebody else" in said
    assert "GET /api/nodes/self/configuration from 127.0.0.1 with a bearer that is not good" in said
    assert secret not in said
    counted = {
        code: doors.parts.metrics.registry.get_sample_value(
            "gewu_central_nodes_refused_total", {"code": code}
        )
        for code in ("token", "assertion", "unproven")
    }
    assert counted == {"token": 1.0, "assertion": 1.0, "unproven": 1.0}


def test_a_large_or_broken_body_is_refused(doors: Doors) -> None:
    large = doors.client.post("/api/enroll", content=b"x" * 40_000)
    assert (large.status_code, "bytes" in large.json()["allowed"]) == (413, True)
    broken = doors.client.post("/api/nodes/token", content=b"{")
    assert (broken.status_code, broken.json()["allowed"]) == (422, "a JSON object of assertion")


def test_the_authority_is_made_once_and_belongs_to_one_database(store: Store, tmp_path: Path) -> None:
    first = Doors(tmp_path / "a", store).registry
    ca = first.authority().ca_pem
    assert Doors(tmp_path / "a", store).registry.authority().ca_pem == ca
    assert (tmp_path / "a" / "authority" / "issuing.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(NoAuthority, match=r"is not the authority [0-9a-f]{16}… that certified"):
        Doors(tmp_path / "b", store).registry.authority()
    with pytest.raises(NoAuthority, match="gewu-broker pki init makes one"):
        Doors(tmp_path / "c", store, authority=tmp_path / "none").registry.authority()


def test_unknown_nodes_are_let_in_for_development_alone(tmp_path: Path) -> None:
    with doors_of(tmp_path, enrolled_only=False) as doors:
        path = f"/api/evidence/{'0' * 64}"
        assert doors.client.put(path, content=b"x").status_code == 422
        bad = {"Authorization": f"Bearer gewu-node.{'D' * 43}"}
        assert doors.client.put(path, content=b"x", headers=bad).status_code == 401
        assert isinstance(doors.client, httpx.Client)


def test_two_tokens_for_one_node_never_stand_together(store: Store, tmp_path: Path) -> None:
    doors = Doors(tmp_path, store)
    now = doors.now()
    for _ in range(3):
        offer(store, A.source, by=on_word_of("test"), now=now, expires=now + timedelta(hours=1))
    offer(store, Address("131002", "other").source, by=on_word_of("test"), now=now, expires=now)
    assert rows(store, enrolment_tokens) == 2
    assert isinstance(doors.registry.hand(), Hand)


def test_a_renewal_never_slips_past_a_revocation(store: Store, tmp_path: Path) -> None:
    doors = Doors(tmp_path, store)
    for n in range(6):
        node = Address("131002", f"racer-{n}")
        hand, now = doors.registry.hand(), doors.now()
        enrol(store, hand, doors.token(node).secret, asked(csr(new_key(), node).decode()))
        wanted = asked(csr(new_key(), node).decode())

        def renewed(node: str = node.source, hand: Hand = hand, wanted: Asked = wanted) -> None:
            with suppress(Refused):
                renew(store, hand, node, wanted)

        with ThreadPoolExecutor(2) as hands:
            other = hands.submit(renewed)
            revoke(store, node.source, by="test", why="a race", now=now)
            other.result()
    with store.read() as connection:
        c = node_certificates
        assert connection.execute(select(c.c.serial).where(c.c.revoked.is_(None))).all() == []


def test_the_commands_enrol_list_and_revoke(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "central.yaml"
    config.write_text(
        f"storage: {{ directory: {tmp_path / 'var'} }}\nbroker: {{ url: 'mqtt://127.0.0.1' }}\n"
        "nodes: { centre_url: 'https://centre.example', token: 2h }\n"
    )
    assert main(["enroll", str(config), "131002/yard-7", "--expires", "5m"]) == 0
    said = capsys.readouterr()
    token = EnrolmentToken.read(said.out.splitlines()[-1])
    assert token.address == A
    assert "gewu-edge enroll https://centre.example TOKEN" in said.err
    assert token.secret not in said.err
    (tmp_path / "var" / "authority" / "issuing.key").unlink()  # revoking does not need it
    assert main(["revoke", str(config), "131002/yard-8", "--why", "x"]) == 1
    assert "gewu://131002/yard-8 was never enrolled" in capsys.readouterr().err
    assert main(["revoke", str(config), "131002/yard-7", "--why", "never delivered"]) == 0
    assert "0 certificates and 1 tokens ended" in capsys.readouterr().out
    assert main(["nodes", str(config)]) == 0
    line = capsys.readouterr().out
    assert line.startswith("131002/yard-7  revoked   since")
    assert line.rstrip().endswith("no certificate  never delivered")
    assert main(["nodes", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["why"] == "never delivered"


@pytest.mark.parametrize(
    "words",
    [
        ("enroll", "yard-7"),
        ("enroll", f"131002/{'y' * 60}"),
        ("enroll", "131002/yard-7", "--expires", "1"),
        ("enroll", "131002/yard-7", "--expires", "31d"),
        ("revoke", "131002/yard-7"),
        ("revoke", "131002/yard-7", "--why", " "),
    ],
)
def test_a_wrong_command_says_what_is_allowed(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        main([words[0], "central.yaml", *words[1:]])
    assert error.value.code == 2
    assert re.search(r"expected|allowed|required|allows", capsys.readouterr().err)
