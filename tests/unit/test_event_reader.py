"""How the reader parses an object of the event store."""

import gzip
import json
from collections.abc import Iterator

import pytest

from kernel import event_reader
from kernel.cloud_event import Cause, CloudEvent
from kernel.event_reader import MAX_DOCUMENT_BYTES, ReadEvent, Unreadable, read_events
from shipment import ShipmentBooked


def event(number: int = 1, tracking_number: str = "T-1") -> CloudEvent:
    data = ShipmentBooked(carrier="sandbox", tracking_number=tracking_number)
    return CloudEvent.of(data, source="shipping", subject="an-order", sequence=number, cause=Cause())


def text(one: CloudEvent) -> bytes:
    return json.dumps(one.document(), ensure_ascii=False).encode()


def read(content: bytes, chunk: int = 1000) -> tuple[list[CloudEvent], list[Unreadable]]:
    found = list(read_events(content[at : at + chunk] for at in range(0, len(content), chunk)))
    events = [one.event for one in found if isinstance(one, ReadEvent)]
    return events, [one for one in found if isinstance(one, Unreadable)]


FIRST, SECOND, THIRD = event(1), event(2, 'Münze }{ \\ " ☕'), event(3)
ALL = [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("separator", [b"\n", b"", b"\r\n", b"\n\n", b" ", b" \t\n "])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_documents_are_read_with_any_separator(separator: bytes, pack: type[bytes]) -> None:
    assert read(pack(separator.join(map(text, ALL)))) == (ALL, [])


def test_gzip_of_several_members_is_read_to_its_end() -> None:
    assert read(b"".join(gzip.compress(text(one) + b"\n") for one in ALL)) == (ALL, [])


@pytest.mark.parametrize("content", [b"", b"\n", b"  \n\t\n", gzip.compress(b"", mtime=0)])
def test_an_empty_object_has_no_events(content: bytes) -> None:
    assert read(content) == ([], [])


BROKEN = {
    "no JSON": b"garbage",
    "half a document": text(SECOND)[:40],
    "foreign JSON": b'{"hello": "world"}',
    "a number": b"123",
    "null": b"null",
    "a list": b"[1, 2]",
    "no UTF-8": text(SECOND).replace("ü".encode(), b"\xff"),
    "half a character": b'{"specversion": "\\ud800"}',
    "deeply nested": b"[" * 100_000,
    "deeply nested data": text(FIRST).replace(b'"T-1"', b"[" * 5000 + b"]" * 5000),
    "a number of many digits": b'{"a": ' + b"1" * 10_000 + b"}",
    "data that is no object": text(FIRST).replace(b'{"carrier": "sandbox", "tracking_number": "T-1"}', b"7"),
    "a sequence that is a text": text(FIRST).replace(b'"sequence": 1', b'"sequence": "one"'),
    "a sequence below one": text(FIRST).replace(b'"sequence": 1', b'"sequence": 0'),
    "the id of another event": text(FIRST).replace(b"an-order:1", b"an-order:7"),
    "NUL": b"\x00" * 1000,
    "gzip in the middle": gzip.compress(b"x", mtime=0).replace(b"\n", b""),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_an_unreadable_line_is_reported_and_all_others_are_read(broken: bytes) -> None:
    events, unreadable = read(b"\n".join([text(FIRST), broken, text(THIRD)]))

    assert events == [FIRST, THIRD]
    assert [one.position for one in unreadable] == [len(text(FIRST)) + 1]
    assert unreadable[0].cause


def test_without_newlines_an_unreadable_document_does_not_affect_others() -> None:
    events, unreadable = read(text(FIRST) + b'{"half": ' + b"}" + text(THIRD))

    assert events == [FIRST, THIRD]
    assert [one.position for one in unreadable] == [len(text(FIRST))]


def test_a_cause_contains_no_data_of_the_object() -> None:
    _, (fault,) = read(text(FIRST).replace(b'"sequence": 1', b'"sequence": "Ada Lovelace"'))

    assert fault.cause.startswith("sequence: ")
    assert "Ada" not in fault.cause


@pytest.mark.parametrize("cut", [1, 9, 100])
def test_a_truncated_gzip_is_read_up_to_its_end(cut: int) -> None:
    lines = [text(event(number, f"T-{number * 7919}")) + b"\n" for number in range(1, 200)]
    events, unreadable = read(gzip.compress(b"".join(lines))[:-cut])

    assert events == [event_of(line) for line in lines[: len(events)]]
    assert len(events) > 100
    assert unreadable[-1].cause == "the gzip ends too early"


def event_of(line: bytes) -> CloudEvent:
    return CloudEvent.model_validate_json(line)


def test_a_damaged_gzip_is_reported() -> None:
    content = bytearray(gzip.compress(text(FIRST) + b"\n"))
    content[-5] ^= 0xFF  # its length
    events, unreadable = read(bytes(content))

    assert events == [FIRST]
    assert "damaged" in unreadable[0].cause


def test_data_after_a_gzip_is_reported() -> None:
    events, unreadable = read(gzip.compress(text(FIRST) + b"\n") + b"more")

    assert events == [FIRST]
    assert len(unreadable) == 1


@pytest.mark.parametrize("start", [b"x", b'{"specversion":"', b"["])
def test_a_huge_line_is_reported_once(start: bytes) -> None:
    huge = start + b"x" * (5 * MAX_DOCUMENT_BYTES)
    for pack in (bytes, gzip.compress):
        events, unreadable = read(pack(text(FIRST) + b"\n" + huge + b"\n" + text(THIRD)), 100_000)

        assert events == [FIRST, THIRD]
        assert [one.position for one in unreadable] == [len(text(FIRST)) + 1]


def test_many_documents_without_newlines_are_all_read() -> None:
    many = [event(number, "T" * 900) for number in range(1, 3000)]

    assert read(b"".join(map(text, many)), 50_000) == (many, [])


def test_a_zip_bomb_is_not_unpacked_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_reader, "MAX_OBJECT_BYTES", 20_000_000)
    held: list[int] = []

    def pieces() -> Iterator[bytes]:
        for piece in event_reader._gunzipped(iter([gzip.compress(bytes(100_000_000))])):  # noqa: SLF001
            held.append(len(piece))
            yield piece

    assert sum(len(piece) for piece in pieces()) == 100_000_000
    assert max(held) <= event_reader.CHUNK_BYTES
    events, unreadable = read(gzip.compress(text(FIRST) + b"\n" + bytes(100_000_000)))
    assert events == [FIRST]
    assert any("more than 20000000 bytes" in one.cause for one in unreadable)


def test_a_fault_while_reading_is_raised() -> None:
    def chunks() -> Iterator[bytes]:
        yield text(FIRST)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        list(read_events(chunks()))
