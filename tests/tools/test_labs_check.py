"""`make check-lab` for labs 1 and 4, on the real handlers and views."""

import json
from pathlib import Path

import pytest

from tests.support.shop_on_moto import ShopOnMoto
from tools.labs.check import main
from tools.labs.first_order import first_order
from tools.labs.lab_state import LabState
from tools.labs.new_saga_step import new_saga_step
from tools.local_cloud.cloud import ROOT, LocalCloud
from tools.local_cloud.stack import Stack
from tools.terminal.shop import Json


def lab_state(*orders: Json, root: Path = ROOT) -> LabState:
    """Return a state with these orders and without a stack."""
    stack = Stack("http://127.0.0.1:1", "", "", "", "us-east-1", "none", outputs={}, users={})
    found = LabState(root, stack)
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
        return [step.done for step in first_order(lab_state(*(shop.order(order_id) for order_id in orders[:count])))]

    assert done(0) == [False, False, False, False]
    assert done(1) == [True, False, False, False]
    assert done(2) == [True, True, False, False]
    assert done(4) == [True, True, True, False]


def gift_order(status: str, *types: str, sku: str = "CARAFE-1") -> Json:
    return {
        "order_id": status,
        "status": status,
        "items": [{"sku": sku}],
        "timeline": [{"type": kind} for kind in types],
    }


FORWARD = ("OrderPlaced", "GiftWrapped", "ShipmentBooked", "OrderConfirmed")
REFUSED = ("OrderPlaced", "GiftWrapped", "ShipmentRefused", "OrderRejected", "GiftUnwrapped")


@pytest.mark.parametrize(
    ("orders", "done"),
    [
        ([], [False, False, False]),
        ([gift_order("CONFIRMED", *FORWARD)], [True, False, False]),
        ([gift_order("CONFIRMED", *FORWARD, "GiftWrapped")], [False, False, False]),
        ([gift_order("REJECTED", *REFUSED)], [False, True, False]),
        ([gift_order("REJECTED", *REFUSED[:3], "GiftUnwrapped", "OrderRejected")], [False, False, False]),
        ([gift_order("REJECTED", "OrderPlaced", "OrderRejected", sku="CUP-2")], [False, False, True]),
        ([gift_order("REJECTED", *REFUSED, sku="CUP-2")], [False, False, False]),
    ],
)
def test_lab_4_asks_for_gift_wrapping_in_the_right_order(tmp_path: Path, orders: list[Json], done: list[bool]) -> None:
    (tmp_path / "statemachines").mkdir()
    definition = {"States": {"WrapGift": {}, "UnwrapGift": {}}}
    (tmp_path / "statemachines/fulfil_order.asl.json").write_text(json.dumps(definition))

    in_saga, *orders_done = [step.done for step in new_saga_step(lab_state(*orders, root=tmp_path))]

    assert in_saga
    assert orders_done == done


def test_an_unknown_lab_is_answered_with_the_list_of_labs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("", LocalCloud.for_tests("labs", root=tmp_path)) == 1

    assert "make check-lab N=1" in capsys.readouterr().out


def test_an_invalid_port_is_an_error_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMULATOR_PORT", "abc")

    assert main("1") == 1

    assert "EMULATOR_PORT is 'abc'" in capsys.readouterr().err


def test_without_a_stack_the_check_says_how_to_get_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("1", LocalCloud.for_tests("labs", root=tmp_path)) == 1

    assert "make up" in capsys.readouterr().err
