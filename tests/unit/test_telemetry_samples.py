"""Real DJI sidecars: every sample's first and last entry by hand, what has no position is refused."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from edge.decoding import NotDecoded
from tests.sidecars import Entry, entry, reader


@dataclass(frozen=True)
class Sample:
    """How many poses, the first and last, what is left out and how often."""

    count: int
    first: Entry
    last: Entry
    left: tuple[tuple[str, float], ...] = ()


UNSAID = "altitude_unsaid"
SAMPLES = {
    "srt/MAVIC3.srt": Sample(
        12318,
        Entry(0.0, 3.41531, -3.37440, -2.4, 0.401, focal=24.0),
        Entry(246.340, 3.41368, -3.37721, 3.6, 6.401, focal=24.0),
    ),
    "srt/air2s.srt": Sample(
        17,
        Entry(0.0, 41.424724, 2.234156, focal=24.0),
        Entry(0.533, 41.424730, 2.234102, focal=24.0),
        ((UNSAID, 17),),
    ),
    "srt/broken_incomplete.SRT": Sample(
        19, Entry(1.0, -34.7383, -58.4563, 20.1), Entry(19.0, -34.7383, -58.4563, 7.7), (("cut", 1),)
    ),
    "srt/broken_incomplete2.SRT": Sample(
        4,
        Entry(0.0, -34.869950, -57.823395, focal=28.0),
        Entry(0.160, -34.869945, -57.823383, focal=28.0),
        ((UNSAID, 4), ("cut", 2)),
    ),
    "srt/m2zoom.SRT": Sample(
        7113,
        Entry(0.0, 31.452012, 74.398751, focal=24.0),
        Entry(118.651, 31.450438, 74.398905, focal=48.0),
        ((UNSAID, 7113),),
    ),
    "srt/matrice_300.srt": Sample(
        381, Entry(0.0, 36.6146, -6.1120, 0.3), Entry(380.0, 36.6146, -6.1120, 0.0)
    ),
    "srt/mavic_2_style.SRT": Sample(468, Entry(0.0, -20.2533, 149.0251), Entry(468.0, -20.2532, 149.0251)),
    "srt/mavic_2pro_new.SRT": Sample(
        8952,
        Entry(0.0, -35.080155, -60.286702, focal=28.0),
        Entry(369.840, -35.077976, -60.314572, focal=28.0),
    ),
    "srt/mavic_air2.srt": Sample(
        25,
        Entry(0.0, 41.420684, 2.162162, focal=24.0),
        Entry(0.400, 41.420686, 2.162162, focal=24.0),
        ((UNSAID, 25),),
    ),
    "srt/mavic_mini.SRT": Sample(
        117, Entry(0.0, 48.0771, -121.7458, 200.7), Entry(116.0, 48.0775, -121.7476, 200.8)
    ),
    "srt/mavic_pro.SRT": Sample(
        468, Entry(1.0, -20.2533, 149.0251, 1.9), Entry(468.0, -20.2532, 149.0251, 0.0)
    ),
    "srt/mavic_pro_buggy.SRT": Sample(
        530,
        Entry(1.0, 42.4668, -1.2218, 0.0),
        Entry(546.0, 42.4668, -1.2217, 15.8),
        (("no_fix", 16),),
    ),
    "srt/mix_p4rtk_mavic2pro.srt": Sample(
        12,
        Entry(904.904, -34.650200, -59.409424, 17.39, heading=-75.0, look=(-27.3, -76.0, 0.0)),
        Entry(910.242, -34.651180, -59.409483, focal=28.0),
        ((UNSAID, 6),),
    ),
    "srt/old_format.SRT": Sample(
        468, Entry(1.0, -20.2533, 149.0251, 1.9), Entry(468.0, -20.2532, 149.0251, 0.0)
    ),
    "srt/p4_rtk.SRT": Sample(
        55,
        Entry(0.0, -34.237922, -58.851745, 85.8, heading=110.1, look=(-24.4, 110.4, 0.0)),
        Entry(54.0, -34.232349, -58.849196, 85.8, heading=109.2, look=(-24.4, 111.9, 0.0)),
    ),
    "srt/p4p_sample.SRT": Sample(5, Entry(0.0, 47.4692, 8.2090, 45.6), Entry(4.0, 47.4692, 8.2090, 45.6)),
    "srt_callmarcus/examples_DJI_sample.SRT": Sample(
        5, Entry(0.0, 59.302335, 18.203059, 1.3, 132.86), Entry(0.133, 59.302338, 18.203056, 1.5, 133.06)
    ),
    "srt_callmarcus/samples_Avata360_clip.SRT": Sample(
        5,
        Entry(0.0, 53.365080, 6.460739, 5.4, -124.744, look=(0.0, -162.8, 0.0), focal=28.0),
        Entry(0.166, 53.365080, 6.460739, 5.4, -124.744, look=(0.0, -162.8, 0.0), focal=28.0),
    ),
    "srt_callmarcus/samples_Mini5PRO_clip.SRT": Sample(
        5,
        Entry(0.0, 53.365108, 6.460719, 6.0, -122.769, focal=24.0),
        Entry(0.160, 53.365109, 6.460718, 6.0, -122.769, focal=24.0),
    ),
    "srt_callmarcus/samples_air3S_clip.SRT": Sample(
        5,
        Entry(0.0, 34.270373, -84.176160, 0.0, 302.208, focal=24.0),
        Entry(0.066, 34.270373, -84.176160, 0.0, 302.208, focal=24.0),
    ),
    "srt_callmarcus/samples_air3_clip.SRT": Sample(
        2, Entry(0.0, 59.1111, 18.2222, 5.0, 105.0), Entry(0.033, 59.1112, 18.2223, 5.1, 105.1)
    ),
    "srt_callmarcus/samples_avata2_clip.SRT": Sample(
        2, Entry(0.0, 39.906217, 116.391305, 91.2, 69.8), Entry(0.033, 39.906218, 116.391306, 91.2, 69.9)
    ),
    "srt_callmarcus/samples_mini4pro_clip.SRT": Sample(
        2, Entry(0.0, 59.0, 18.0, 1.0, 100.0), Entry(0.033, 59.0001, 18.0001, 2.0, 101.0)
    ),
    "srt_callmarcus/samples_neo2_clip.SRT": Sample(
        5, Entry(0.0, 45.607181, 13.753860, 0.0, 113.9), Entry(0.133, 45.607181, 13.753859, 0.1, 114.0)
    ),
    "srt_callmarcus/samples_neo2_clip_nogps.SRT": Sample(
        3,
        Entry(0.099, 32.848932, -84.861966, 0.4, 269.099),
        Entry(0.165, 32.848932, -84.861966, 0.4, 269.099),
        (("no_fix", 3),),
    ),
}
REFUSED = {
    "srt/broken_empty.SRT": ("empty", "the sidecar is empty"),
    "srt/broken_empty2.SRT": (
        "cut",
        "no position in 1 entries: entries that end before their position is complete",
    ),
    "srt/mavic_air.SRT": (
        "no_position",
        "no position in 2 entries: entries that tell no position (not every model writes one)",
    ),
}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", SAMPLES)
def test_every_dialect(name: str, shared_data: Path) -> None:
    told = reader().read((shared_data / "drone" / name).read_bytes())
    expected = SAMPLES[name]

    assert len(told.poses) == expected.count
    assert entry(told.poses[0]) == expected.first
    assert entry(told.poses[-1]) == expected.last
    assert tuple((reason.code, (reason.values or {})["count"]) for reason in told.left) == expected.left


@pytest.mark.shared_data
@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_position_is_refused(name: str, shared_data: Path) -> None:
    with pytest.raises(NotDecoded) as caught:
        reader().read((shared_data / "drone" / name).read_bytes())

    assert (caught.value.reason.code, caught.value.reason.text) == REFUSED[name]


@pytest.mark.shared_data
def test_no_sample_is_forgotten(shared_data: Path) -> None:
    drone = shared_data / "drone"
    there = {
        f"{path.parent.name}/{path.name}"
        for folder in ("srt", "srt_callmarcus")
        for path in (drone / folder).iterdir()
        if path.suffix.lower() == ".srt"
    }

    assert there == SAMPLES.keys() | REFUSED.keys()
