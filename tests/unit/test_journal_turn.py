"""A journal whose source cannot say how it stands."""

from pathlib import Path

import pytest

from edge.journal.entries import Begin
from edge.journal.segments import segments
from tests.unit.test_journal_files import AUDIT, Camera, seen_in


def test_where_no_segment_can_begin_the_old_one_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    camera = Camera(tmp_path / "journal")
    broken = [False]

    def begin() -> Begin:
        if broken[0]:
            raise ZeroDivisionError
        return Begin("cam-1", camera.taken, AUDIT, b"state")

    camera.writer.open(begin)
    seen = camera.see(0, 1800)
    broken[0] = True
    seen += camera.see(3700, 3704)
    broken[0] = False
    seen += camera.see(3900, 4000)
    camera.writer.close()
    assert "no segment can begin now" in caplog.text
    assert len(segments(camera.folder / "cam-1")) == 2
    assert seen_in(camera.folder) == seen
