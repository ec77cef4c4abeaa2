"""A node's identity: enrolled once, proven by a wrong clock too, renewed without a restart."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import select

from broker.link_settings import LinkSettings
from broker.pki import signing
from broker.pki.authority import Authority, init
from broker.settings import SettingsError
from broker.topics import Address
from central.identity.enrolling import revoke
from central.store.identity_tables import enrolment_tokens
from edge.cli import main
from edge.config import load
from edge.enrolment.centre import Turned
from edge.enrolment.credentials import Credentials
from edge.enrolment.folder import IdentityError, IdentityFolder
from edge.enrolment.phases import TABLE, TRIAL_S, after, renewal_due, worrying
from edge.enrolment.renewing import Connection, Renewer
from tests.doors import A, B, Doors, doors_of

LATER = timedelta(days=61)  # past two thirds of ninety days


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """Open doors, enrolled nodes only; what a command writes where it stands lies beside them."""
    monkeypatch.chdir(tmp_path)
    with doors_of(tmp_path / "centre-of-tests", configuration=tmp_path / "nodes") as made:
        yield made


def enroll(doors: Doors, folder: Path, address: Address = A, *words: str) -> int:
    token = doors.token(address).write()
    return main(["enroll", doors.url, token, "--out", str(folder), *words])


def credentials(doors: Doors, folder: Path, *, off_s: float = 0.0, address: Address = A) -> Credentials:
    return Credentials(folder, address, url=doors.url, ca_file=None, utc_s=lambda: time.time() + off_s)


class Broker:
    """A connection that comes anew when asked, unless it is told not to."""

    def __init__(self) -> None:
        self.up, self.count, self.takes = True, 1, True

    def anew(self) -> None:
        self.up = self.takes
        self.count += self.takes

    @property
    def connection(self) -> Connection:
        return Connection(lambda: self.up, lambda: self.count, self.anew)


def test_the_command_makes_an_identity_that_signs(
    doors: Doors, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "edge.yaml").write_text("mine: 1\n")
    folder = tmp_path / "identity"
    assert enroll(doors, folder) == 0
    said = capsys.readouterr().out
    assert "131002/yard-7: enrolled until" in said
    assert f"identity: {{ directory: {folder} }}" in said
    held = credentials(doors, folder)
    assert (folder / "current" / "key.pem").stat().st_mode & 0o777 == 0o600
    assert not (folder / "pending.pem").exists()
    user = held.sign("t", b"body")
    leaf = x509.load_pem_x509_certificate((folder / "current" / "chain.pem").read_bytes())
    assert user["gewu-key"] == held.identity.held.serial == f"{leaf.serial_number:x}"
    assert signing.verify(leaf.public_key(), "t", b"body", user)  # type: ignore[arg-type]
    assert held.bearer() == held.bearer()  # kept until shortly before its end
    plain = LinkSettings(url="mqtt://127.0.0.1")
    assert held.link(plain) is plain
    tls = held.link(LinkSettings(url="mqtts://127.0.0.1"))
    assert tls.cert_file == folder / "current" / "chain.pem"
    assert tls.tls_context().cert_store_stats()["x509_ca"] == 2


def test_the_first_configuration_is_written_where_there_is_none(
    doors: Doors, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nodes" / "131002").mkdir(parents=True)
    (tmp_path / "nodes" / "131002" / "yard-7.yaml").write_text("from: centre\n")
    config = tmp_path / "edge.yaml"
    assert enroll(doors, tmp_path / "one", A, "--config", str(config)) == 0
    assert f"wrote {config}" in capsys.readouterr().out
    assert config.read_text() == "from: centre\n"
    config.write_text("mine: 1\n")
    assert enroll(doors, tmp_path / "two", A, "--config", str(config)) == 0
    assert config.read_text() == "mine: 1\n"


def test_without_one_at_the_centre_it_writes_one_that_waits_for_it(
    doors: Doors, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "edge.yaml"
    assert enroll(doors, tmp_path / "identity", A, "--config", str(config)) == 0
    assert f"next: gewu-edge run {config}" in capsys.readouterr().out
    settings = load(config).settings
    assert settings.waits
    assert settings.address == A
    assert settings.identity is not None
    assert settings.identity.directory == tmp_path / "identity"
    config.write_text(config.read_text().replace("identity:", "# identity:"))
    with pytest.raises(SettingsError, match="none only with identity and central"):
        load(config)


@pytest.mark.parametrize(
    ("url", "token", "code", "words"),
    [
        ("http://192.0.2.1", None, 2, "anyone on the way could take the token"),
        ("ftp://127.0.0.1", None, 2, "http:// or https:// and a host are expected"),
        ("http://user:secret@127.0.0.1", None, 2, "without credentials"),
        ("http://127.0.0.1", "nonsense", 2, "a token is written DISTRICT/NODE:AUTHORITY:SECRET"),
        ("http://127.0.0.1:9", None, 3, "cannot be reached"),
    ],
)
def test_a_wrong_command_says_what_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str, token: str | None, code: int, words: str
) -> None:
    good = f"131002/yard-7:{'a' * 64}:{'s' * 43}"
    assert main(["enroll", url, token or good, "--out", str(tmp_path / "i")]) == code
    said = capsys.readouterr().err
    assert words in said
    assert "secret@" not in said
    assert not (tmp_path / "i").exists()


def test_a_used_token_and_another_authority_are_refused(
    doors: Doors, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = doors.token()
    assert main(["enroll", doors.url, token.write(), "--out", str(tmp_path / "a")]) == 0
    assert main(["enroll", doors.url, token.write(), "--out", str(tmp_path / "b")]) == 1
    assert "the centre answered 403" in capsys.readouterr().err
    other = token.write().replace(token.authority, "0" * 64)
    assert main(["enroll", doors.url, other, "--out", str(tmp_path / "c")]) == 1
    assert "its authority is not the one that the token names" in capsys.readouterr().err
    assert not (tmp_path / "c").exists()  # no key was made, nothing was asked


def test_a_key_left_over_from_a_token_that_has_ended_is_thrown_away(doors: Doors, tmp_path: Path) -> None:
    """Its certificate's answer was lost, and the centre certifies no key twice."""
    assert enroll(doors, tmp_path / "i") == 0
    again = tmp_path / "again"
    again.mkdir()
    (again / "pending.pem").write_bytes((tmp_path / "i" / "current" / "key.pem").read_bytes())
    assert enroll(doors, again) == 0
    assert credentials(doors, again).bearer()


