"""Evidence pictures: what is in the bytes, and the store that keeps them."""

import errno
import gc
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.drawing import captioned
from edge.evidence import MOST_BYTES, EvidenceMaker, EvidenceStore
from edge.frames import Frame
from edge.privacy import Masker, MaskingFailed
from models.detections import Detections, Picture
from tests.disks import small_disk_of

LABELS = ("person", "car")


class Finds:
    """A detector that finds the same boxes in every whole picture, all of class 0."""

    def __init__(
        self, *boxes: tuple[float, float, float, float], whole: tuple[int, int] = (240, 320)
    ) -> None:
        self.labels, self._boxes, self._whole = LABELS, boxes, whole

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        return [self._in(picture) for picture in pictures]

    def _in(self, picture: Picture) -> Detections:
        found = self._boxes if picture.shape[:2] == self._whole else ()
        boxes = np.array(found, np.float32).reshape(-1, 4)
        return Detections(boxes, np.full(len(found), 0.9, np.float32), np.zeros(len(found), np.int64))


class Counting(Finds):
    looks = 0

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        self.looks += 1
        return super().detect(pictures)


class Fails:
    labels = LABELS

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        raise RuntimeError("out of memory")


def maker(*boxes: tuple[float, float, float, float], **settings: int) -> EvidenceMaker:
    return EvidenceMaker(Masker(persons=Finds(*boxes), faces=None, plates=None), **settings)


def frame(height: int = 240, width: int = 320, **changes: object) -> Frame:
    ramp = np.linspace(0, 200, width, dtype=np.uint8)
    image = np.repeat(np.tile(ramp, (height, 1))[:, :, None], 3, axis=2)
    known = {"source": "camera-1", "index": 7, "t": 3.5, "utc": 1_763_757_189.123, "clock": "synchronised"}
    return Frame(image=image, **{**known, **changes})  # type: ignore[arg-type]


def decoded(body: bytes) -> Picture:
    return np.asarray(cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def segments(body: bytes) -> list[int]:
    """The markers of a JPEG's header, up to the pixels."""
    found, at = [], 2
    while body[at] == 0xFF and body[at + 1] != 0xDA:
        found.append(body[at + 1])
        at += 2 + int.from_bytes(body[at + 2 : at + 4], "big")
    return found


def test_the_reference_fits_the_bytes() -> None:
    made = maker().picture(frame(), None, role="after")
    reference = made.evidence
    assert reference.sha256 == hashlib.sha256(made.body).hexdigest()
    assert reference.size == len(made.body)
    assert (reference.role, reference.media_type, reference.masked) == ("after", "image/jpeg", True)
    assert reference.taken.isoformat() == "2025-11-21T20:33:09.123000+00:00"


def test_the_same_frame_gives_the_same_bytes_and_another_time_other_bytes() -> None:
    box = (0.2, 0.2, 0.5, 0.5)
    assert maker().picture(frame(), box).body == maker().picture(frame(), box).body
    assert maker().picture(frame(), box).body != maker().picture(frame(utc=0.0), box).body


def test_the_file_carries_no_metadata() -> None:
    header = segments(maker().picture(frame(), None).body)
    assert header  # JFIF, tables, sizes
    assert not [m for m in header if 0xE1 <= m <= 0xEF or m == 0xFE]  # EXIF, XMP, ICC, Adobe, comments


def test_persons_are_masked_in_the_bytes_and_the_scene_stands() -> None:
    scene = decoded(maker((0.25, 0.25, 0.5, 0.75)).picture(frame(), None).body).astype(int)
    inside = scene[70:170, 90:150]
    assert 110 < inside.mean() < 160
    assert np.abs(scene[70:170, 200:300] - frame().image[70:170, 200:300]).max() < 12


def test_box_and_zone_are_drawn_over_masks_and_a_caption_stands_below() -> None:
    everything = (0.0, 0.0, 1.0, 1.0)
    zone = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]
    scene = decoded(maker(everything).picture(frame(), (0.25, 0.25, 0.75, 0.75), outline=zone).body)
    assert scene.shape[0] > 240
    assert scene.shape[1] == 320
    amber = (scene[:, :, 2] > 180) & (scene[:, :, 0] < 90)
    assert amber[58:62, 90:230].any(axis=0).mean() > 0.95
    pale = scene[:240].min(axis=2) > 190
    assert pale[22:26, 40:280].any(axis=0).mean() > 0.9
    assert scene[242:, :160].max() > 200  # letters
    assert np.median(scene[242:]) < 60


@pytest.mark.parametrize(("width", "height"), [(320, 240), (640, 480), (1920, 1080)])
def test_no_letter_of_the_caption_is_cut_off(width: int, height: int) -> None:
    strip = captioned(np.zeros((height, width, 3), np.uint8), "gate_[jpqy]")[height:]
    assert strip.max() > 200
    assert (strip[[0, -1]] == strip[0, -1]).all()


def test_the_caption_tells_the_time_and_doubts_a_clock_nobody_set() -> None:
    sure = maker().picture(frame(), None).body
    assert sure != maker().picture(frame(clock="unknown"), None).body
    assert sure != maker().picture(frame(source="camera-2"), None).body


def test_one_frame_is_masked_once_whatever_becomes_of_it() -> None:
    finds = Counting((0.25, 0.25, 0.5, 0.75))
    making = EvidenceMaker(Masker(persons=finds, faces=None, plates=None))
    shot = frame()
    first = making.picture(shot, (0.1, 0.1, 0.2, 0.2))
    looks = finds.looks

    second = making.picture(shot, (0.6, 0.6, 0.9, 0.9), role="after")
    again = making.picture(shot, (0.1, 0.1, 0.2, 0.2))

    assert finds.looks == looks
    assert again.body == first.body != second.body
    assert making.picture(frame(), (0.1, 0.1, 0.2, 0.2)).body == first.body
    assert finds.looks == 2 * looks


