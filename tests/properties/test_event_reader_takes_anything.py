"""The reader finds every event, however an object is split, compressed, duplicated and shuffled."""

import gzip
import json
import random
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernel.cloud_event import Cause, CloudEvent
from kernel.event_reader import ReadEvent, Unreadable, read_events
from shipment import ShipmentBooked

CAUSE = Cause(at="2026-11-20T15:38:00.000000Z")
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
EVENTS = st.builds(
    lambda word, number: CloudEvent.of(
        ShipmentBooked(carrier="sandbox", tracking_number=word),
        source="shipping",
        subject="an-order",
        sequence=number,
        cause=CAUSE,
    ),
    WORDS,
    st.integers(1, 10**6),
)
# No item contains a newline, because a newline starts the next item. No item is an event.
GARBAGE = st.one_of(
    st.binary(min_size=1, max_size=40)
    .map(lambda text: text.replace(b"\n", b"x"))
    .filter(lambda text: text.strip(b" \t\r")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    st.just(b'{"specversion": "1.0", "id": '),
    st.just(b"[" * 5000),
)


def text(event: CloudEvent, *, ascii_only: bool) -> bytes:
    return json.dumps(event.document(), ensure_ascii=ascii_only).encode()


def cut(content: bytes, seed: int) -> Iterator[bytes]:
    """Split the content at arbitrary positions. Pieces may be single bytes or empty."""
    dice, at = random.Random(seed), 0  # noqa: S311
    while at < len(content):
        size = dice.choice([0, 1, 2, 7, 100, 5000])
        yield content[at : at + size]
        at += size


def read(content: bytes, seed: int) -> tuple[list[CloudEvent], list[Unreadable]]:
    found = list(read_events(cut(content, seed)))
    events = [one.event for one in found if isinstance(one, ReadEvent)]
    return events, [one for one in found if isinstance(one, Unreadable)]


def packed(lines: list[bytes], members: int) -> bytes:
    """Compress the lines into this number of gzip members. Zero leaves them uncompressed."""
    if not members:
        return b"".join(lines)
    size = max(1, -(-len(lines) // members))
    return b"".join(gzip.compress(b"".join(lines[at : at + size])) for at in range(0, len(lines), size))


@given(
    events=st.lists(EVENTS, max_size=12),
    copies=st.lists(st.integers(0, 11), max_size=6),
    separator=st.sampled_from([b"", b"\n", b"\r\n", b"\n\n", b" "]),
    members=st.integers(0, 3),
    ascii_only=st.booleans(),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=150)
def test_any_packing_chunking_repetition_and_order_gives_the_same_events(
    events: list[CloudEvent], copies: list[int], separator: bytes, members: int, ascii_only: bool, seed: int
) -> None:
    told = events + [events[index % len(events)] for index in copies if events]
    random.Random(seed).shuffle(told)  # noqa: S311
    lines = [text(event, ascii_only=ascii_only) + separator for event in told]

    assert read(packed(lines, members), seed) == (told, [])


@given(
    rows=st.lists(EVENTS | GARBAGE, max_size=12),
    members=st.integers(0, 3),
    seed=st.integers(0, 2**32),
)
@example(rows=[b"}{", b"{}{}", b'"'], members=1, seed=1)
@settings(max_examples=150)
def test_unreadable_lines_are_counted_and_lose_no_event(
    rows: list[CloudEvent | bytes], members: int, seed: int
) -> None:
    lines = [(row if isinstance(row, bytes) else text(row, ascii_only=False)) + b"\n" for row in rows]
    begins = {sum(map(len, lines[:index])) for index, row in enumerate(rows) if isinstance(row, bytes)}
    plain = b"".join(lines)
    content = packed(lines, members)
    if content.startswith(b"\x1f\x8b") and not members:
        return

    events, unreadable = read(content, seed)

    assert events == [row for row in rows if isinstance(row, CloudEvent)]
    # A line of garbage may contain several errors. The reader reports each of these lines.
    places = [one.position for one in unreadable]
    assert {plain.rfind(b"\n", 0, place) + 1 for place in places} == begins
    assert places == sorted(set(places))


@given(events=st.lists(EVENTS, min_size=1, max_size=20), cut_off=st.integers(1, 30), seed=st.integers(0, 2**32))
@settings(max_examples=100)
def test_a_truncated_object_is_read_up_to_its_end_and_reported(
    events: list[CloudEvent], cut_off: int, seed: int
) -> None:
    content = gzip.compress(b"".join(text(event, ascii_only=False) + b"\n" for event in events))

    found, unreadable = read(content[:-cut_off], seed)

    assert found == events[: len(found)]
    assert unreadable[-1].cause == "the gzip ends too early"


@given(content=st.binary(max_size=200), gzipped=st.booleans(), seed=st.integers(0, 2**32))
@settings(max_examples=200)
def test_no_object_causes_an_error(content: bytes, gzipped: bool, seed: int) -> None:
    events, _ = read(b"\x1f\x8b\x08" + content if gzipped else content, seed)

    assert events == []
