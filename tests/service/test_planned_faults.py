"""Planned faults: what each fault of a sandbox provider does to an order, and how calls count it down."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

import sandbox_records
from carrier import Address, carrier
from gateway import DECLINED_AT_BANK, Authorized, Declined, GatewayUnavailable, Pending, gateway
from kernel import planned_fault
from kernel.dynamodb import dynamodb
from kernel.money import Money
from kernel.order_id import order_id_of
from tests.support.fulfilments import ENDS, STOCK, End, PlacedOrder, Situation
from tests.support.problem_document import assert_problem
from tests.support.saga_run import invoke_handler, run_saga
from tests.support.shop_on_moto import ADDRESS, Response, ShopOnMoto

AMOUNT = Money(amount=1500, currency="EUR")
Plan = dict[str, dict[str, Any]]
FAIL, CRASH, REFUSE, CONFIRM = ({"effect": effect} for effect in ("fail", "crash", "refuse", "confirm"))
NAMED = {situation.name: end for situation, end in ENDS.items()}
CONFIRMED = NAMED["everything works"]
# Fulfilled as far as the step that crashed at the provider in every one of the six runs.
STOPPED_AT_AUTHORIZATION = End(
    "NEEDS_ATTENTION",
    None,
    STOCK - 2,
    ("HELD", 3000),
    "NOTHING",
    settled=False,
    event_types=("OrderNeedsAttention", "OrderPlaced", "StockReserved"),
)


class ProcessEnds(BaseException):
    """Stands for the end of the process. Like the end, no `except Exception` catches it."""


@pytest.fixture(autouse=True)
def exits(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Let a crash raise instead of ending this process. Collects the crashes."""
    exits: list[None] = []

    def end_process() -> None:
        exits.append(None)
        raise ProcessEnds

    monkeypatch.setattr(planned_fault, "exit_process", end_process)
    return exits


def plan(shop: ShopOnMoto, order_id: str, faults: object, **options: Any) -> Response:
    shop.deliver()
    return shop.call("PUT", f"/sandbox/orders/{order_id}/faults", faults, **options)


def planned(shop: ShopOnMoto, order_id: str) -> Plan:
    return dict(shop.call("GET", f"/sandbox/orders/{order_id}/faults").document["faults"])


def times(count: int, fault: dict[str, Any]) -> dict[str, Any]:
    return fault | {"times": count}


