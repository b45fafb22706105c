"""A client of the application's HTTP API, for one signed-in user."""

import time
import uuid
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from tools.local_cloud.cloud import LocalCloudError

Json = dict[str, Any]
# How often a throttled request is retried.
MAX_RETRIES = 30


class Shop:
    """The API at `api_url`, called with the ID token of a user, or without one."""

    def __init__(self, api_url: str, id_token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {id_token}"} if id_token else {}
        # A cold start takes long on a busy laptop, so the timeout is generous.
        self._http = httpx.Client(base_url=api_url, headers=headers, timeout=120, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def products(self) -> list[Json]:
        """Return all products."""
        return list(self._pages("/products", "products"))

    def add_product(self, sku: str, product: Json) -> bool:
        """Add a product with its first stock. Operators only.

        Returns:
            False if a product with this SKU exists. It stays unchanged.
        """
        return bool(
            self._call("PUT", f"/products/{sku}", expected_error=httpx.codes.PRECONDITION_REQUIRED, json=product)
        )

    def adjust_stock(self, sku: str, change: int, reason: str) -> Json:
        """Add stock, or write stock off with a negative `change`. Operators only."""
        return self._call(
            "POST",
            f"/products/{sku}/stock-adjustments",
            json={"change": change, "reason": reason},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

    def place_order(self, order: Json) -> Json:
        """Place an order with a new idempotency key. The response contains its id."""
        return self._call("POST", "/orders", json=order, headers={"Idempotency-Key": str(uuid.uuid4())})

    def decide_payment(self, order_id: str, decision: str) -> Json:
        """Approve or decline (`approve`, `decline`) the payment of an order at the sandbox bank."""
        return self._call("POST", f"/sandbox/payments/{quote(order_id, safe='')}", json={"decision": decision})

    def move_shipment(self, order_id: str, status: str) -> Json:
        """Let the sandbox carrier report that the parcel is `dispatched`, `delivered` or `lost`."""
        return self._call("POST", f"/sandbox/shipments/{quote(order_id, safe='')}", json={"status": status})

    def orders(self) -> list[Json]:
        """Return the user's 100 newest orders, without timelines."""
        orders: list[Json] = self._call("GET", "/orders", params={"limit": 100})["orders"]
        return orders

    def orders_page(self, limit: int, token: str | None = None) -> Json:
        """Return one page of the user's orders, newest first. `token` is the `next_token` of the previous page."""
        return self._call("GET", "/orders", params={"limit": limit} | ({"next_token": token} if token else {}))

    def order(self, order_id: str) -> Json | None:
        """Return the order's view. None until the order is projected."""
        return self._find(_path_of(order_id))

    def order_as_of(self, order_id: str, moment: str) -> Json:
        """Return the order's view at a time in the past.

        Raises:
            LocalCloudError: The order was not placed yet at that time, or `moment` is not a time.
        """
        return self._call("GET", _path_of(order_id), params={"as_of": moment})

    def events(self, order_id: str) -> list[Json]:
        """Return the order's events that are projected so far."""
        document = self._find(f"{_path_of(order_id)}/events")
        return document["events"] if document else []

    def dead_letters(self) -> list[Json]:
        """Return the dead-letter queues, with the first messages of each. Operators only."""
        queues: list[Json] = self._call("GET", "/dead-letters")["queues"]
        return queues

    def redrive(self, queue: str) -> Json:
        """Redrive a queue's dead letters, up to the limit of one call. Operators only."""
        return self._call("POST", f"/dead-letters/{queue}/redrive")

    def request_return(self, order_id: str, request: Json) -> Json:
        """Request a return with a new idempotency key. The response contains its id and the amount to refund."""
        path = f"{_path_of(order_id)}/returns"
        return self._call("POST", path, json=request, headers={"Idempotency-Key": str(uuid.uuid4())})

    def tasks(self) -> list[Json]:
        """Return all open tasks, oldest first. Operators only."""
        return list(self._pages("/tasks", "tasks", status="open", limit="100"))

    def resolve_task(self, task_id: str, decision: str, comment: str | None, *, restock: bool = False) -> Json:
        """Submit a decision for a task. Operators only. Only the approval of a return accepts `restock`."""
        body: Json = {"decision": decision} | ({"comment": comment} if comment else {})
        body |= {"restock": True} if restock else {}
        return self._call("POST", f"/tasks/{quote(task_id, safe='')}/decision", json=body)

    def start_rebuild(self) -> Json:
        """Start a rebuild of the views. Operators only."""
        return self._call("POST", "/views/rebuild")

    def rebuild(self, rebuild_id: str) -> Json:
        """Return the progress of a rebuild of the views. Operators only."""
        return self._call("GET", f"/views/rebuild/{rebuild_id}")

    def _pages(self, path: str, member: str, **parameters: str) -> Iterator[Json]:
        """Yield the entries of a list, and fetch its pages one by one."""
        while True:
            page = self._call("GET", path, params=parameters)
            yield from page[member]
            if "next_token" not in page:
                return
            parameters["next_token"] = page["next_token"]

    def _find(self, path: str) -> Json | None:
        return self._call("GET", path, expected_error=httpx.codes.NOT_FOUND) or None

    def _call(self, method: str, path: str, *, expected_error: int | None = None, **options: Any) -> Json:
        """Call the API and return the response's JSON.

        Args:
            method: The HTTP method.
            path: The path below the API's URL.
            expected_error: An error status that returns an empty document instead of raising.
            **options: More arguments of the HTTP client.

        Raises:
            LocalCloudError: The API does not respond, or responds with an error.
        """
        response = self._send(method, path, options)
        for _ in range(MAX_RETRIES):
            # API Gateway did not process a throttled request, so retrying is safe for every method.
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            time.sleep(seconds_to_wait(response.headers.get("Retry-After")))
            response = self._send(method, path, options)
        if response.status_code == expected_error:
            return {}
        if response.is_error:
            raise LocalCloudError(f"{method} {path} failed with status {response.status_code}:\n{_reasons(response)}")
        content: Json = response.json()
        return content

    def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise LocalCloudError(
                f"{method} {self._http.base_url}{path}: no response ({error}). "
                "On the laptop, `make status` shows what is running."
            ) from error


def _reasons(response: httpx.Response) -> str:
    """Return what the problem document of an error response says, or its text if it has none."""
    try:
        problem = response.json()
        lines = [problem["detail"], *(f"{each['pointer']}: {each['detail']}" for each in problem.get("errors", []))]
    except (ValueError, KeyError, TypeError):
        lines = [response.text]
    if response.is_server_error:
        lines.append("`make logs` shows the logs of the functions. On AWS: the saved query `faults`.")
    return "\n".join(lines)


def _path_of(order_id: str) -> str:
    """Return the path of an order. The id can be any text that a developer typed."""
    return f"/orders/{quote(order_id, safe='')}"


def seconds_to_wait(retry_after: str | None) -> float:
    """Return the seconds that a `Retry-After` header asks for: 1 without a number, at most 10."""
    return min(int(retry_after), 10) if retry_after and retry_after.isdecimal() else 1
