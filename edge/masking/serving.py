"""`gewu-edge mask --stdio`: pictures in on standard input, masked ones out on standard output, one by one."""

import ctypes
import os
import resource
import sys
from typing import BinaryIO

from pydantic import ValidationError

from broker.fields import read
from broker.masking import LENGTH, Answer, Ask, length_of, packed
from edge.masking.darkening import Broken, Darkening, refused, too_large

MEMORY = 4_000_000_000  # models, and a picture of the most pixels with its copies
FILES = 256
_CHUNK = 1 << 16
_NOT_DUMPABLE = (4, 0, 0, 0, 0)  # prctl(PR_SET_DUMPABLE, 0)


class BadFrame(ValueError):
    """What came is no frame; nothing after it can be understood."""


def confine(*, memory: bool) -> None:
    """From now on nothing can be written to any file, not even by a crash: the system itself refuses.

    memory: bound the addresses too. Drivers of accelerators reserve far more of them than they use.
    """
    bounds = [(resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, FILES)]
    for what, most in bounds + [(resource.RLIMIT_AS, MEMORY)] * memory:
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    if sys.platform == "linux":  # a dump that goes to a program is not bound by its limit
        ctypes.CDLL(None).prctl(*_NOT_DUMPABLE)


def own_pipe() -> BinaryIO:
    """Standard output for frames alone; whatever else is printed goes to standard error."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def serve(masking: Darkening, asked: BinaryIO, answers: BinaryIO) -> bool:
    """Answer until nobody asks any more; False when the models broke. Raises BadFrame."""
    _write(answers, packed(masking.ready))
    while (ask := _next(asked)) is not None:
        try:
            said, sent = _one(masking, ask, asked)
        except Broken as error:
            _write(answers, packed(refused(ask, error.reason)))
            return False
        except EOFError:
            return True
        _write(answers, packed(said), sent)
    return True


def _one(masking: Darkening, ask: Ask, asked: BinaryIO) -> tuple[Answer, bytes]:
    """Raises Broken; EOFError where the picture ends early."""
    if ask.bytes > masking.limits.max_bytes:
        _pass_over(asked, ask.bytes)
        return refused(ask, too_large(masking.limits)), b""
    return masking.answer(ask, _exactly(asked, ask.bytes))


def _next(asked: BinaryIO) -> Ask | None:
    """The next question, None when there is none. Raises BadFrame."""
    try:
        first = asked.read(LENGTH)
        return read(Ask, _exactly(asked, length_of(first))) if len(first) == LENGTH else None
    except EOFError:
        return None
    except ValidationError as error:  # its words repeat nothing of what was given
        raise BadFrame(f"no head of a picture: {error.error_count()} faults") from None
    except ValueError as error:
        raise BadFrame(str(error)) from None


def _exactly(asked: BinaryIO, size: int) -> bytes:
    body = asked.read(size)
    if len(body) < size:
        raise EOFError
    return body


def _pass_over(asked: BinaryIO, size: int) -> None:
    while size:
        size -= len(_exactly(asked, min(size, _CHUNK)))


def _write(answers: BinaryIO, *parts: bytes) -> None:
    for part in parts:
        answers.write(part)
    answers.flush()
