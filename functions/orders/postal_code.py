"""Validation of postal codes by country. Pure: imports nothing from AWS."""

import re
import unicodedata

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from postal_code_formats import POSTAL_CODE_FORMATS


def check_postal_code(country: str, postal_code: str | None) -> None:
    """Check that an address has a postal code in the format of its country.

    The check ignores punctuation and spaces: `〒100-0001` and `1000001` are the same. For a country without postal
    codes it accepts any text, because some carriers require one.

    Args:
        country: An ISO 3166-1 alpha-2 code.
        postal_code: The postal code of the request, or None.

    Raises:
        ValidationError: The postal code is missing or has another format. The location of the error is `postal_code`.
    """
    if country not in POSTAL_CODE_FORMATS:
        return
    pattern, example = POSTAL_CODE_FORMATS[country]
    if postal_code is None:
        fault = f"is missing: a postal code of {country} looks like {example}"
    elif not re.fullmatch(pattern, _without_punctuation(postal_code)):
        fault = f"is not a postal code of {country}, which looks like {example}"
    else:
        return
    error = PydanticCustomError("postal_code", "{fault}", {"fault": fault})
    raise ValidationError.from_exception_data(
        "postal_code", [{"type": error, "loc": ("postal_code",), "input": None}], hide_input=True
    )


def _without_punctuation(postal_code: str) -> str:
    """Return the letters and digits only, in upper case. Full-width characters become normal ones."""
    written = unicodedata.normalize("NFKC", postal_code).upper()
    return "".join(character for character in written if unicodedata.category(character)[0] not in "PZS")
