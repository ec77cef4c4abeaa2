"""Tasks side by side on threads that nobody waits for at the end: some libraries hang and cannot be woken."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def side_by_side(tasks: Sequence[Callable[[], T]], at_once: int) -> Iterator[T]:
    """What each gives, in the order of the tasks. The first error of one is raised in its place."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(tasks)):
        waiting.put(number)
    done: list[queue.SimpleQueue[T | BaseException]] = [queue.SimpleQueue() for _ in tasks]

    def work() -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done[number].put(tasks[number]())
            except BaseException as error:  # whatever it is, it is raised where it is taken
                done[number].put(error)

    for _ in range(min(at_once, len(tasks))):
        threading.Thread(target=work, name="examination", daemon=True).start()
    for one in done:
        found = one.get()
        if isinstance(found, BaseException):
            raise found
        yield found
