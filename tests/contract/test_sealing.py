"""A secret on its way to one node: only that node opens it, under that name, and it is as the page says."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from broker.asks import Sealed
from broker.sealing import MOST_BYTES, SealError, seal, unseal

NODE, NAME = "131002/north-gate", "cam-2"
KEY = derive_private_key(7**40, SECP256R1())
EPHEMERAL = derive_private_key(11**40, SECP256R1())
# Made by hand of the vector's keys, so that others can compare: secret "correct horse".
VECTOR = (
    "AQTH0ZqI3_1oxpKFC80g1l5eG6_Inhr7uIUgaQPoCDmDmHFpQQiEjlFMBSs3o9YbUY82Y7rLAol_F9L8GvIcWG9edn20njI1vcnGh6oi"
    "WlB8srI_BpO7cM8akLPVpLE"
)


def test_the_vector() -> None:
    assert seal(b"correct horse", KEY.public_key(), NODE, NAME, ephemeral=EPHEMERAL) == VECTOR
    assert unseal(VECTOR, KEY, NODE, NAME) == b"correct horse"


@given(st.binary(max_size=MOST_BYTES))
def test_what_is_sealed_is_opened_and_fits_into_an_ask(secret: bytes) -> None:
    sealed = seal(secret, KEY.public_key(), NODE, NAME)
    TypeAdapter(Sealed).validate_python(sealed)
    assert unseal(sealed, KEY, NODE, NAME) == secret


@pytest.mark.parametrize(
    ("key", "node", "name"),
    [(EPHEMERAL, NODE, NAME), (KEY, "131002/south-gate", NAME), (KEY, NODE, "cam-3")],
    ids=["another key", "another node", "another name"],
)
def test_nobody_else_opens_it(key: object, node: str, name: str) -> None:
    with pytest.raises(SealError, match="sealed for another"):
        unseal(VECTOR, key, node, name)  # type: ignore[arg-type]


@given(st.integers(0, len(VECTOR) - 2), st.sampled_from("AQgw_-"))
def test_what_was_changed_on_the_way_is_not_opened(at: int, sign: str) -> None:
    changed = VECTOR[:at] + sign + VECTOR[at + 1 :]
    if changed != VECTOR:
        with pytest.raises(SealError):
            unseal(changed, KEY, NODE, NAME)


@pytest.mark.parametrize("text", ["", "A", "x" * 200, "AQ" + "A" * 150])
def test_what_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(SealError, match="sealed"):
        unseal(text, KEY, NODE, NAME)


def test_too_much_and_another_curve_are_refused() -> None:
    with pytest.raises(SealError, match="at most"):
        seal(b"x" * (MOST_BYTES + 1), KEY.public_key(), NODE, NAME)
    with pytest.raises(SealError, match="P-256"):
        seal(b"x", derive_private_key(5, SECP384R1()).public_key(), NODE, NAME)
