"""What `make check-lab` says, on the real handlers and their real views."""

from pathlib import Path

import pytest

from local.labs.check import main
from local.labs.evidence import Evidence
from local.labs.first_order import first_order
from local.shop import Json
from local.stack import Stack
from tests.shop_on_moto import ShopOnMoto


def evidence(*orders: Json) -> Evidence:
    """What `orders` leave behind, with no stack to look at."""
    stack = Stack("http://127.0.0.1:1", "", "", "us-east-1", "none", outputs={}, users={})
    found = Evidence(Path(), stack)
    vars(found)["orders"] = list(orders)
    return found


def test_lab_1_asks_for_each_kind_of_order(shop: ShopOnMoto) -> None:
    kettle = shop.product()
    orders = [
        shop.place((kettle, 1)),
        shop.place((kettle, 1), payment_method="pm_card_declined"),
        shop.place((kettle, 1), postal_code="00000"),
        shop.place((kettle, 1), payment_method="pm_card_expired"),
    ]
    for order_id in orders:
        shop.fulfil(order_id)

    def done(count: int) -> list[bool]:
        return [step.done for step in first_order(evidence(*(shop.order(order_id) for order_id in orders[:count])))]

    assert done(0) == [False, False, False, False]
    assert done(1) == [True, False, False, False]
    assert done(2) == [True, True, False, False]
    assert done(4) == [True, True, True, False]


def test_an_unknown_lab_is_answered_with_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("", tmp_path / "stack.json") == 1

    assert "make check-lab N=1" in capsys.readouterr().out


def test_without_a_stack_the_check_says_how_to_get_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("1", tmp_path / "stack.json") == 1

    assert "make up" in capsys.readouterr().out
