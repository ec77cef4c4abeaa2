"""Which passwords are taken, how they are kept, and how long failures have to wait."""

import threading

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from central.people.hashing import WAITING, Busy, Hasher
from central.people.lockout import FORGET_S, FREE, LONGEST_S, Bucket, Kind, failures_after, hold_s, wait_s
from central.people.passwords import COMMON, LEAST, doubt


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("password1234", "password_common"),
        ("PassWord1234", "password_common"),
        ("aaaaaaaaaaaaaaab", "password_common"),
        ("gewu-chief-1", "password_like_login"),
        ("a phrase of some words", None),
        ("correct horse chief battery", None),
        ("密码是一句很长的话没有人知道", None),
        ("            .,-;", None),
    ],
)
def test_which_passwords_are_taken(password: str, code: str | None) -> None:
    why = doubt(password, "gewu-chief")
    assert (why and why.code) == code


def test_every_common_one_would_be_taken_otherwise() -> None:
    assert [word for word in COMMON if len(word) < LEAST or word != word.casefold()] == []


def test_a_password_is_the_same_however_it_is_typed() -> None:
    hasher = Hasher()
    kept = hasher.hash("pässword with a ring")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert hasher.verify(kept, "pa\u0308ssword with a ring")
    assert not hasher.verify(kept, "password with a ring")
    assert not hasher.verify(None, "nobody's password")
    assert not hasher.verify("no hash", "anything")
    assert not hasher.outdated(kept)
    assert hasher.outdated(PasswordHasher(time_cost=1, memory_cost=1024).hash("x"))
    hasher.close()


def test_more_at_once_than_are_worked_on_are_told_so() -> None:
    hasher = Hasher()
    outcomes: list[str] = []

    def one() -> None:
        try:
            hasher.verify(None, "x")
        except Busy:
            outcomes.append("busy")
        else:
            outcomes.append("done")

    threads = [threading.Thread(target=one) for _ in range(4 * WAITING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") >= WAITING
    assert outcomes.count("busy") >= 1
    assert not hasher.verify(None, "x"), "room again afterwards"
    hasher.close()


@given(st.sampled_from(["account", "address"]), st.integers(1, 10_000), st.floats(-1e7, 1e7))
def test_every_wait_ends_by_time(kind: Kind, failures: int, age_s: float) -> None:
    wait = wait_s(kind, Bucket(failures, age_s))
    assert 0.0 <= wait <= LONGEST_S
    assert wait_s(kind, Bucket(failures, age_s + wait)) <= max(0.0, -age_s) + 1e-6
    if failures < FREE[kind]:
        assert wait == 0.0


def test_waits_double_and_are_forgotten() -> None:
    assert [hold_s("account", n) for n in range(4, 11)] == [0.0, 30.0, 60.0, 120.0, 240.0, 480.0, 900.0]
    assert hold_s("account", 10**9) == LONGEST_S
    assert wait_s("account", Bucket(50, 100.0)) == LONGEST_S - 100.0
    assert failures_after(Bucket(50, FORGET_S)) == 1
    assert failures_after(Bucket(3, 5.0)) == 4
    assert failures_after(None) == 1
