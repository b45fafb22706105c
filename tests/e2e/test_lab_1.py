"""Lab 1 can be done as it is written: its commands' orders, and the change that its exercise asks for."""

import re
import subprocess
from pathlib import Path

import pytest

from local.check_lab import first_order
from local.cloud import ROOT
from tests.e2e.conftest import Redeploy
from tests.e2e.shop import Person, Shop

LAB = ROOT / "docs/labs/1-first-order.md"


@pytest.fixture
def solved(sources: Path, redeploy: Redeploy) -> None:
    """The stack with the exercise's solution, as the lab shows it."""
    (solution,) = re.findall(r"```diff\n(.*?)```", LAB.read_text(), flags=re.DOTALL)
    subprocess.run(["git", "apply", "-"], cwd=sources, input=solution, text=True, check=True)  # noqa: S607 (git of the PATH)
    redeploy(sources)


@pytest.mark.usefixtures("solved")
def test_the_check_sees_each_step(shop: Shop, customer: Person) -> None:
    kettle = shop.product()
    placed: list[str] = []

    def steps_to_go() -> int:
        return sum(not step.done for step in first_order(customer.order(order_id) for order_id in placed))

    assert steps_to_go() == 4
    for payment_method, postal_code in (
        ("pm_card_visa", "12345"),
        ("pm_card_declined", "12345"),
        ("pm_card_visa", "00000"),
        ("pm_card_expired", "12345"),
    ):
        order_id = customer.place(kettle, payment_method=payment_method, postal_code=postal_code)
        customer.wait_for(order_id, "CONFIRMED", "REJECTED")
        placed.append(order_id)
        assert steps_to_go() == 4 - len(placed)


def test_the_exercise_is_needed(shop: Shop, customer: Person) -> None:
    order_id = customer.place(shop.product(), payment_method="pm_card_expired")

    order = customer.wait_for(order_id, "CONFIRMED")

    exercise = first_order([order])[-1]
    assert not exercise.done
    assert "gateway.py" in exercise.hint
