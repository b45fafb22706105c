"""Combine PNG images into an animated PNG, which browsers and GitHub play: https://www.w3.org/TR/png-3/#11fdAT."""

import struct
import zlib
from collections.abc import Iterator, Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
FOREVER = 0


def animated_png(frames: Sequence[tuple[bytes, float]]) -> bytes:
    """Return one image that shows the frames in an endless loop.

    Args:
        frames: PNG images and how many seconds each is shown. All have the same size and color type, as the
            screenshots of one browser page have. Their compressed pixels are copied, not decoded.

    Raises:
        ValueError: The images differ in size or color type.
    """
    headers = {_content(image, b"IHDR") for image, _ in frames}
    if len(headers) != 1:
        raise ValueError("The images differ in size or color type.")
    (header,) = headers
    width, height = struct.unpack(">II", header[:8])
    output = [SIGNATURE, _chunk(b"IHDR", header), _chunk(b"acTL", struct.pack(">II", len(frames), FOREVER))]
    sequence = 0
    for position, (image, seconds) in enumerate(frames):
        timing = struct.pack(">HHBB", round(seconds * 1000), 1000, 0, 0)
        output.append(_chunk(b"fcTL", struct.pack(">IIIII", sequence, width, height, 0, 0) + timing))
        pixels = _content(image, b"IDAT")
        sequence += 1
        # A viewer without support for animations shows the first frame.
        if position == 0:
            output.append(_chunk(b"IDAT", pixels))
        else:
            output.append(_chunk(b"fdAT", struct.pack(">I", sequence) + pixels))
            sequence += 1
    return b"".join([*output, _chunk(b"IEND", b"")])


def _content(image: bytes, kind: bytes) -> bytes:
    return b"".join(content for each, content in _chunks(image) if each == kind)


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(SIGNATURE)
    while position < len(image):
        length, kind = struct.unpack(">I4s", image[position : position + 8])
        yield kind, image[position + 8 : position + 8 + length]
        position += length + 12


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
