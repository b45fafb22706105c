"""The application's HTTP API, as one signed-in person calls it."""

import time
import uuid
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from tools.local_cloud.cloud import LocalCloudError

Json = dict[str, Any]
# How often a request is repeated that the API was too busy for.
MOST_REPEATS = 30


class Shop:
    """The API at `api_url`, with the ID token of the person who calls, or with none."""

    def __init__(self, api_url: str, id_token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {id_token}"} if id_token else {}
        # The first call of each function starts its process; that takes a while on a busy laptop.
        self._http = httpx.Client(base_url=api_url, headers=headers, timeout=120, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def products(self) -> list[Json]:
        """All products."""
        return list(self._pages("/products", "products"))

    def add_product(self, sku: str, product: Json) -> bool:
        """Add a product with its first stock. Operators only.

        Returns:
            False if there is a product with this SKU, which stays as it is.
        """
        return bool(self._call("PUT", f"/products/{sku}", absent=httpx.codes.PRECONDITION_REQUIRED, json=product))

    def adjust_stock(self, sku: str, change: int, reason: str) -> Json:
        """Receive stock, or write it off by a negative `change`. Operators only."""
        return self._call(
            "POST",
            f"/products/{sku}/stock-adjustments",
            json={"change": change, "reason": reason},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

    def place_order(self, order: Json) -> Json:
        """Place an order under a new idempotency key; the answer names its id."""
        return self._call("POST", "/orders", json=order, headers={"Idempotency-Key": str(uuid.uuid4())})

    def orders(self) -> list[Json]:
        """The newest hundred of the person's own orders, without their timelines."""
        found: list[Json] = self._call("GET", "/orders", params={"limit": 100})["orders"]
        return found

    def orders_page(self, limit: int, token: str | None = None) -> Json:
        """A page of the person's own orders, newest first, after the page that gave `token`."""
        return self._call("GET", "/orders", params={"limit": limit} | ({"next_token": token} if token else {}))

    def order(self, order_id: str) -> Json | None:
        """The order's view; None until it is projected."""
        return self._find(f"/orders/{order_id}")

    def order_as_of(self, order_id: str, moment: str) -> Json:
        """The order's view as it stood then. Raises: LocalCloudError: it was not placed yet, or that is no time."""
        return self._call("GET", f"/orders/{order_id}", params={"as_of": moment})

    def events(self, order_id: str) -> list[Json]:
        """The order's events that the view has seen so far."""
        found = self._find(f"/orders/{order_id}/events")
        return found["events"] if found else []

    def dead_letters(self) -> list[Json]:
        """The queues of dead letters, with the first messages of each. Operators only."""
        found: list[Json] = self._call("GET", "/dead-letters")["queues"]
        return found

    def redrive(self, queue: str) -> Json:
        """Send a queue's dead letters once more, as many as one call does. Operators only."""
        return self._call("POST", f"/dead-letters/{queue}/redrive")

    def tasks(self) -> list[Json]:
        """All open tasks, those that wait longest first. Operators only."""
        return list(self._pages("/tasks", "tasks", status="open", limit="100"))

    def decide_task(self, task_id: str, decision: str, comment: str | None) -> Json:
        """Decide a task. Operators only."""
        body = {"decision": decision} | ({"comment": comment} if comment else {})
        return self._call("POST", f"/tasks/{quote(task_id, safe='')}/decision", json=body)

    def start_rebuild(self) -> Json:
        """Start to rebuild the views. Operators only."""
        return self._call("POST", "/views/rebuild")

    def rebuild(self, rebuild_id: str) -> Json:
        """How far a rebuild of the views is. Operators only."""
        return self._call("GET", f"/views/rebuild/{rebuild_id}")

    def _pages(self, path: str, member: str, **parameters: str) -> Iterator[Json]:
        """Yield what a list holds, page by page."""
        while True:
            page = self._call("GET", path, params=parameters)
            yield from page[member]
            if "next_token" not in page:
                return
            parameters["next_token"] = page["next_token"]

    def _find(self, path: str) -> Json | None:
        return self._call("GET", path, absent=httpx.codes.NOT_FOUND) or None

    def _call(self, method: str, path: str, *, absent: int | None = None, **options: Any) -> Json:
        """Call the API; the status `absent` is an empty answer.

        Raises:
            LocalCloudError: the API does not answer, or with an error.
        """
        response = self._send(method, path, options)
        for _ in range(MOST_REPEATS):
            # A throttled request was not carried out, so any method may be repeated.
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            time.sleep(seconds_to_wait(response.headers.get("Retry-After")))
            response = self._send(method, path, options)
        if response.status_code == absent:
            return {}
        if response.is_error:
            raise LocalCloudError(
                f"{method} {path} was answered with {response.status_code}:\n{response.text}\n"
                "`make logs` shows what the functions say."
            )
        answer: Json = response.json()
        return answer

    def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise LocalCloudError(
                f"{method} {self._http.base_url}{path}: no answer ({error}). `make status` tells what runs."
            ) from error


def seconds_to_wait(retry_after: str | None) -> float:
    """Return the seconds that a `Retry-After` header asks for: 1 where it names none, 10 at most."""
    return min(int(retry_after), 10) if retry_after and retry_after.isdecimal() else 1
