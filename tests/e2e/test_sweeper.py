"""The scheduled sweeper completes orders whose message or run was lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.shop import Caller, Shop
from tests.support.waiting import wait_until


def test_the_sweeper_completes_an_order_whose_run_was_stopped(shop: Shop, customer: Caller) -> None:
    kettle = shop.product(stock=5)
    order_id = customer.place(kettle, quantity=2, payment_method="pm_gateway_flaky")
    wait_until(lambda: customer.shop_events(order_id)["StockReserved"], description=f"StockReserved of {order_id}")
    run = f"{order_id}-1"
    machine = shop.stack.outputs["FulfilOrderStateMachineArn"]
    shop.step_functions.stop_execution(executionArn=f"{machine.replace(':stateMachine:', ':execution:')}:{run}")

    wait_until(lambda: shop.is_settled(order_id), description="the sweeper")

    customer.wait_for(order_id, "CONFIRMED")
    assert set(customer.shop_events(order_id).values()) == {1}
    assert shop.available(kettle) == 3
    assert shop.item("Orders", order_id=order_id, sequence=1)["sweeps"] >= 1


def test_the_sweeper_completes_an_order_whose_message_was_lost(shop: Shop, customer: Caller) -> None:
    with paused_fulfilment(shop):
        order_id = customer.place(shop.product())
        queue = shop.stack.outputs["FulfilmentQueueUrl"]
        wait_until(
            lambda: any(order_id in message["Body"] for message in shop.messages(queue)),
            description="the order's message",
        )
        shop.aws.sqs.purge_queue(QueueUrl=queue)

    wait_until(lambda: shop.is_settled(order_id), description="the sweeper")

    customer.wait_for(order_id, "CONFIRMED")


def test_the_sweeper_replaces_a_stopped_wait_for_an_operator(shop: Shop, customer: Caller) -> None:
    order_id = customer.place(shop.product(unit_price=100_000))
    task = shop.task_of(order_id)
    machine = shop.stack.outputs["AttendOrderStateMachineArn"]
    wait = f"{machine.replace(':stateMachine:', ':execution:')}:{task['task_id']}"
    shop.step_functions.stop_execution(executionArn=wait)

    def running_waits() -> list[str]:
        running = shop.step_functions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
        return [execution["name"] for execution in running if execution["name"].startswith(order_id)]

    wait_until(lambda: running_waits() == [f"{task['task_id']}-again-2"], description="the sweeper")

    assert shop.decide(task, "approve").status_code == 200
    customer.wait_for(order_id, "CONFIRMED")


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
