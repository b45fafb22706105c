"""The API client of the commands: paging, retries and errors."""

import json
from collections.abc import Callable

import httpx
import pytest

from tools.local_cloud.cloud import LocalCloudError
from tools.terminal.shop import Shop


def shop_with(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> Shop:
    """Return a client of an API that responds to each request with `answer`."""
    shop = Shop("http://shop.example")
    http = httpx.Client(base_url="http://shop.example", transport=httpx.MockTransport(answer))
    monkeypatch.setattr(shop, "_http", http)
    return shop


@pytest.mark.parametrize("member", ["products", "tasks"])
def test_a_list_is_read_page_by_page_until_the_last(member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"": ["first", "second"], "page 2": ["third"]}
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        token = request.url.params.get("next_token", "")
        return httpx.Response(200, json={member: pages[token]} | ({} if token else {"next_token": "page 2"}))

    shop = shop_with(monkeypatch, answer)

    assert getattr(shop, member)() == ["first", "second", "third"]
    assert [page.pop("next_token", None) for page in asked] == [None, "page 2"]
    assert asked[0] == asked[1]


@pytest.mark.parametrize(("retry_after", "waits"), [("2", 2), (None, 1), ("soon", 1), ("86400", 10)])
def test_a_throttled_request_is_retried_with_the_same_idempotency_key(
    monkeypatch: pytest.MonkeyPatch, retry_after: str | None, waits: int
) -> None:
    keys, waited = [], []
    headers = {"Retry-After": retry_after} if retry_after else {}
    responses = [httpx.Response(429, headers=headers), httpx.Response(202, json={"order_id": "1"})]

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return responses[len(keys) - 1]

    shop = shop_with(monkeypatch, answer)
    monkeypatch.setattr("tools.terminal.shop.time.sleep", waited.append)

    assert shop.place_order({}) == {"order_id": "1"}
    assert keys[0] == keys[1]
    assert waited == [waits]


def test_a_return_is_requested_and_its_task_resolved_with_restocking(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append((request.url.path, json.loads(request.content), "Idempotency-Key" in request.headers))
        return httpx.Response(202, json={})

    shop = shop_with(monkeypatch, answer)

    shop.request_return("order", {"items": []})
    shop.resolve_task("task", "approve", None, restock=True)
    shop.resolve_task("task", "reject", "used")

    assert requests == [
        ("/orders/order/returns", {"items": []}, True),
        ("/tasks/task/decision", {"decision": "approve", "restock": True}, False),
        ("/tasks/task/decision", {"decision": "reject", "comment": "used"}, False),
    ]


def test_a_mistyped_order_id_is_no_other_path(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(404)

    shop = shop_with(monkeypatch, answer)

    assert shop.order("a/events?x") is None
    assert shop.events("a/events?x") == []
    assert asked == ["/orders/a%2Fevents%3Fx", "/orders/a%2Fevents%3Fx/events"]


INVALID = {"detail": "The order is invalid.", "errors": [{"pointer": "/items/0/quantity", "detail": "At most 100."}]}


@pytest.mark.parametrize(
    ("response", "reasons"),
    [
        (httpx.Response(409, json={"detail": "It ended."}), "409:\nIt ended."),
        (httpx.Response(422, json=INVALID), "422:\nThe order is invalid.\n/items/0/quantity: At most 100."),
        (httpx.Response(403, json={"message": "Forbidden"}), '403:\n{"message":"Forbidden"}'),
        (httpx.Response(500, json={"detail": "It failed."}), "500:\nIt failed.\n`make logs` shows "),
        (httpx.Response(502, text="Bad gateway"), "502:\nBad gateway\n`make logs` shows "),
    ],
)
def test_an_error_is_explained_and_the_logs_are_advised_only_for_a_fault_of_the_server(
    response: httpx.Response, reasons: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = shop_with(monkeypatch, lambda _: response)

    with pytest.raises(LocalCloudError) as failed:
        shop.place_order({})

    message = str(failed.value)
    assert message.startswith(f"POST /orders failed with status {reasons}")
    assert ("make logs" in message) is response.is_server_error
