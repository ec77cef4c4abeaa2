"""A block: entries of one source as bytes that say how long they are and whether they are whole. Pure.

    file    magic, version
    block   mark, length, CRC-32 | kinds, number, looks, since, until | sections, deflated
    section kind, length, bytes

Every block can be read without any other. A section of a kind that is not known here is passed over, so later
versions may add kinds; what a version cannot be read without gets another version number.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from broker.events import Audit, Evidence, Reason
from edge.journal import looks
from edge.journal.columns import Damaged, In, Out
from edge.journal.entries import Begin, End, Entry, Happened, Pictured, Run, Written
from edge.observation import Observation

MAGIC, VERSION = b"gewu-journal", 1
HEADER = MAGIC + bytes([VERSION])
MARK = b"\xabB"
LENGTHS = struct.Struct("<II")
HEAD = struct.Struct("<HQHII")
FRAME = len(MARK) + LENGTHS.size + HEAD.size
MOST_LOOKS = 2**16 - 1
LATEST = 2**32 - 1

LOOKS, BEGIN, HAPPENED, PICTURED, END = range(5)


@dataclass(frozen=True, slots=True)
class Block:
    """What can be known of a block without reading its entries.

    kinds: the kinds of its sections, as bits. number: how many observations and happenings came before it.
    since, until: the whole UTC seconds that its times lie in.
    """

    kinds: int
    number: int
    looks: int
    since: int
    until: int
    body: bytes

    def has(self, kind: int) -> bool:
        """Whether entries of this kind may be in it."""
        return bool(self.kinds & 1 << kind)


class UnknownVersion(ValueError):
    """A journal of another version than this software reads."""


def check_header(data: bytes, name: str) -> int:
    """Where the first block begins. Raises UnknownVersion, and Damaged for what is no journal at all."""
    if not data.startswith(MAGIC) or len(data) < len(HEADER):
        raise Damaged("is no journal")
    if data[len(MAGIC)] != VERSION:
        raise UnknownVersion(
            f"{name}: is a journal of version {data[len(MAGIC)]}; this software reads version {VERSION}"
        )
    return len(HEADER)


def encode(entries: Sequence[Written], number: int) -> bytes:
    """One block. number: observations and happenings before it."""
    seen = [entry for entry in entries if isinstance(entry, Observation)]
    out, kinds = Out(), 0
    if seen:
        kinds |= 1 << LOOKS
        out.number(LOOKS)
        out.raw(looks.encode(seen))
    before = 0
    for entry in entries:
        if isinstance(entry, Observation):
            before += 1
            continue
        kind, body = _section(entry, before)
        kinds |= 1 << kind
        out.number(kind)
        out.raw(body)
    since, until = _span(entries)
    body = HEAD.pack(kinds, number, len(seen), since, until) + deflated(out.body())
    return MARK + LENGTHS.pack(len(body), zlib.crc32(body)) + body


def deflated(data: bytes) -> bytes:
    """Without head and tail: the block has its own."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def inflated(body: bytes) -> bytes:
    """The sections again. Raises zlib.error."""
    return zlib.decompress(body, -zlib.MAX_WBITS)


def _span(entries: Sequence[Written]) -> tuple[int, int]:
    """The first and the last second; times that are none, or before 1970, count as 0."""
    times = [entry.utc for entry in entries if isinstance(entry, Observation | Happened)]
    whole = [int(utc) if 0.0 <= utc < LATEST else 0 for utc in times]
    return min(whole, default=0), max(whole, default=0) + 1


