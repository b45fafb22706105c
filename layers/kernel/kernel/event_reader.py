"""Read the events of an object of the event store, in every format that its writers used. Pure.

An object is gzipped or plain, which its first bytes show. It contains JSON documents, one per line or directly after
each other. Content that is not an event is reported with its position and cause, and reading continues after the next
newline or `}{`, because a JSON document contains no newline inside its texts.

Memory is bounded for every content, because a few kilobytes of gzip can unpack to gigabytes.
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
CHUNK_BYTES = 256 * 1024
# Firehose's limits for a record and for the buffer of an object:
# https://docs.aws.amazon.com/firehose/latest/dev/limits.html
MAX_DOCUMENT_BYTES = 1000 * 1024
MAX_OBJECT_BYTES = 128 * 1024 * 1024

_WHITESPACE = re.compile(r"[ \t\r]*")
_decoder = json.JSONDecoder()


class ReadEvent(NamedTuple):
    """An event, and the position where it begins, in bytes of the unpacked object."""

    position: int
    event: CloudEvent


class Unreadable(NamedTuple):
    """Content that is not an event, with its position and the cause. The cause does not quote the content."""

    position: int
    cause: str


class _Document(NamedTuple):
    position: int
    text: bytes


class _Damaged(Exception):
    """The rest of the object cannot be unpacked."""


def read_events(chunks: Iterable[bytes]) -> Iterator[ReadEvent | Unreadable]:
    """Yield the events of an object and its unreadable content, in the object's order.

    Args:
        chunks: The object's content, split at any position. An exception of this iterable is passed on, because it is
            a fault and not unreadable content.
    """
    for found in _documents(_unpacked(chunks)):
        yield _event(found) if isinstance(found, _Document) else found


def _event(document: _Document) -> ReadEvent | Unreadable:
    try:
        return ReadEvent(document.position, CloudEvent.model_validate_json(document.text))
    except ValidationError as error:
        return Unreadable(document.position, cause_of(error))


def cause_of(error: ValidationError) -> str:
    """Return the first error of a validation, without the invalid value."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, "))))


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the object's plain content.

    Raises:
        _Damaged: The rest cannot be unpacked, or exceeds MAX_OBJECT_BYTES.
    """
    rest = iter(chunks)
    head = b""
    while len(head) < len(GZIP_MAGIC) and (chunk := next(rest, None)) is not None:
        head += chunk
    content = chain([head], rest)
    size = 0
    for piece in _gunzipped(content) if head.startswith(GZIP_MAGIC) else content:
        size += len(piece)
        if size > MAX_OBJECT_BYTES:
            raise _Damaged(f"the object has more than {MAX_OBJECT_BYTES} bytes: the rest is not read")
        yield piece


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip with one or several members, at most CHUNK_BYTES at a time."""
    member, begun = _member(), False
    for chunk in chunks:
        left = chunk
        while left:
            begun, before = True, member.copy()
            try:
                yield member.decompress(left, CHUNK_BYTES)
            except zlib.error:
                yield from _decompress_until_error(before, left)
                raise _Damaged("the gzip is damaged here: the rest is not read") from None
            left = member.unconsumed_tail
            if member.eof:
                left, member, begun = member.unused_data, _member(), False
    if begun:
        # The output that zlib still buffers after the last input.
        yield member.flush()
        if not member.eof:
            raise _Damaged("the gzip ends too early")


def _decompress_until_error(member: "zlib._Decompress", content: bytes) -> Iterator[bytes]:
    """Yield the output before the error, which a single failed call with all of `content` discards."""
    with suppress(zlib.error):
        for at in range(len(content)):
            yield member.decompress(content[at : at + 1])


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


def _documents(pieces: Iterator[bytes]) -> Iterator[_Document | Unreadable]:
    """Split the content into its JSON documents. Text that is not JSON is Unreadable until the next document."""
    splitter, damage = _DocumentSplitter(), None
    try:
        for piece in pieces:
            yield from splitter.feed(piece)
    except _Damaged as error:
        damage = str(error)
    yield from splitter.finish()
    if damage is not None:
        yield Unreadable(splitter.position, damage)


class _DocumentSplitter:
    """Splits content that arrives in pieces. `position` is where the remaining text begins."""

    def __init__(self) -> None:
        self.position = 0
        self._text = b""
        self._skipping = False

    def feed(self, piece: bytes) -> Iterator[_Document | Unreadable]:
        """Add a piece, and yield the documents that are complete."""
        self._text += piece
        if self._skipping and not self._skip_to_next_document():
            return
        if whole := self._text.rfind(b"\n") + 1:
            yield from self._split_lines(self._take(whole))
        while len(self._text) > MAX_DOCUMENT_BYTES:
            spans, end = _first_documents(self._text)
            yield from self._located(spans, self._take(end))
            if not spans:
                yield Unreadable(self.position, f"not JSON, or longer than {MAX_DOCUMENT_BYTES} bytes")
                if not self._skip_to_next_document():
                    return

    def finish(self) -> Iterator[_Document | Unreadable]:
        """Yield the documents of the remaining text."""
        if not self._skipping:
            yield from self._split_lines(self._take(len(self._text)))

    def _split_lines(self, text: bytes) -> Iterator[_Document | Unreadable]:
        position = self.position - len(text)
        for line in text.split(b"\n"):
            yield from _documents_of_line(line, position)
            position += len(line) + 1

    def _located(self, spans: list[tuple[int, int]], text: bytes) -> Iterator[_Document]:
        position = self.position - len(text)
        return (_Document(position + begin, text[begin:end]) for begin, end in spans)

    def _take(self, size: int) -> bytes:
        taken, self._text = self._text[:size], self._text[size:]
        self.position += size
        return taken

    def _skip_to_next_document(self) -> bool:
        """Drop unreadable text.

        Returns:
            Whether the text now begins with a new document. False if the start of the next one has not arrived.
        """
        begins = [place + 1 for place in (self._text.find(b"\n"), self._text.find(b"}{")) if place >= 0]
        self._skipping = not begins
        # The last byte may be the first half of `}{`.
        self._take(min(begins, default=len(self._text) - 1))
        return not self._skipping


def _documents_of_line(line: bytes, position: int) -> Iterator[_Document | Unreadable]:
    """Yield the documents of a complete line, which begins at `position`."""
    letters = _letters(line)
    begin = _begin(letters, 0)
    while begin < len(line):
        end = _end(letters, begin)
        if 0 < end - begin <= MAX_DOCUMENT_BYTES:
            yield _Document(position + begin, line[begin:end])
        else:
            yield Unreadable(position + begin, "this is not JSON" if not end else "this document is too long")
            end = end or line.find(b"}{", begin) + 1 or len(line)
        begin = _begin(letters, end)


def _first_documents(text: bytes) -> tuple[list[tuple[int, int]], int]:
    """Return begin and end of each complete document at the start of `text`, and the end of the last one."""
    letters, spans, end = _letters(text), [], 0
    while next_end := _end(letters, begin := _begin(letters, end)):
        end = next_end
        spans.append((begin, end))
    return spans, end


def _letters(text: bytes) -> str:
    """Decode `text` as Latin-1, in which every byte is one character, so positions stay the same."""
    return text.decode("latin-1")


def _begin(letters: str, at: int) -> int:
    return _WHITESPACE.match(letters, at).end()  # type: ignore[union-attr]


def _end(letters: str, begin: int) -> int:
    """Return the end of the JSON document that begins at `begin`, or 0 if there is none."""
    try:
        return _decoder.raw_decode(letters, begin)[1]
    except (ValueError, RecursionError):
        return 0
