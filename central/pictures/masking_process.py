"""One masking process (`gewu-edge mask --stdio`), asked over pipes. Pictures go through memory alone."""

import os
import select
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, TypeVar

from pydantic import BaseModel

from broker.fields import read
from broker.masking import LENGTH, ROLES, Answer, Ask, Ready, length_of, packed

READY_S = 60.0  # for loading the models
MOST_SENT = 16_000_000  # of a masked picture
END_S = 5.0  # for a process that was killed
_CHUNK = 1 << 16
_LISTEN_S = 0.2
_LINES, _LINE = 5, 200  # of what it says on standard error, and of each line
Body = bytes | bytearray
M = TypeVar("M", bound=BaseModel)


class Ended(Exception):
    """The process ended, or said what nobody understands; the words say which."""


class TooSlow(Exception):
    """No answer in time."""


class MaskingProcess:
    """Begun by its constructor; asked by one thread. After any exception there is only `end`."""

    def __init__(self, command: Sequence[str]) -> None:
        """Raises Ended where it cannot be begun."""
        self._said: deque[str] = deque(maxlen=_LINES)
        self._ended = threading.Event()
        pipe = subprocess.PIPE
        try:
            # In a session of its own, Ctrl-C at a terminal ends the centre, and the centre ends this.
            self._process = subprocess.Popen(
                list(command), stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
            )
        except OSError as error:
            raise Ended(f"{command[0]} cannot be started: {error.strerror}") from error
        assert self._process.stdin and self._process.stdout and self._process.stderr  # noqa: S101, PT018
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        words = self._process.stderr
        self._listener = threading.Thread(target=self._listen, args=(words,), name="masker-says")
        self._listener.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def gone(self) -> bool:
        """Whether it has ended by itself."""
        return self._process.poll() is not None

    def interrupt(self) -> None:
        """Kill it while another thread asks it; that one gets Ended."""
        self._kill()

    def ready(self, until: float) -> Ready:
        """What it is, once its models are loaded. Raises Ended or TooSlow."""
        found = self._head(Ready, until)
        if missing := ROLES - {model.role for model in found.models}:
            raise Ended(f"it masks without {', '.join(sorted(missing))}")
        return found

    def ask(self, ask: Ask, body: Body, until: float) -> tuple[Answer, bytes]:
        """What became of a picture, and the masked one. Raises Ended or TooSlow."""
        for part in (packed(ask), body):
            self._write(part, until)
        answer = self._head(Answer, until)
        if answer.id != ask.id or answer.bytes > MOST_SENT:
            raise Ended("it answered another question")
        return answer, self._read(answer.bytes, until)

    def end(self) -> str:
        """End it and what it has begun; what it said last.

        The command may be a container's or another machine's, whose process no signal reaches: that one ends
        when nothing can come any more.
        """
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):  # half a picture lay in it
                if pipe is not None:
                    pipe.close()
        self._kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        self._ended.set()
        self._listener.join()
        return " / ".join(self._said)

    def _kill(self) -> None:
        """Its whole group: a wrapper that dies alone would leave the process behind."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _head(self, kind: type[M], until: float) -> M:
        try:
            return read(kind, self._read(length_of(self._read(LENGTH, until)), until))
        except ValueError:  # pydantic's too
            raise Ended("it spoke no frames; the command has to be gewu-edge mask --stdio") from None

    def _write(self, body: Body, until: float) -> None:
        view, sent = memoryview(body), 0
        while sent < len(view):
            _await(self._in, select.POLLOUT, until)
            try:
                sent += os.write(self._in, view[sent : sent + _CHUNK])
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise Ended(self._how()) from None

    def _read(self, size: int, until: float) -> bytes:
        found = bytearray()
        while len(found) < size:
            _await(self._out, select.POLLIN, until)
            chunk = os.read(self._out, min(_CHUNK, size - len(found)))
            if not chunk:
                raise Ended(self._how())
            found += chunk
        return bytes(found)

    def _how(self) -> str:
        """How it ended, as far as that is known already."""
        try:
            status = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "it hung up"
        return f"it was ended by signal {-status}" if status < 0 else f"it ended with status {status}"

    def _listen(self, words: IO[bytes]) -> None:
        """What it says is kept for the log: a few lines, cut and printable."""
        pipe, rest = words.fileno(), b""
        with words:
            while (there := _is_there(pipe)) or not self._ended.is_set():
                if not there:
                    continue
                if not (chunk := os.read(pipe, _CHUNK)):
                    break
                *lines, rest = (rest + chunk).split(b"\n")
                self._note(*lines)
                rest = rest[-_LINE:]
        self._note(rest)

    def _note(self, *lines: bytes) -> None:
        for line in lines:
            if text := line.decode("utf-8", "replace").strip()[:_LINE]:
                self._said.append("".join(sign if sign.isprintable() else "?" for sign in text))


def _is_there(pipe: int) -> bool:
    """Whether something, or the end, can be read soon."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    return bool(poll.poll(_LISTEN_S * 1000))


def _await(pipe: int, what: int, until: float) -> None:
    """Raises TooSlow. `poll`, for a centre has more open files than `select` can name."""
    poll = select.poll()
    poll.register(pipe, what)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        raise TooSlow
