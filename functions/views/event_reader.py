"""Read the events of an object of the event store, whoever wrote it, and however. Knows no AWS.

An object is gzipped or plain (its first bytes tell), and holds JSON documents: on lines of their own, or one right
after the other. What is no event is told, with its place and the cause, and the rest is read: a newline always begins
something new, for JSON has none inside its texts, and so does `}{`.

Memory is bounded whatever the object holds, for a few kilobytes of gzip can unpack to gigabytes.
"""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from pydantic import ValidationError

from kernel.cloud_event import CloudEvent

GZIP_MAGIC = b"\x1f\x8b"
PIECE_BYTES = 256 * 1024
# Firehose takes no longer record, and buffers no more for an object:
# https://docs.aws.amazon.com/firehose/latest/dev/limits.html
LONGEST_DOCUMENT = 1000 * 1024
MOST_BYTES = 128 * 1024 * 1024

_WHITESPACE = re.compile(r"[ \t\r]*")
_decoder = json.JSONDecoder()


class ReadEvent(NamedTuple):
    """An event, and where it begins, in bytes of the unpacked object."""

    position: int
    event: CloudEvent


class Unreadable(NamedTuple):
    """Something that is no event, where it begins, and why it cannot be read. The cause quotes nothing of it."""

    position: int
    cause: str


class _Document(NamedTuple):
    position: int
    text: bytes


class _Damaged(Exception):
    """The object cannot be unpacked any further."""


def read_events(chunks: Iterable[bytes]) -> Iterator[ReadEvent | Unreadable]:
    """Yield the events of an object, and what in it is none, in the object's order.

    Args:
        chunks: the object's content, cut anywhere. What they raise is raised: a fault is no garbage.
    """
    for found in _documents(_unpacked(chunks)):
        yield _event(found) if isinstance(found, _Document) else found


def _event(document: _Document) -> ReadEvent | Unreadable:
    try:
        return ReadEvent(document.position, CloudEvent.model_validate_json(document.text))
    except ValidationError as error:
        return Unreadable(document.position, cause_of(error))


def cause_of(error: ValidationError) -> str:
    """Return the first fault that a validation found, without the value."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, "))))


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the object's plain content. Raises: _Damaged: there is more, but it cannot or must not be unpacked."""
    rest = iter(chunks)
    head = b""
    while len(head) < len(GZIP_MAGIC) and (chunk := next(rest, None)) is not None:
        head += chunk
    content = chain([head], rest)
    size = 0
    for piece in _gunzipped(content) if head.startswith(GZIP_MAGIC) else content:
        size += len(piece)
        if size > MOST_BYTES:
            raise _Damaged(f"there are more than {MOST_BYTES} bytes, which no delivery writes: the rest is not read")
        yield piece


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip, of several members too, a bounded piece at a time."""
    member, begun = _member(), False
    for chunk in chunks:
        left = chunk
        while left:
            begun, before = True, member.copy()
            try:
                yield member.decompress(left, PIECE_BYTES)
            except zlib.error:
                yield from _up_to_the_damage(before, left)
                raise _Damaged("the gzip is damaged here: the rest is not read") from None
            left = member.unconsumed_tail
            if member.eof:
                left, member, begun = member.unused_data, _member(), False
    if begun:
        # What zlib had no room for when the last input was taken.
        yield member.flush()
        if not member.eof:
            raise _Damaged("the gzip ends too early")


def _up_to_the_damage(member: "zlib._Decompress", content: bytes) -> Iterator[bytes]:
    """Yield what a call with all of `content` has thrown away when it failed."""
    with suppress(zlib.error):
        for at in range(len(content)):
            yield member.decompress(content[at : at + 1])


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


def _documents(pieces: Iterator[bytes]) -> Iterator[_Document | Unreadable]:
    """Cut the content into its JSON documents; what is not JSON is Unreadable, up to where something new begins."""
    cutter, damage = _Cutter(), None
    try:
        for piece in pieces:
            yield from cutter.cut(piece)
    except _Damaged as error:
        damage = str(error)
    yield from cutter.cut_rest()
    if damage is not None:
        yield Unreadable(cutter.position, damage)


class _Cutter:
    """Cuts content that comes piece by piece. `position` is where that begins which is not cut yet."""

    def __init__(self) -> None:
        self.position = 0
        self._text = b""
        self._lost = False

    def cut(self, piece: bytes) -> Iterator[_Document | Unreadable]:
        """Take a piece, and yield what is complete by now."""
        self._text += piece
        if self._lost and not self._find_begin():
            return
        if whole := self._text.rfind(b"\n") + 1:
            yield from self._cut_lines(self._take(whole))
        while len(self._text) > LONGEST_DOCUMENT:
            found, end = _first_documents(self._text)
            yield from self._placed(found, self._take(end))
            if not found:
                yield Unreadable(self.position, f"this is not JSON, or longer than {LONGEST_DOCUMENT} bytes")
                if not self._find_begin():
                    return

    def cut_rest(self) -> Iterator[_Document | Unreadable]:
        """Yield what is there when nothing follows."""
        if not self._lost:
            yield from self._cut_lines(self._take(len(self._text)))

    def _cut_lines(self, text: bytes) -> Iterator[_Document | Unreadable]:
        position = self.position - len(text)
        for line in text.split(b"\n"):
            yield from _in_line(line, position)
            position += len(line) + 1

    def _placed(self, spans: list[tuple[int, int]], text: bytes) -> Iterator[_Document]:
        position = self.position - len(text)
        return (_Document(position + begin, text[begin:end]) for begin, end in spans)

    def _take(self, size: int) -> bytes:
        taken, self._text = self._text[:size], self._text[size:]
        self.position += size
        return taken

    def _find_begin(self) -> bool:
        """Leave out what is lost, up to where something new begins, if that is in sight."""
        begins = [place + 1 for place in (self._text.find(b"\n"), self._text.find(b"}{")) if place >= 0]
        self._lost = not begins
        # The last byte may be the first half of `}{`.
        self._take(min(begins, default=len(self._text) - 1))
        return not self._lost


def _in_line(line: bytes, position: int) -> Iterator[_Document | Unreadable]:
    """Yield what a whole line holds, which begins at `position`."""
    letters = _letters(line)
    begin = _begin(letters, 0)
    while begin < len(line):
        end = _end(letters, begin)
        if 0 < end - begin <= LONGEST_DOCUMENT:
            yield _Document(position + begin, line[begin:end])
        else:
            yield Unreadable(position + begin, "this is not JSON" if not end else "this is too long")
            end = end or line.find(b"}{", begin) + 1 or len(line)
        begin = _begin(letters, end)


def _first_documents(text: bytes) -> tuple[list[tuple[int, int]], int]:
    """Return the begins and ends of the complete documents that `text` begins with, and where the last one ends."""
    letters, spans, end = _letters(text), [], 0
    while found := _end(letters, begin := _begin(letters, end)):
        end = found
        spans.append((begin, end))
    return spans, end


def _letters(text: bytes) -> str:
    """Return `text` as Latin-1: every byte is a letter, so places are the same. Events are read from the bytes."""
    return text.decode("latin-1")


def _begin(letters: str, at: int) -> int:
    return _WHITESPACE.match(letters, at).end()  # type: ignore[union-attr]


def _end(letters: str, begin: int) -> int:
    """Return where the JSON document ends that begins here; 0 for none."""
    try:
        return _decoder.raw_decode(letters, begin)[1]
    except (ValueError, RecursionError):
        return 0
