"""A node's credentials tried on everything that is another's: none is taken, and each is in the log."""

import logging
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from broker.pki.signing import csr, new_key
from broker.topics import Address
from tests.doors import Doors, Enrolled, doors_of
from tests.fuzz.doors import run

OTHERS = [Address("131002", f"yard-{n}") for n in range(10)]
MINE = Address("131002", "thief")


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    """Every node has a configuration here."""
    folder = tmp_path / "nodes" / "131002"
    folder.mkdir(parents=True)
    for address in (*OTHERS, MINE):
        (folder / f"{address.node}.yaml").write_text(f"of: {address.node}\n")
    with doors_of(tmp_path, configuration=tmp_path / "nodes") as made:
        yield made


def stolen(thief: Enrolled, other: Enrolled) -> Iterator[str]:
    """Assertions that a thief who knows everything but the other's key can make to pass for it."""
    kids = (thief.enrolment.serial, other.enrolment.serial)
    for kid, iss, sub in product(kids, (thief.source, other.source), (thief.source, other.source)):
        if (kid, iss, sub) != (thief.enrolment.serial, thief.source, thief.source):
            yield thief.assertion(header={"kid": kid}, iss=iss, sub=sub)
    head, body, mark = other.assertion().split(".")
    mine = thief.assertion().split(".")
    for parts in (
        (head, mine[1], mark),
        (head, body, mine[2]),
        (mine[0], body, mine[2]),
        (mine[0], body, mark),
    ):
        yield ".".join(parts)


def test_a_thief_opens_no_other_node_s_door(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    thief = doors.node(MINE)
    others = [doors.node(address) for address in OTHERS]
    bearer = thief.bearer
    tried = 0
    with caplog.at_level(logging.WARNING):
        for other in others:
            for assertion in stolen(thief, other):
                assert thief.ask_bearer(assertion).status_code == 401
                tried += 1
            for secret in (other.enrolment.serial, thief.enrolment.serial, "A" * 43, "thief"):
                door = {"Authorization": f"Bearer gewu-node.{secret}"}
                assert doors.client.get("/api/nodes/self/configuration", headers=door).status_code == 401
                assert doors.client.post("/api/nodes/self/renew", headers=door, json={}).status_code == 401
                tried += 2
                body = {"token": "A" * 43, "csr": csr(new_key(), other.enrolment.address).decode()}
                tried += doors.enroll(body["token"], body["csr"].encode()).status_code == 403
            their = thief.renewal(csr(other.key, other.enrolment.address))
            assert doors.client.post("/api/nodes/self/renew", json=their, headers=bearer).status_code == 409
            tried += 1
    assert tried >= 200
    assert sum("refused" in line for line in caplog.messages) == tried
    mine = doors.client.get("/api/nodes/self/configuration", headers=bearer)
    assert mine.text == "of: thief\n"  # there is no way to name another
    assert all(other.ask_bearer().status_code == 200 for other in others)


def test_hostile_requests_are_refused_and_never_a_fault_of_ours() -> None:
    logging.disable(logging.CRITICAL)
    try:
        result = run(400, seed=7)
    finally:
        logging.disable(logging.NOTSET)
    assert (result["taken"], result["faults"]) == (0, 0)
    assert sum(result["statuses"].values()) == 400
