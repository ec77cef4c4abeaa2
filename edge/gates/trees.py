"""XML of strangers: bounded, without DTD or entities, and only the elements that are asked for. Pure.

Expat is used directly: what is not asked for is skipped as it passes, so no tree ever holds a plate.
"""

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from edge.decoding import LARGEST, NotDecoded

DEEPEST: Final = 32
MOST: Final = 5000  # elements, read or not
NAMES: Final = 200  # of what was left unread; more than any make's message has


@dataclass(slots=True)
class Node:
    """One element that was asked for. tag: without its prefix."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without the white space around it."""
        return "".join(self.pieces).strip()

    def all(self, tag: str) -> list["Node"]:
        """Its children of that name."""
        return [child for child in self.children if child.tag == tag]

    def said(self, *way: str) -> str:
        """The text of the first element on that way; empty where there is none."""
        node: Node | None = self
        for tag in way:
            node = next(iter(node.all(tag)), None) if node else None
        return node.text if node else ""

    def found(self, tag: str) -> list["Node"]:
        """Every element of that name below it, in the order of the document, none inside another."""
        every: list[Node] = []
        for child in self.children:
            every += [child] if child.tag == tag else child.found(tag)
        return every


@dataclass(slots=True)
class Document:
    """root: of what was asked for. unread: names of what was not, in small letters."""

    root: Node
    unread: frozenset[str]


def read(body: bytes, keep: frozenset[str], items: frozenset[str] | None = None) -> Document:
    """The elements in `keep`, each under a kept parent. Raises NotDecoded.

    items: where given, an element with an attribute Name is kept only if that name is one of them.
    """
    if len(body) > LARGEST:
        raise NotDecoded("too_large", f"{len(body)} bytes of XML; {LARGEST} are allowed")
    reader = _Reader(keep, items)
    try:
        reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        where = f"line {error.lineno}, column {error.offset + 1}"
        raise NotDecoded("not_xml", f"is not XML: {what} at {where}") from None
    except NotDecoded:
        raise
    except (ValueError, LookupError):
        raise NotDecoded("not_xml", "is not XML in an encoding that is known") from None
    if reader.root is None:
        raise NotDecoded("other_message", "its outermost element is none of a message of this make")
    return Document(reader.root, frozenset(reader.unread))


class _Reader:
    def __init__(self, keep: frozenset[str], items: frozenset[str] | None) -> None:
        self.keep = keep
        self.items = items
        self.root: Node | None = None
        self.unread: set[str] = set()
        self._open: list[Node] = []
        self._skipped = 0  # depth within what is left unread
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise NotDecoded("dtd", "has a document type declaration; none is allowed, nor entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST or len(self._open) + self._skipped >= DEEPEST:
            what = f"has more than {MOST} elements, or more than {DEEPEST} one in another"
            raise NotDecoded("too_large", what)
        tag = name.rpartition(":")[2]
        item = attributes.get("Name")
        if self._skipped or not self._asked(tag, item):
            self._skipped += 1
            self._note(tag if item is None else item)
            return
        node = Node(tag, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _asked(self, tag: str, item: str | None) -> bool:
        return tag in self.keep and (item is None or self.items is None or item in self.items)

    def _note(self, name: str) -> None:
        if len(self.unread) < NAMES and len(name) <= 64:
            self.unread.add(name.lower())

    def _end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
        else:
            self._open.pop()

    def _text(self, text: str) -> None:
        if not self._skipped and self._open:
            self._open[-1].pieces.append(text)
