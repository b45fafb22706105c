"""A write that meets a transaction is retried in the kernel, for HTTP handlers, consumers and saga steps alike."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

import order_store
import task_store
from kernel.cloud_event import Cause, CloudEvent
from kernel.dynamodb import CONFLICT_BACKOFF_SECONDS, dynamodb, to_item, transact
from order_events import OrderCancelled
from payment_store import payments
from task import Kind, Task, TaskStatus
from tests.support.saga_run import invoke_handler
from tests.support.shop_on_moto import ShopOnMoto

CONFLICT = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message": "ongoing"}
CANCELLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "message": "cancelled",
    "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
}
EVERY_RETRY = len(CONFLICT_BACKOFF_SECONDS)


class Body:
    """The body of an HTTP response, like urllib3 passes it to botocore."""

    def __init__(self, document: object) -> None:
        self._text = json.dumps(document).encode()

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self._text


class Conflicts:
    """Let DynamoDB reject the first `left` requests of an operation. `requests` counts all requests."""

    def __init__(self, left: int, document: dict[str, Any]) -> None:
        self.left = left
        self.requests = 0
        self._document = document

    def answer(self, request: Any, **_: object) -> AWSResponse | None:
        self.requests += 1
        if self.left == 0:
            return None
        self.left -= 1
        return AWSResponse(request.url, 400, {}, Body(self._document))


@contextmanager
def conflicts(operation: str, times: int, document: dict[str, Any] = CONFLICT) -> Iterator[Conflicts]:
    """Let the first `times` requests of the operation conflict with a transaction, with DynamoDB's HTTP response."""
    refusing = Conflicts(times, document)
    events = dynamodb().meta.events
    events.register_first(f"before-send.dynamodb.{operation}", refusing.answer)
    try:
        yield refusing
    finally:
        events.unregister(f"before-send.dynamodb.{operation}", refusing.answer)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the waits between attempts. They take no time here."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def put_something() -> None:
    dynamodb().put_item(TableName="Tasks", Item=to_item({"task_id": "something"}))


@pytest.mark.parametrize("times", [1, EVERY_RETRY])
def test_a_write_that_conflicts_with_a_transaction_is_retried(shop: ShopOnMoto, waits: list[float], times: int) -> None:
    with conflicts("PutItem", times) as refusing:
        put_something()

    assert shop.item("Tasks", task_id="something")
    assert refusing.requests == times + 1
    assert all(0 <= waited <= longest for waited, longest in zip(waits, CONFLICT_BACKOFF_SECONDS, strict=False))


def test_a_conflict_that_outlasts_the_retries_is_an_error(shop: ShopOnMoto) -> None:
    with conflicts("PutItem", EVERY_RETRY + 1) as refusing, pytest.raises(ClientError, match="TransactionConflict"):
        put_something()

    assert refusing.requests == EVERY_RETRY + 1


def test_a_failed_condition_is_not_retried(shop: ShopOnMoto, waits: list[float]) -> None:
    with conflicts("PutItem", 0) as counting, pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dynamodb().put_item(
            TableName="Tasks", Item=to_item({"task_id": "x"}), ConditionExpression="attribute_exists(task_id)"
        )

    assert (counting.requests, waits) == (1, [])


def test_a_transaction_that_conflicts_with_another_is_retried(shop: ShopOnMoto) -> None:
    write = {"Put": {"TableName": "Tasks", "Item": to_item({"task_id": "something"})}}
    with conflicts("TransactWriteItems", EVERY_RETRY, CANCELLED):
        transact([write])

    assert shop.item("Tasks", task_id="something")
    with conflicts("TransactWriteItems", EVERY_RETRY + 1, CANCELLED), pytest.raises(ClientError, match="Cancel"):
        transact([write])


def review(order_id: str) -> Task:
    return Task(
        task_id=f"{order_id}-orders-2",
        order_id=order_id,
        source="orders",
        sequence=2,
        kind=Kind.REVIEW,
        status=TaskStatus.OPEN,
        token="token",
        opened_at="2026-11-20T15:00:00.000000Z",
    )


def edit_a_product(shop: ShopOnMoto) -> None:
    sku = shop.product()
    body = {"name": "Teapot", "unit_price": 1, "currency": "EUR"}
    with conflicts("UpdateItem", EVERY_RETRY):
        answer = shop.call("PUT", f"/products/{sku}", body, claims=shop.operator())
    assert answer.status == 200, answer.document


def erase_an_address(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    shop.fulfil(order_id)
    with conflicts("UpdateItem", EVERY_RETRY):
        assert order_store.erase_address(order_id)
    assert shop.item("Orders", order_id=order_id, sequence=1)["shipping_address"] == {}  # type: ignore[arg-type]


def open_and_close_a_task(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    cancelled = CloudEvent.of(OrderCancelled(), source="orders", subject=order_id, sequence=3, cause=Cause())
    with conflicts("TransactWriteItems", EVERY_RETRY, CANCELLED):
        assert task_store.open_task(review(order_id))
    with conflicts("UpdateItem", EVERY_RETRY):
        assert [task.task_id for task in task_store.close(cancelled, Kind.REVIEW)] == [f"{order_id}-orders-2"]


def save_a_state(shop: ShopOnMoto) -> None:
    command = shop.saga_input(shop.place((shop.product(), 1)))
    with conflicts("PutItem", EVERY_RETRY):
        assert invoke_handler("AuthorizePayment", command) == {"outcome": "AUTHORIZED"}
    assert payments().load(command["order_id"])


def cancel_an_order(shop: ShopOnMoto) -> None:
    order_id = shop.place((shop.product(), 1))
    with conflicts("PutItem", EVERY_RETRY):
        answer = shop.call("POST", f"/orders/{order_id}/cancellation")
    assert answer.status == 202, answer.document


@pytest.mark.parametrize(
    "write", [edit_a_product, erase_an_address, open_and_close_a_task, save_a_state, cancel_an_order]
)
def test_no_use_case_fails_because_of_a_temporary_conflict(
    shop: ShopOnMoto, write: Callable[[ShopOnMoto], None]
) -> None:
    write(shop)
