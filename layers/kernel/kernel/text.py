"""Texts that people write in requests: names, addresses, comments."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

# Control characters and line breaks can forge lines in e-mails and terminals. Bidirectional overrides can reverse the
# displayed text. SQS rejects noncharacters.
FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
    + "]"
)
# Letters and symbols without a visible glyph: the default-ignorable Hangul fillers and the empty Braille pattern.
# The other default-ignorable characters are marks (M) and formats (C), which never count as visible.
INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _is_visible(character: str) -> bool:
    # "Cn" is unassigned in this Python: newer emoji, which are visible, and ignorable characters such as plane 14.
    category = unicodedata.category(character)
    if category == "Cn":
        return not 0xE0000 <= ord(character) <= 0xE0FFF and not 0xFFF0 <= ord(character) <= 0xFFF8
    return category[0] in "LNPS" and character not in INVISIBLE


def _check(text: str) -> str:
    if FORBIDDEN.search(text):
        raise ValueError("contains a control character or a line break: write one line of printable characters")
    if not any(map(_is_visible, text)):
        raise ValueError("contains no visible character")
    return text


Text = Annotated[
    str,
    Field(min_length=1, max_length=200, description="One line of text with at least one visible character."),
    AfterValidator(_check),
]
