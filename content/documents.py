"""Reads one YAML document strictly and knows on which line each part of it stands.

The library only finds the marks on the page; what they mean is decided here, and it is little: keys and values, lists,
whole numbers, true, false, null, and everything else is text (so `no` is a word and 12:30 is not a number). Tags,
anchors and aliases are refused, which leaves nothing that could run code or grow beyond the file's own size.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

LARGEST = 5 * 1024 * 1024  # bytes
DEEPEST = 20  # lists and keys within one another
MOST_FAULTS = 200  # of one file; whoever has more sees these first

PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}")
WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file: where it is, and what is expected there."""

    file: str
    line: int
    path: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path}: expected {self.expected}"


class Unreadable(Exception):
    """There is no reading on: the document's faults say why, and it has no content."""


@dataclass(eq=False)
class Document:
    """A file's name, what it says, the line of each place in it, and the first fault found at each place."""

    name: str
    content: Any = None
    lines: dict[Place, int] = field(default_factory=lambda: {(): 1})
    faults: dict[Place, Fault] = field(default_factory=dict)

    def fault(self, place: Place, expected: str, *, line: int | None = None) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.setdefault(place, Fault(self.name, line or self.line_of(place), path(place), expected))

    def line_of(self, place: Place) -> int:
        """The line of a place; where the place is missing, the line of what it is missing from."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]


def path(place: Place) -> str:
    """`cycles[0].steps[2].title`; `document` for the whole."""
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return written.removeprefix(".") or "document"


def read(name: str, content: bytes) -> Document:
    """The document in a file's bytes. It never raises: what is wrong stands in the document's faults."""
    document = Document(name)
    if len(content) > LARGEST:
        document.fault((), f"a file of at most {LARGEST // 1024 // 1024} MB")
        return document
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        document.fault((), "text in UTF-8", line=content.count(b"\n", 0, error.start) + 1)
        return document
    if control := UNPRINTABLE.search(text):
        document.fault((), "no control characters", line=text.count("\n", 0, control.start()) + 1)
        return document
    try:
        document.content = _Reading(document, text).whole()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.fault((), f"well-formed YAML ({error.problem})", line=mark.line + 1 if mark else None)
    except Unreadable:
        pass
    return document


def _line(event: Any) -> int:
    return event.start_mark.line + 1


class _Reading:
    """One pass over the parser's events."""

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=PARSER))

    def whole(self) -> Any:
        next(self.events)  # the stream's start
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self.document.fault((), "a pack, but the file is empty")
            raise Unreadable
        content = self.value(next(self.events), ())
        next(self.events)  # the document's end
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            expected = "one document: what follows belongs in a file of its own"
            self.document.fault((), expected, line=_line(following))
        return content

    def value(self, event: Any, place: Place) -> Any:
        self.document.lines.setdefault(place, _line(event))
        if len(place) > DEEPEST:
            self.document.fault(place, f"at most {DEEPEST} levels within one another")
            raise Unreadable
        if len(self.document.faults) == MOST_FAULTS:
            raise Unreadable
        if isinstance(event, yaml.AliasEvent):
            self.document.fault(place, f"no alias: write out what *{event.anchor} stands for")
            return None
        self.refuse_extras(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(place)
        if isinstance(event, yaml.MappingStartEvent):
            return self.keys(place)
        return self.scalar(event, place)

    def refuse_extras(self, event: Any, place: Place) -> None:
        if event.anchor:
            self.document.fault(place, f"no anchor (&{event.anchor})")
        if event.tag:
            self.document.fault(place, "no YAML tag (!)")

    def items(self, place: Place) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event, (*place, len(found))))
        return found

    def keys(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                key, line = event.value, _line(event)
                there = (*place, key)
                self.refuse_extras(event, there)
                if key in found:
                    self.document.fault(there, f"the key {key} once only", line=line)
                self.document.lines.setdefault(there, line)
                found[key] = self.value(next(self.events), there)
            else:
                self.document.fault(place, "keys that are plain text", line=_line(event))
                self.value(event, (*place, "?"))
                self.value(next(self.events), (*place, "?"))
        return found

    def scalar(self, event: Any, place: Place) -> str | int | bool | None:
        text: str = event.value
        if UNPRINTABLE.search(text):  # written as an escape
            self.document.fault(place, "no control characters")
        if event.style:  # quoted, or a block, whose last line end is no part of the text
            return text.removesuffix("\n")
        if text in WORDS:
            return WORDS[text]
        return int(text) if WHOLE_NUMBER.fullmatch(text) else text
