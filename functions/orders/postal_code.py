"""Postal codes: which countries have any, and how they are written there. Knows no AWS."""

import re
import unicodedata

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from postal_code_formats import POSTAL_CODE_FORMATS


def check_postal_code(country: str, postal_code: str | None) -> None:
    """Check that an address has a postal code of its country.

    Punctuation and spaces do not count: `〒100-0001` and `1000001` are the same. In a country without postal codes, any
    text will do, since some carriers ask for one.

    Args:
        country: An ISO 3166-1 alpha-2 code.
        postal_code: As the customer wrote it; None where there is none.

    Raises:
        ValidationError: It is missing, or not one of the country's; the error's place is `postal_code`.
    """
    if country not in POSTAL_CODE_FORMATS:
        return
    form, example = POSTAL_CODE_FORMATS[country]
    if postal_code is None:
        fault = f"is missing: in {country} it is written as {example}"
    elif not re.fullmatch(form, _without_punctuation(postal_code)):
        fault = f"is not a postal code of {country}, which is written as {example}"
    else:
        return
    error = PydanticCustomError("postal_code", "{fault}", {"fault": fault})
    raise ValidationError.from_exception_data(
        "postal_code", [{"type": error, "loc": ("postal_code",), "input": None}], hide_input=True
    )


def _without_punctuation(postal_code: str) -> str:
    """Return letters and digits alone, in capitals; the wide ones of East Asia as the usual ones."""
    written = unicodedata.normalize("NFKC", postal_code).upper()
    return "".join(character for character in written if unicodedata.category(character)[0] not in "PZS")