def test_the_authority_of_the_token_vouches_for_the_centre_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with doors_of(tmp_path / "c", vouched_by=lambda doors: doors.registry.authority()) as doors:
        assert doors.url.startswith("https:")
        assert enroll(doors, tmp_path / "i") == 0
        assert credentials(doors, tmp_path / "i").bearer()


def test_somebody_in_between_who_shows_the_right_authority_does_not_get_the_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(tmp_path / "other", now=datetime.now(timezone.utc))
    with doors_of(tmp_path / "c", vouched_by=lambda _: Authority.open(tmp_path / "other")) as doors:
        token = doors.token()
        assert main(["enroll", doors.url, token.write(), "--out", str(tmp_path / "i")]) == 3
        assert "CERTIFICATE_VERIFY_FAILED" in capsys.readouterr().err
        with doors.store.read() as connection:
            assert connection.execute(select(enrolment_tokens.c.used)).scalars().all() == [None]


def test_an_identity_that_cannot_be_used_says_why(doors: Doors, tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="no identity here; gewu-edge enroll makes one"):
        credentials(doors, tmp_path / "none")
    assert enroll(doors, tmp_path / "i") == 0
    with pytest.raises(IdentityError, match="is the identity of 131002/yard-7, not of gewu://131002/yard-8"):
        credentials(doors, tmp_path / "i", address=B)
    (tmp_path / "i" / "current" / "key.pem").write_text("no key")
    with pytest.raises(IdentityError, match="cannot be used"):
        credentials(doors, tmp_path / "i")


