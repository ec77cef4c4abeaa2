"""The topic table: every topic made is read back, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.codes import code_of, table
from broker.messages import CARRIED
from broker.topics import ROOT, TABLE, Address, everyones, parse

addresses = st.builds(
    Address,
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,9}", fullmatch=True),
)


@settings(deadline=None)
@given(addresses, st.sampled_from(sorted(TABLE)))
def test_a_topic_is_read_back(address: Address, channel: str) -> None:
    assert parse(address.topic(channel)) == (address, channel)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.from_regex(r"gewu/v1(/[a-z0-9+#]*){0,5}", fullmatch=True)))
def test_whatever_is_taken_is_a_topic_of_the_table(topic: str) -> None:
    try:
        address, channel = parse(topic)
    except ValueError:
        return
    assert address.topic(channel) == topic


@pytest.mark.parametrize(
    "topic", ["", "gewu", "gewu/v1", "gewu/v2/131002/n/event", "gewu/v1/131002/n/event/x"]
)
def test_near_misses_are_refused(topic: str) -> None:
    with pytest.raises(ValueError, match="config/reported"):
        parse(topic)


@pytest.mark.parametrize(
    ("district", "node", "words"),
    [
        ("13100", "n", "six digits"),
        ("１３１００２", "n", "six digits"),
        ("131002", "", "letters, digits"),
        ("131002", "a/b", "letters, digits"),
        ("131002", "+", "letters, digits"),
        ("131002", "n" * 65, "64"),
        ("131002", "n\n", "letters, digits"),
    ],
)
def test_addresses_that_would_break_the_tree_are_refused(district: str, node: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Address(district, node)


@settings(deadline=None)
@given(addresses)
def test_a_node_has_a_name_and_a_source_that_are_read_back(address: Address) -> None:
    assert Address.named(address.name) == address
    assert Address.of(address.source) == address
    assert address.source == f"gewu://{address.name}"


@pytest.mark.parametrize("name", ["", "131002", "gate-1", "131002/gate-1/x", "/131002/gate-1"])
def test_what_is_no_name_is_told_what_one_is(name: str) -> None:
    with pytest.raises(ValueError, match=r"DISTRICT/NODE is expected, such as 131002/gate-1"):
        Address.named(name)


def test_subscriptions_to_everyone() -> None:
    assert everyones("event") == f"{ROOT}/+/+/event"
    assert everyones("event", share="ingest") == f"$share/ingest/{ROOT}/+/+/event"
    assert everyones("config/reported") == f"{ROOT}/+/+/config/reported"


def test_what_travels_on_each_channel_is_known() -> None:
    assert {*CARRIED, "event"} == set(TABLE)


def test_events_never_expire_and_are_never_retained() -> None:
    event = TABLE["event"]
    assert (event.qos, event.retained, event.expiry_s) == (1, False, None)


def test_source_and_topic_name_the_same_node() -> None:
    address = Address("131002", "north-gate")
    assert address.source == "gewu://131002/north-gate"
    assert address.topic("event") == "gewu/v1/131002/north-gate/event"


def test_the_table_of_codes_is_whole() -> None:
    codes = [kind.code.code for kind in table().values()]
    assert len(set(codes)) == len(codes)
    assert code_of("illegal_parking") == table()["illegal_parking"].code
    assert code_of("a_kind_of_our_own") is None


def test_an_ask_expires_before_its_channel_does() -> None:
    command = TABLE["command"]
    assert command.expiring(20.4).expiry_s == 20
    assert command.expiring(0.0).expiry_s == 1
    assert command.expiring(1e9).expiry_s == command.expiry_s
    assert TABLE["event"].expiring(5.0).expiry_s == 5
