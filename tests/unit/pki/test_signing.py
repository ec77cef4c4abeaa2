"""Signatures of messages: each binds one key to one topic and one body."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.pki.errors import PkiError
from broker.pki.keys import private_key, public_key, public_pem
from broker.pki.signing import KEY_PROPERTY, SIGNATURE_PROPERTY, Signer, new_key, verify

KEY = new_key()
PUBLIC = public_key(public_pem(private_key(KEY).public_key()))
SIGNER = Signer(KEY, "1f")
TOPIC = "gewu/v1/131002/north-gate/event"


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_a_message_as_it_was_signed_is_good(body: bytes) -> None:
    user = SIGNER.sign(TOPIC, body)
    assert user[KEY_PROPERTY] == "1f"
    assert len(user[SIGNATURE_PROPERTY]) == 86
    assert verify(PUBLIC, TOPIC, body, user)


def test_another_topic_body_or_key_is_not() -> None:
    user = SIGNER.sign(TOPIC, b"body")
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    for key, topic, body in (
        (PUBLIC, TOPIC.replace("north", "south"), b"body"),
        (PUBLIC, TOPIC, b"body "),
        (PUBLIC, TOPIC[:-1], b"t\nbody"),
        (other, TOPIC, b"body"),
    ):
        verdict = verify(key, topic, body, user)
        assert (verdict.code, bool(verdict)) == ("bad_signature", False)


def test_a_line_feed_in_a_topic_cannot_move_the_border_to_the_body() -> None:
    user = SIGNER.sign("a", b"b\nc")
    assert verify(PUBLIC, "a", b"b\nc", user)
    assert verify(PUBLIC, "a\nb", b"c", user).code == "bad_signature"


def test_no_signature_is_told_apart_from_a_bad_one() -> None:
    for user in ({}, {KEY_PROPERTY: "1f"}, {SIGNATURE_PROPERTY: "A" * 86}):
        assert verify(PUBLIC, TOPIC, b"", user).code == "unsigned"


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(max_size=100),
        st.binary(min_size=64, max_size=64).map(
            lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        ),
    )
)
def test_whatever_stands_for_a_signature_is_answered(text: str) -> None:
    assert verify(PUBLIC, TOPIC, b"", {KEY_PROPERTY: "1f", SIGNATURE_PROPERTY: text}).code == "bad_signature"


def test_keys_and_serials_that_cannot_be_are_refused_without_showing_them() -> None:
    for key, serial, words in (
        (KEY, "0x1F", "small hex digits"),
        (KEY, "", "small hex digits"),
        (b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n", "1f", "no private key that can be read"),
    ):
        with pytest.raises(PkiError, match=words) as caught:
            Signer(key, serial)
        assert "c2VjcmV0" not in str(caught.value)
