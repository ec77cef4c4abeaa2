"""A password that somebody gives for a node is nowhere at the centre: not in its files, log or audit."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import insert

from broker.pki.keys import new_key
from broker.sealing import unseal
from central.api import guard
from central.store.asking import to_send
from central.store.audit import Asked, lines
from central.store.identity_tables import enrolled_nodes, node_certificates
from central.store.schema import nodes
from tests.unit.central.desk import Desk
from tests.unit.central.makers import NODE, at

SECRET = "-".join(["hush", "hush", "4711"])


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def enrolled(ours: Desk) -> bytes:
    """The node's key, which the centre never has."""
    key = new_key()
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = load_pem_private_key(key, None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    certificate = {"serial": "1", "node": NODE.source, "key_sha256": "0" * 64, "public_key": pem, "chain": ""}
    times = {"not_before": at(0), "not_after": at(9e7), "issued": at(0)}
    with ours.store.write() as connection:
        connection.execute(insert(nodes).values(node=NODE.source))
        row = {"node": NODE.source, "state": "enrolled", "since": at(0), "said_by": "chief", "why": ""}
        connection.execute(insert(enrolled_nodes).values(row))
        connection.execute(insert(node_certificates).values(certificate | times))
    return key


def test_the_centre_keeps_nothing_of_a_secret_and_the_node_can_read_it(
    ours: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = enrolled(ours)
    chief = ours.as_role("administrator")
    probe = {"node": NODE.name, "command": "probe", "source": {"id": "cam-9", "kind": "rtsp"}}
    entrust = {"node": NODE.name, "command": "entrust", "name": "cam-9"}
    bad = {
        **probe,
        "source": {"id": "cam-9", "url": f"rtsp://admin:{SECRET}@cam/1"},
    }
    answers = [
        ours.ask("POST", "/api/asks", headers=chief, json={**probe, "secret": SECRET}),
        ours.ask("POST", "/api/asks", headers=chief, json={**entrust, "secret": SECRET}),
        ours.ask("POST", "/api/asks", headers=chief, json=bad),
        ours.ask("POST", "/api/asks", headers=chief, json={**entrust, "secret": SECRET * 200}),
        ours.ask("POST", "/api/asks", headers=chief, json={**entrust, "secret": [SECRET]}),
    ]
    assert [each.status_code for each in answers] == [202, 202, 422, 422, 422]
    assert all(SECRET not in each.text for each in answers)
    private = load_pem_private_key(key, None)
    sent = [json.loads(row.body) for row in to_send(ours.store, guard.now())]
    assert [unseal(each["secret"], private, NODE.name, "cam-9").decode() for each in sent] == [SECRET] * 2  # type: ignore[arg-type]
    told = lines(ours.store, Asked(), limit=20)
    assert {"tried the new source cam-9", "entrusted the secret cam-9 to the node"} <= {e.why for e in told}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"cam-9" in path.read_bytes() for path in files), "the rows are in these files"
    assert not any(SECRET.encode() in path.read_bytes() for path in files)
    assert SECRET not in caplog.text


def test_without_a_key_to_seal_it_to_a_secret_goes_nowhere(ours: Desk) -> None:
    with ours.store.write() as connection:
        connection.execute(insert(nodes).values(node=NODE.source))
    asked = {"node": NODE.name, "command": "entrust", "name": "cam-9", "secret": SECRET}
    answer = ours.ask("POST", "/api/asks", headers=ours.as_role("administrator"), json=asked)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_sealed")
    assert not to_send(ours.store, guard.now())