@pytest.mark.parametrize("off_s", [-40 * 86_400.0, 40 * 86_400.0])
def test_a_node_whose_clock_is_wrong_by_weeks_proves_itself(
    doors: Doors, tmp_path: Path, off_s: float
) -> None:
    assert enroll(doors, tmp_path / "i") == 0
    held = credentials(doors, tmp_path / "i", off_s=off_s)
    assert held.bearer().startswith("gewu-node.")
    assert abs(held.offset_s + off_s) < 5
    assert abs(held.now() - time.time()) < 5


def test_when_renewal_is_due_and_when_to_worry() -> None:
    assert [renewal_due(0, 90, t) for t in (0, 59.9, 60, 100)] == [False, False, True, True]
    assert [worrying(0, 90, t) for t in (60, 74.9, 75, 100)] == [False, False, True, True]
    assert {after(*key) for key in TABLE} == {"in_force", "on_trial"}
    with pytest.raises(ValueError, match="silent cannot happen in_force; allowed: renewed, refused"):
        after("in_force", "silent")


def test_a_certificate_is_renewed_without_a_restart(doors: Doors, tmp_path: Path) -> None:
    assert enroll(doors, tmp_path / "i") == 0
    held, broker = credentials(doors, tmp_path / "i"), Broker()
    renewer = Renewer(held, broker.connection, time.monotonic)
    first = held.identity.held.serial
    renewer.once()
    assert held.identity.held.serial == first  # shown to the centre, and not due
    doors.ahead = LATER
    renewer = Renewer(held, broker.connection, time.monotonic)
    renewer.once()
    second = held.identity.held.serial
    assert second != first
    assert broker.count == 2
    assert held.sign("t", b"")["gewu-key"] == second
    assert IdentityFolder(tmp_path / "i").others() == [first]  # until the broker has taken the new one
    renewer.once()
    assert IdentityFolder(tmp_path / "i").others() == []
    assert not (tmp_path / "i" / "pending.pem").exists()
    assert (held.identity.held.serial, renewer.trouble) == (second, None)


def test_the_old_one_comes_back_when_the_broker_does_not_take_the_new_one(
    doors: Doors, tmp_path: Path
) -> None:
    assert enroll(doors, tmp_path / "i") == 0
    held, broker, now = credentials(doors, tmp_path / "i"), Broker(), [0.0]
    first = held.identity.held.serial
    doors.ahead, broker.takes = LATER, False
    renewer = Renewer(held, broker.connection, lambda: now[0])
    renewer.once()
    second = held.identity.held.serial
    now[0] = TRIAL_S
    broker.takes = True
    renewer.once()
    assert held.identity.held.serial == first
    assert broker.up
    now[0] *= 10
    renewer.once()
    renewer.once()
    assert held.identity.held.serial == second  # the same key again, and no third certificate
    assert IdentityFolder(tmp_path / "i").others() == []


def test_a_node_that_is_shut_out_says_so_until_it_is_enrolled_anew(doors: Doors, tmp_path: Path) -> None:
    assert enroll(doors, tmp_path / "i") == 0
    held, broker = credentials(doors, tmp_path / "i"), Broker()
    revoke(doors.store, A.source, by="test", why="a test", now=doors.now())
    with pytest.raises(Turned):
        held.bearer()
    doors.ahead = timedelta(days=80)
    old = held.identity.held.serial
    held.offset_s = timedelta(days=80).total_seconds()
    renewer = Renewer(held, broker.connection, time.monotonic)
    renewer.once()
    for said in (renewer.trouble, renewer.refused):
        assert "enrol this node anew" in str(said)
    doors.ahead = timedelta(0)
    assert enroll(doors, tmp_path / "i") == 0  # while the node runs
    renewer.once()
    assert held.identity.held.serial != old
    assert broker.count == 2
    assert renewer.refused is None
    assert held.bearer()


def test_a_certificate_in_another_name_is_not_kept(doors: Doors, tmp_path: Path) -> None:
    node = doors.node(A)
    folder = IdentityFolder(tmp_path / "identity")
    renamed = node.enrolment.model_copy(update={"node": f"{B.district}/{B.node}"})
    with pytest.raises(IdentityError, match="is not for this node"):
        folder.keep(renamed, node.key)
    folder.keep(node.enrolment, node.key)
    assert folder.read(node.enrolment.serial).address == A