def invoke(step: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Invoke a step as Step Functions does, which sees the end of a process as an error."""
    try:
        return invoke_handler(step, payload)
    except ProcessEnds:
        raise RuntimeError("Runtime.ExitError") from None


def run(order: PlacedOrder) -> End:
    run_saga(order.input(), invoke)
    return order.end()


@pytest.mark.parametrize(
    ("faults", "end"),
    [
        ({}, CONFIRMED),
        *(
            ({operation: times(count, FAIL)}, CONFIRMED)
            for operation in ("authorize", "book", "capture")
            for count in (1, 2, 3)
        ),
        ({"authorize": FAIL}, NAMED["the gateway is down"]),
        ({"authorize": times(4, FAIL)}, NAMED["the gateway is down"]),
        ({"authorize": REFUSE}, NAMED["the card is declined"]),
        ({"authorize": CONFIRM}, NAMED["the customer must confirm the payment"]),
        ({"book": FAIL}, NAMED["the carrier is down"]),
        ({"book": REFUSE}, NAMED["the carrier refuses"]),
        ({"book": REFUSE, "void": times(2, FAIL)}, NAMED["the carrier refuses"]),
        ({"book": REFUSE, "void": FAIL}, NAMED["voiding is down"]),
        ({"capture": FAIL}, NAMED["capturing is down"]),
        *(
            ({operation: times(count, CRASH)}, CONFIRMED)
            for operation in ("authorize", "book", "capture")
            for count in (1, 2, 3)
        ),
        ({"book": REFUSE, "void": times(3, CRASH)}, NAMED["the carrier refuses"]),
        ({"authorize": CRASH}, STOPPED_AT_AUTHORIZATION),
    ],
    ids=str,
)
def test_a_plan_leads_to_its_outcome(shop: ShopOnMoto, faults: Plan, end: End) -> None:
    order = Situation("planned").place(shop)
    assert plan(shop, order.order_id, faults).status == 200

    reached = run(order)

    assert reached == end


def test_a_crash_happens_between_the_answer_and_its_record(shop: ShopOnMoto, exits: list[None]) -> None:
    order = Situation("planned").place(shop)
    plan(shop, order.order_id, {"capture": CRASH})

    assert run(order).status == "NEEDS_ATTENTION"

    # The provider has the money, and no attempt recorded it. Two attempts in each of the six runs.
    assert shop.money_at_gateway(order.order_id) == ("CAPTURED", 3000)
    assert len(exits) == 12
    plan(shop, order.order_id, {})
    assert run(order).event_types.count("PaymentCaptured") == 1


def test_a_second_crash_in_a_row_ends_the_run_and_the_next_run_continues(shop: ShopOnMoto) -> None:
    order = Situation("planned").place(shop)
    plan(shop, order.order_id, {"authorize": times(2, CRASH)})

    states = run_saga(order.input(), invoke)

    assert states.count("RunAgain") == 1
    assert order.end() == CONFIRMED


@pytest.mark.parametrize("effect", [FAIL, CRASH])
def test_a_refund_is_paid_once_after_its_faults(shop: ShopOnMoto, exits: list[None], effect: dict[str, Any]) -> None:
    order_id = str(uuid4())
    shop_gateway, arguments = gateway(), (order_id, "a-return", AMOUNT, "pm_card_visa")
    sandbox_records.plan_faults(order_id, {"refund": times(2, effect)})

    for _ in range(2):
        with pytest.raises((GatewayUnavailable, ProcessEnds)):
            shop_gateway.refund(*arguments)
    shop_gateway.refund(*arguments)

    assert shop.refunded_at_gateway(order_id) == 1500
    assert len(exits) == (2 if effect == CRASH else 0)


def test_a_confirmed_payment_stays_confirmed_when_the_plan_is_reset(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    plan(shop, order_id, {"authorize": CONFIRM})
    authorize = lambda: gateway().authorize(order_id, AMOUNT, "pm_card_visa")  # noqa: E731

    assert authorize() == Pending(f"/sandbox/bank/{order_id}")
    plan(shop, order_id, {})
    assert authorize() == Pending(f"/sandbox/bank/{order_id}")
    sandbox_records.decide_payment(order_id, "DECLINED")
    assert authorize() == Declined(DECLINED_AT_BANK)


def test_a_plan_precedes_its_order(shop: ShopOnMoto) -> None:
    key, sku = str(uuid4()), shop.product()
    body = shop.order_body((sku, 1))
    response = shop.call("PUT", "/sandbox/faults", {"book": REFUSE}, headers={"Idempotency-Key": key})
    order_id = shop.post_order(body, key).document["order_id"]

    assert response.status == 200
    assert response.document == {"order_id": order_id, "faults": {"book": REFUSE}}
    assert order_id == order_id_of(shop.customer_id, key)
    shop.fulfil(order_id)
    assert shop.order(order_id)["reason"] == "ADDRESS_REFUSED"


def test_a_new_plan_replaces_the_old_one_and_calls_count_it_down(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    plan(shop, order_id, {"authorize": times(2, FAIL), "capture": FAIL, "book": REFUSE})
    plan(shop, order_id, {"authorize": times(2, FAIL), "book": times(3, CRASH)})
    assert planned(shop, order_id) == {"authorize": times(2, FAIL), "book": times(3, CRASH)}

    with pytest.raises(GatewayUnavailable):
        gateway().authorize(order_id, AMOUNT, "pm_card_visa")

    assert planned(shop, order_id) == {"authorize": times(1, FAIL), "book": times(3, CRASH)}
    plan(shop, order_id, {})
    assert planned(shop, order_id) == {}
    assert gateway().authorize(order_id, AMOUNT, "pm_card_visa") == Authorized(f"auth-{order_id}")


def test_concurrent_calls_count_each_fault_once(shop: ShopOnMoto) -> None:
    order_id = str(uuid4())
    sandbox_records.plan_faults(order_id, {"authorize": times(5, FAIL)})

    def fails(_: int) -> bool:
        try:
            gateway().authorize(order_id, AMOUNT, "pm_card_visa")
        except GatewayUnavailable:
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(fails, range(12))) == 5


def test_an_order_without_a_plan_costs_one_write_per_call(shop: ShopOnMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id, calls = str(uuid4()), list[str]()
    record_call: Callable[..., None] = lambda model, **_: calls.append(model.name)  # noqa: E731
    dynamodb().meta.events.register("before-call.dynamodb", record_call)
    try:
        gateway().authorize(order_id, AMOUNT, "pm_card_visa")
        carrier().book(order_id, Address(**ADDRESS))
        gateway().capture(order_id, AMOUNT, "pm_card_visa")
        gateway().refund(order_id, "a-return", AMOUNT, "pm_card_visa")
    finally:
        dynamodb().meta.events.unregister("before-call.dynamodb", record_call)

    assert calls == ["UpdateItem"] * 4


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reserve": FAIL}, "/reserve"),
        ({"authorize": {"effect": "explode"}}, "/authorize/effect"),
        ({"authorize": times(0, FAIL)}, "/authorize/times"),
        ({"authorize": times(11, FAIL)}, "/authorize/times"),
        ({"authorize": times(1, REFUSE)}, "/authorize"),
        ({"book": CONFIRM}, "/book/effect"),
        ({"capture": REFUSE}, "/capture/effect"),
        ({"void": FAIL | {"extra": 1}}, "/void/extra"),
        ({"capture": "fail"}, "/capture"),
        ([], ""),
    ],
    ids=str,
)
def test_an_invalid_plan_is_a_422(shop: ShopOnMoto, body: object, pointer: str) -> None:
    order_id = shop.place((shop.product(), 1))

    assert_problem(plan(shop, order_id, body), 422, pointer)
    assert planned(shop, order_id) == {}


def test_only_the_customer_and_operators_see_and_change_a_plan(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    other = {"sub": str(uuid4()), "token_use": "id"}

    for method, body in (("GET", None), ("PUT", {"capture": FAIL})):
        path = f"/sandbox/orders/{order_id}/faults"
        shop.deliver()
        assert_problem(shop.call(method, path, body, claims=other), 404)
        assert shop.call(method, path, body).status == 200
        assert shop.call(method, path, body, claims=shop.operator()).status == 200


def test_a_plan_for_the_next_order_needs_its_idempotency_key(shop: ShopOnMoto) -> None:
    assert_problem(shop.call("PUT", "/sandbox/faults", {}), 400)
