"""The scheduled sweeper completes orders whose message or run was lost.

The sweeper leaves an order alone for a minute. So the orders of all tests are placed first, and wait at the same time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from tests.e2e.shop import Caller, Json, Shop
from tests.support.waiting import wait_until


class StoppedRun(NamedTuple):
    """An order for two of five pieces, whose run was stopped after the reservation."""

    order_id: str
    sku: str


@pytest.fixture(scope="module")
def customer(shop: Shop) -> Caller:
    return shop.customer()


@pytest.fixture(scope="module", autouse=True)
def stopped_run(shop: Shop, customer: Caller) -> StoppedRun:
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, quantity=2, payment_method="pm_gateway_flaky")
    wait_until(lambda: customer.shop_events(order_id)["StockReserved"], description=f"StockReserved of {order_id}")
    stop(shop, "FulfilOrder", f"{order_id}-1")
    return StoppedRun(order_id, kettle)


@pytest.fixture(scope="module", autouse=True)
def order_without_message(shop: Shop, customer: Caller) -> str:
    """Place an order, and delete the message that would start its run."""
    with paused_fulfilment(shop):
        order_id = customer.place(shop.product())
        queue = shop.stack.outputs["FulfilmentQueueUrl"]
        wait_until(
            lambda: any(order_id in message["Body"] for message in shop.messages(queue)),
            description="the order's message",
        )
        shop.aws.sqs.purge_queue(QueueUrl=queue)
    return order_id


@pytest.fixture(scope="module", autouse=True)
def task_without_wait(shop: Shop, customer: Caller) -> Json:
    """Place an order that needs a review, stop the execution that waits for the operator, and return its task."""
    task = shop.task_of(customer.place(shop.product(unit_price=100_000)))
    stop(shop, "AttendOrder", task["task_id"])
    return task


def test_the_sweeper_completes_an_order_whose_run_was_stopped(
    shop: Shop, customer: Caller, stopped_run: StoppedRun
) -> None:
    order_id, kettle = stopped_run

    wait_until(lambda: shop.is_settled(order_id), description="the sweeper")

    customer.wait_for(order_id, "CONFIRMED")
    assert set(customer.shop_events(order_id).values()) == {1}
    assert shop.available(kettle) == 3
    assert shop.item("Orders", order_id=order_id, sequence=1)["sweeps"] >= 1


def test_the_sweeper_completes_an_order_whose_message_was_lost(
    shop: Shop, customer: Caller, order_without_message: str
) -> None:
    wait_until(lambda: shop.is_settled(order_without_message), description="the sweeper")

    customer.wait_for(order_without_message, "CONFIRMED")


def test_the_sweeper_replaces_a_stopped_wait_for_an_operator(
    shop: Shop, customer: Caller, task_without_wait: Json
) -> None:
    order_id = task_without_wait["order_id"]
    machine = shop.stack.outputs["AttendOrderStateMachineArn"]

    def running_waits() -> list[str]:
        running = shop.step_functions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
        return [execution["name"] for execution in running if execution["name"].startswith(order_id)]

    wait_until(lambda: running_waits() == [f"{task_without_wait['task_id']}-again-2"], description="the sweeper")

    assert shop.decide(task_without_wait, "approve").status_code == 200
    customer.wait_for(order_id, "CONFIRMED")


def stop(shop: Shop, machine: str, run: str) -> None:
    """Stop a run of a state machine."""
    arn = shop.stack.outputs[f"{machine}StateMachineArn"].replace(":stateMachine:", ":execution:")
    shop.step_functions.stop_execution(executionArn=f"{arn}:{run}")


@contextmanager
def paused_fulfilment(shop: Shop) -> Iterator[None]:
    """Keep messages in the FulfilmentQueue."""
    client = shop.client("lambda")
    queue = shop.stack.outputs["FulfilmentQueueUrl"].rsplit("/", 1)[-1]
    (mapping,) = [
        mapping["UUID"]
        for page in client.get_paginator("list_event_source_mappings").paginate()
        for mapping in page["EventSourceMappings"]
        if mapping["EventSourceArn"].endswith(f":{queue}")
    ]
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping, Enabled=True)