def _section(entry: Begin | Happened | Pictured | End, before: int) -> tuple[int, bytes]:
    """An entry that is no look, and how many looks of its block come before it."""
    out = Out()
    out.number(before)
    if isinstance(entry, Begin):
        audit = entry.audit.model_dump(mode="json", exclude_none=True)
        out.json([entry.source, entry.number, audit, dict(entry.zones), dict(entry.rules), entry.start])
        out.raw(entry.state)
        return BEGIN, out.body()
    if isinstance(entry, Happened):
        out.json([entry.what, entry.text, entry.utc, entry.quality])
        return HAPPENED, out.body()
    if isinstance(entry, Pictured):
        told = [_plain(entry.evidence), _plain(entry.reason)]
        out.json([entry.situation, entry.phase, entry.revision, *told])
        return PICTURED, out.body()
    return END, out.body()


def _plain(part: Evidence | Reason | None) -> Any:
    return None if part is None else part.model_dump(mode="json", exclude_none=True)


def _entry(kind: int, data: In) -> Entry | None:
    """The entry of a section, None for a kind that is not known here."""
    if kind == BEGIN:
        source, number, audit, zones, rules, start = data.json()[:6]
        return Begin(source, number, Audit.model_validate(audit), data.raw(), zones, rules, start)
    if kind == HAPPENED:
        return Happened(*data.json()[:4])
    if kind == PICTURED:
        situation, phase, revision, evidence, reason = data.json()[:5]
        picture = None if evidence is None else Evidence.model_validate(evidence)
        why = None if reason is None else Reason.model_validate(reason)
        return Pictured(situation, phase, revision, picture, why)
    return End() if kind == END else None


def decode(block: Block, source: str) -> Iterator[Entry]:
    """The entries of a block in order. Raises Damaged."""
    try:
        yield from _woven(block, source)
    except (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, zlib.error) as error:
        raise Damaged(f"a block cannot be read: {type(error).__name__}: {error}") from error


def _woven(block: Block, source: str) -> Iterator[Entry]:
    runs: list[Run] = []
    others: list[tuple[int, Entry]] = []
    data = In(inflated(block.body))
    while data.left:
        kind, section = data.number(), In(data.raw())
        if kind == LOOKS:
            runs = list(looks.decode(section, source))
        elif kind <= END:
            before = section.number()
            if (entry := _entry(kind, section)) is not None:
                others.append((before, entry))
    return iter(_ordered(runs, others))


def _ordered(runs: Sequence[Run], others: Sequence[tuple[int, Entry]]) -> list[Entry]:
    """Runs are cut where something else happened in between."""
    entries: list[Entry] = []
    waiting, done = list(others), 0
    for run in runs:
        first, end = done, done + len(run)
        while waiting and waiting[0][0] < end:
            before, entry = waiting.pop(0)
            if before > done:
                entries.append(run.part(done - first, before - first))
                done = before
            entries.append(entry)
        entries.append(run if done == first else run.part(done - first, len(run)))
        done = end
    return [*entries, *(entry for _, entry in waiting)]


def split(data: bytes, at: int) -> Iterator[Block | Damaged]:
    """The blocks of a file's bytes; where one is broken, what is passed over to the next sound one."""
    while at < len(data):
        block, end = _block(data, at)
        if block is not None:
            yield block
            at = end
            continue
        found = _next(data, at + 1)
        torn = "the last block is not whole" if found == len(data) else "a block is damaged"
        yield Damaged(f"{torn}: {found - at} bytes at {at} are passed over")
        at = found


def _block(data: bytes, at: int) -> tuple[Block | None, int]:
    start = at + len(MARK) + LENGTHS.size
    if not data.startswith(MARK, at) or start > len(data):
        return None, at
    length, crc = LENGTHS.unpack_from(data, at + len(MARK))
    body = data[start : start + length]
    if len(body) < max(length, HEAD.size) or zlib.crc32(body) != crc:
        return None, at
    kinds, number, count, since, until = HEAD.unpack_from(body)
    return Block(kinds, number, count, since, until, body[HEAD.size :]), start + length


def _next(data: bytes, at: int) -> int:
    """Where the next sound block begins; the end of the file where there is none."""
    while (at := data.find(MARK, at)) >= 0:
        if _block(data, at)[0] is not None:
            return at
        at += 1
    return len(data)
