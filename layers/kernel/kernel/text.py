"""What a person may write into a text of a request: a name, an address, a comment."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

# Control characters and what breaks a line forge lines in letters and terminals, bidirectional overrides reverse what
# is read, and noncharacters are refused by SQS.
FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
    + "]"
)
# Letters and symbols that draw nothing: the default-ignorable fillers of Hangul, and the empty pattern of Braille.
# Other default-ignorable characters are marks (M) and formats (C), which do not count as visible in any case.
INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _is_visible(character: str) -> bool:
    # "Cn" is unassigned, in this Python: a newer emoji is one, and so are some ignorable characters in plane 14.
    category = unicodedata.category(character)
    if category == "Cn":
        return not 0xE0000 <= ord(character) <= 0xE0FFF and not 0xFFF0 <= ord(character) <= 0xFFF8
    return category[0] in "LNPS" and character not in INVISIBLE


def _check(text: str) -> str:
    if FORBIDDEN.search(text):
        raise ValueError("has a control character or a line break: write it on one line, in letters and signs")
    if not any(map(_is_visible, text)):
        raise ValueError("has nothing visible in it")
    return text


Text = Annotated[
    str,
    Field(min_length=1, max_length=200, description="One line of text, with something visible in it."),
    AfterValidator(_check),
]
