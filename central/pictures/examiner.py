"""Has pictures checked, and written anew, by a process of its own (`central.pictures.decoding`)."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSWER_S = 20.0  # decoding the largest picture takes about a second
_LINE = 4096


class Unfit(Exception):
    """The file is no whole and plain picture; the words say why."""


class Unavailable(Exception):
    """No answer now; asking again later may bring one."""


class _Ended(Exception):
    """The process ended instead of answering."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a picture came to. `body`: the picture written anew, where that was asked for."""

    width: int | None
    height: int | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a node drew into a picture: a box in shares of the scene, and where else to fill as if it had."""

    box: Sequence[float] | None
    decoys: Sequence[Sequence[float]] = ()


class Examiner:
    """One process, begun when it is first needed and anew after it had to be ended. Safe to share."""

    def __init__(self, *, most_pixels: int) -> None:
        self._most_pixels = most_pixels
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def examine(self, path: Path, media_type: str, *, anew: bool = False) -> Examined:
        """Raises Unfit for a file that may not be kept, Unavailable when nobody can tell now."""
        return self._answer({"path": str(path.resolve()), "media_type": media_type, "anew": anew})

    def undrawn(self, path: Path, media_type: str, drawn: Drawn) -> Examined:
        """The scene of a node's picture as a JPEG, without what the node drew. Raises as above."""
        told = {"box": drawn.box, "decoys": drawn.decoys}
        return self._answer({"path": str(path.resolve()), "media_type": media_type, "drawn": told})

    def _answer(self, asked: dict[str, Any]) -> Examined:
        question = json.dumps(asked)
        with self._turn:
            try:
                said, body = self._ask(question)
            except _Ended:
                said, body = self._ask_again(question)
        if "fault" in said:
            raise Unfit(said["fault"])
        return Examined(said.get("width"), said.get("height"), body)

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    def _ask_again(self, question: str) -> tuple[dict[str, Any], bytes]:
        """Once more, in a fresh process: the first may have been ended from outside."""
        try:
            return self._ask(question)
        except _Ended as error:
            raise Unfit("decoding it ended the decoder twice") from error

    def _ask(self, question: str) -> tuple[dict[str, Any], bytes]:
        process = self._process = self._process or self._begin()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
        until = time.monotonic() + ANSWER_S
        try:
            process.stdin.write(question.encode() + b"\n")
            process.stdin.flush()
            line = _read(process.stdout.fileno(), None, until)
            said: dict[str, Any] = json.loads(line)
            return said, _read(process.stdout.fileno(), said["bytes"], until)
        except (BrokenPipeError, _Ended) as error:
            self._end()
            raise _Ended from error
        except TimeoutError as error:
            self._end()
            raise Unavailable(f"decoding took more than {ANSWER_S:g} s") from error

    def _begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "central.pictures.decoding", str(self._most_pixels)]
        try:
            return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise Unavailable(f"the decoder cannot be started: {error.strerror}") from error

    def _end(self) -> None:
        if (process := self._process) is None:
            return
        self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:
                pass  # half a question lay in it


def _read(pipe: int, size: int | None, until: float) -> bytes:
    """So many bytes, or a line where no size is given, which is read one by one not to take what follows."""
    found = bytearray()
    while len(found) < (_LINE if size is None else size):
        if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        chunk = os.read(pipe, 1 if size is None else min(1 << 16, size - len(found)))
        if not chunk:
            raise _Ended
        found += chunk
        if size is None and chunk == b"\n":
            break
    return bytes(found)
