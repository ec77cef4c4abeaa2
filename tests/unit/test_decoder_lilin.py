"""LILIN's log: passages are told, plates and their owners never."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.decoders import lilin
from edge.decoding import Decoded, NotDecoded
from edge.readings import Reading
from tests.unit.gates.samples import lilin as log


def decode(body: bytes, **settings: Any) -> Decoded:
    return lilin.build(lilin.Settings(kind="lilin", device="north-gate")).decode("", body)


def test_each_passage_is_told_with_the_gates_answer() -> None:
    decoded = decode(log("allowed", "denial", "visitor"))

    assert decoded.readings == (
        Reading("north-gate", "passage", True, 1772323200.00025),
        Reading("north-gate", "passage", False, 1772323140.00025),
        Reading("north-gate", "passage", True, 1772323080.00025, "uncertain"),
    )
    assert [reason.code for reason in decoded.left] == ["person_dropped", "picture_dropped", "plate_dropped"]


def test_an_entry_of_a_list_of_plates_is_no_passage() -> None:
    entry = {"INDEX": 2, "TS": "", "LPR": "YP8549", "ACT_PARAM": "black"}
    decoded = decode(json.dumps({"INFORMATION": [entry]}).encode())

    assert decoded.readings == ()
    assert [reason.code for reason in decoded.left] == ["plate_dropped", "not_clear"]


def test_a_full_log_is_read() -> None:
    assert len(decode(log(*["denial"] * 1000)).readings) == 1000
    with pytest.raises(NotDecoded, match="1001 entries; 1000 are allowed"):
        decode(log(*["denial"] * 1001))


def test_what_is_no_log_is_refused() -> None:
    with pytest.raises(NotDecoded, match="is JSON without INFORMATION"):
        decode(b'{"LPR": "A"}')


@pytest.mark.shared_data
def test_the_real_sample(shared_data: Path) -> None:
    samples = json.loads((shared_data / "payloads" / "samples.json").read_text(encoding="utf-8"))
    (sample,) = (sample["payload"] for sample in samples if sample["id"] == "lilin_lpr")

    decoded = decode(json.dumps(sample).encode())

    # 1523329437899288 microseconds: 2018-04-10T03:03:57.899288Z
    assert decoded.readings == (Reading("north-gate", "passage", False, 1523329437.899288),)
    assert [reason.code for reason in decoded.left] == ["picture_dropped", "plate_dropped"]
    for value in ("30U9874", "TUR", "0.795461475849152", "1167", "1038.0", "images"):
        assert value not in repr(decoded)