def test_no_masked_picture_is_kept_longer_than_its_frame() -> None:
    making = maker()
    shot = frame()
    making.picture(shot, None)
    assert making.kept

    del shot
    gc.collect()

    assert not making.kept


def test_large_frames_are_shrunk_and_masked_at_the_size_that_leaves() -> None:
    large = frame(1440, 2560)
    masking = Masker(persons=Finds((0.25, 0.25, 0.5, 0.75), whole=(540, 960)), faces=None, plates=None)
    scene = decoded(EvidenceMaker(masking, longest=960).picture(large, None).body)
    assert scene.shape[1] == 960
    assert np.abs(scene[150:390, 260:470].astype(int) - 135).mean() < 15


def test_the_size_is_bounded_also_for_a_picture_of_noise() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (1080, 1920, 3), np.uint8)
    masking = Masker(persons=Finds(), faces=None, plates=None)
    noisy = Frame(noise, "camera-1", 0, 0.0, 0.0, "unknown")
    assert len(EvidenceMaker(masking).picture(noisy, None).body) <= MOST_BYTES


@pytest.mark.parametrize("broken", ["persons", "faces", "plates"])
def test_there_is_no_picture_when_masking_fails(broken: str) -> None:
    class Car(Finds):
        labels = LABELS

        def _in(self, picture: Picture) -> Detections:
            found = super()._in(picture)
            return Detections(found.boxes, found.scores, np.ones(len(found.scores), np.int64))

    roles: dict[str, object] = {"persons": Car((0.1, 0.1, 0.9, 0.9)), "faces": None, "plates": None}
    roles[broken] = Fails()
    with pytest.raises(MaskingFailed, match="out of memory"):
        EvidenceMaker(Masker(**roles)).picture(frame(), None)  # type: ignore[arg-type]


def test_put_keeps_by_sha256_once_and_get_gives_it_back(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "evidence", max_bytes=1000)
    path = store.put(b"picture")
    written = path.stat().st_mtime_ns
    assert path.name == hashlib.sha256(b"picture").hexdigest()
    assert store.put(b"picture") == path
    assert path.stat().st_mtime_ns == written
    assert store.get(path.name) == b"picture"
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_get_and_drop_of_what_is_not_there(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "never-made", max_bytes=1000)
    name = hashlib.sha256(b"x").hexdigest()
    assert store.get(name) is None
    store.drop(name)
    assert store.trim(()) == []


@pytest.mark.parametrize("name", ["../secret", "", "ABCDEF", "0" * 63, "/etc/passwd"])
def test_only_a_sha256_names_a_picture(tmp_path: Path, name: str) -> None:
    store = EvidenceStore(tmp_path, max_bytes=1000)
    with pytest.raises(ValueError, match="64 lower-case hex digits"):
        store.get(name)
    with pytest.raises(ValueError, match="64 lower-case hex digits"):
        store.drop(name)


def test_a_damaged_file_is_not_given_out_and_is_mended_by_the_next_put(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, max_bytes=1000)
    path = store.put(b"picture")
    path.write_bytes(b"pict")
    assert store.get(path.name) is None
    assert store.put(b"picture").read_bytes() == b"picture"


def test_trim_takes_the_oldest_and_never_what_is_still_to_be_sent(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, max_bytes=250)
    names = []
    for age, letter in enumerate(b"abcd"):
        path = store.put(bytes([letter]) * 100)
        os.utime(path, (1000 + age, 1000 + age))
        names.append(path.name)
    assert store.trim({names[0]}) == [names[1], names[2]]
    assert {p.name for p in tmp_path.iterdir()} == {names[0], names[3]}
    assert store.trim({names[0]}) == []


def test_trim_keeps_all_that_is_to_be_sent_even_over_the_bound(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, max_bytes=50)
    names = {store.put(bytes([letter]) * 100).name for letter in b"ab"}
    assert store.trim(names) == []
    assert sorted(store.trim(())) == sorted(names)
    assert list(tmp_path.iterdir()) == []


def test_trim_clears_what_a_crash_left_half_written_and_nothing_foreign(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path, max_bytes=1000)
    kept = store.put(b"picture")
    (tmp_path / f"{'0' * 64}.part").write_bytes(b"half")
    (tmp_path / "README").write_text("not ours")
    store.trim(())
    assert {p.name for p in tmp_path.iterdir()} == {kept.name, "README"}


def test_a_disk_that_fills_while_it_is_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EvidenceStore(tmp_path, max_bytes=10**9)
    whole = store.put(b"before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("broker.wholefile.os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            store.put(b"after")
    assert [p.name for p in tmp_path.iterdir()] == [whole.name]
    assert store.put(b"after").read_bytes() == b"after"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    with small_disk_of("64k", tmp_path / "small") as folder:
        yield folder


def test_a_really_full_disk_says_so_and_leaves_nothing_half_written(small_disk: Path) -> None:
    store = EvidenceStore(small_disk / "evidence", max_bytes=10**9)
    first = store.put(b"a" * 20_000)
    with pytest.raises(OSError, match="No space left") as caught:
        store.put(b"b" * 60_000)
    assert caught.value.errno == errno.ENOSPC
    assert [p.name for p in (small_disk / "evidence").iterdir()] == [first.name]
    store.drop(first.name)
    assert len(store.put(b"c" * 40_000).read_bytes()) == 40_000
