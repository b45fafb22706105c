"""Which lines of a lab count as printed."""

import pytest

from tests.labs.shown_output import first_line_not_printed, with_names_of_this_run

PRINTED = """
POST /orders: 202 Accepted, 19.00 EUR, order ac813206-bbf5-57a2-9996-8dca9b7d786f. Its events as they arrive:
+ 0.000 s  orders     OrderPlaced        the order is written
+12.100 s  inventory  StockReserved      the items are set aside
CONFIRMED
"""


@pytest.mark.parametrize(
    "shown",
    [
        "CONFIRMED",
        "+ 0.3 s orders OrderPlaced the order is written\n+ 0.4 s  inventory  StockReserved  the items are set aside",
        "+ 0.4 s  inventory  StockReserved  the items are set aside\n+ 0.3 s orders OrderPlaced the order is written",
        "…order 00000000-0000-0000-0000-000000000000. Its events as they arrive:\n…\nCONFIRMED",
    ],
)
def test_what_differs_from_run_to_run_may_differ(shown: str) -> None:
    assert first_line_not_printed(shown, PRINTED, {}) is None


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        ("REJECTED", "REJECTED"),
        (
            "CONFIRMED\n+ 0.000 s  orders  OrderPlaced  the order is written",
            "+ 0.000 s  orders  OrderPlaced  the order is written",
        ),
        ("order written", "order written"),
        ("POST /orders: 202 Accepted, 20.00 EUR, …", "POST /orders: 202 Accepted, 20.00 EUR, …"),
    ],
)
def test_a_line_that_is_not_printed_or_not_in_this_place_is_named(shown: str, missing: str) -> None:
    assert first_line_not_printed(shown, PRINTED, {}) == missing


def test_an_id_that_a_lab_shows_stands_for_the_one_of_this_run() -> None:
    names: dict[str, str] = {}
    shown = "00000000-0000-0000-0000-00000000000a"

    assert first_line_not_printed(f"…order {shown}. …", PRINTED, names) is None

    assert with_names_of_this_run(f"ORDER={shown}", names) == "ORDER=ac813206-bbf5-57a2-9996-8dca9b7d786f"
    assert first_line_not_printed(f"order {shown}", "order 11111111-1111-1111-1111-111111111111", names) is not None
