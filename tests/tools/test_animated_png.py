"""The writer of animated PNG images."""

import struct
import zlib

import pytest

from tools.screenshots.animated_png import SIGNATURE, animated_png


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def image(shade: int, width: int = 2) -> bytes:
    """Return a gray image, one pixel high, with its pixels in two chunks."""
    pixels = zlib.compress(bytes([0, *[shade] * width]))
    header = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", pixels[:4]), chunk(b"IDAT", pixels[4:]), chunk(b"IEND", b"")]
    return b"".join([SIGNATURE, *parts])


def read(animation: bytes) -> list[tuple[bytes, bytes]]:
    """Return the chunks. Checks each checksum."""
    chunks, position = [], len(SIGNATURE)
    while position < len(animation):
        length, kind = struct.unpack(">I4s", animation[position : position + 8])
        content = animation[position + 8 : position + 8 + length]
        assert chunk(kind, content) == animation[position : position + length + 12]
        chunks.append((kind, content))
        position += length + 12
    return chunks


def test_an_animation_shows_each_image_for_its_time() -> None:
    chunks = read(animated_png([(image(10), 1.5), (image(20), 0.25), (image(30), 2)]))

    assert [kind for kind, _ in chunks] == [
        *(b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT", b"fcTL", b"fdAT", b"IEND")
    ]
    assert struct.unpack(">II", dict(chunks)[b"acTL"]) == (3, 0)
    controls = [struct.unpack(">IIIIIHHBB", content) for kind, content in chunks if kind == b"fcTL"]
    assert [(width, height, delay / unit) for _, width, height, _, _, delay, unit, _, _ in controls] == [
        *[(2, 1, 1.5), (2, 1, 0.25), (2, 1, 2.0)]
    ]
    pixels = [content if kind == b"IDAT" else content[4:] for kind, content in chunks if kind in (b"IDAT", b"fdAT")]
    assert [zlib.decompress(each)[1] for each in pixels] == [10, 20, 30]


def test_control_and_data_chunks_are_numbered_in_one_sequence() -> None:
    chunks = read(animated_png([(image(10), 1), (image(20), 1), (image(30), 1)]))

    numbers = [struct.unpack(">I", content[:4])[0] for kind, content in chunks if kind in (b"fcTL", b"fdAT")]
    assert numbers == [0, 1, 2, 3, 4]


def test_images_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in size"):
        animated_png([(image(10), 1), (image(10, width=3), 1)])
