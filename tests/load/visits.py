"""Visits to the shop, for Locust, in an open model: visitors arrive at a given rate, even if the shop is slow.

In a closed model, a fixed number of users wait for each response before the next request, so a slow shop gets fewer
requests. Here, visitors arrive at random times, carry out one visit and leave, independently of earlier visitors.

`make load` runs this file, passes the plan in LOAD_PLAN, and reads the lines that it writes.
"""

import json
import os
import random
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, events, task

# {"base_url", "id_token", "steps": [visitors per second], "step_seconds", "requests_file"}
PLAN = json.loads(os.environ["LOAD_PLAN"])
# Purposes of visits, in percent.
MIX = {"browse": 60, "buy": 22, "watch": 13, "cancel": 5}
DECIDED = {"CONFIRMED", "REJECTED", "CANCELLED", "NEEDS_ATTENTION"}
# An order without a decision after this time counts as a failure.
MAX_WAIT_SECONDS = 60
POLL_SECONDS = 1.0
# Maximum number of concurrent visits. More would measure this machine. Further visitors are counted as not admitted.
MAX_CONCURRENT_VISITS = 1000
ADDRESS = {"name": "Load Test", "line1": "1 Main Street", "city": "Berlin", "postal_code": "10115", "country": "DE"}

Json = dict[str, Any]


class Shoppers(FastHttpUser):
    """Starts the visits at the plan's rates, each in its own greenlet."""

    host = PLAN["base_url"]
    concurrency = MAX_CONCURRENT_VISITS
    connection_timeout = network_timeout = 30

    @task
    def run_steps(self) -> None:
        visits: list[Any] = []
        for number, rate in enumerate(PLAN["steps"]):
            self._start_visits(number, rate, visits)
        gevent.joinall(visits, timeout=MAX_WAIT_SECONDS)
        RECORD.close()
        self.environment.runner.quit()

    def _start_visits(self, step: int, rate: float, visits: list[Any]) -> None:
        ends = time.monotonic() + PLAN["step_seconds"]
        arrival = time.monotonic()
        while True:
            # Poisson process: the times between arrivals are exponentially distributed.
            arrival += random.expovariate(rate)
            if arrival > ends:
                gevent.sleep(max(0.0, ends - time.monotonic()))
                return
            gevent.sleep(max(0.0, arrival - time.monotonic()))
            visits[:] = [visit for visit in visits if not visit.ready()]
            if len(visits) < MAX_CONCURRENT_VISITS:
                visits.append(gevent.spawn(Visit(self.client, step).run))
            else:
                RECORD.write(step, "visitor not admitted", 0, ok=False)


class Visit:
    """One visit. Its requests count for the step in which it started."""

    def __init__(self, client: Any, step: int) -> None:
        self._client = client
        self._step = step
        self._headers = {"Authorization": f"Bearer {PLAN['id_token']}"}

    def run(self) -> None:
        purpose = random.choices(list(MIX), list(MIX.values()))[0]
        RECORD.write(self._step, f"visit: {purpose}", 0, ok=True)
        actions: dict[str, Callable[[], None]] = {
            "browse": self._browse, "buy": self._buy, "watch": self._watch, "cancel": self._cancel,
        }  # fmt: skip
        actions[purpose]()

    def _browse(self) -> None:
        self._get("/products", "GET /products")

    def _buy(self) -> None:
        if order_id := self._place():
            self._follow(order_id, time.monotonic())

    def _cancel(self) -> None:
        if order_id := self._place():
            placed = time.monotonic()
            # 409: the order was already decided, which is no failure.
            self._post(f"/orders/{order_id}/cancellation", "POST /orders/{order_id}/cancellation", {202, 409})
            self._follow(order_id, placed)

    def _watch(self) -> None:
        orders = (self._get("/orders?limit=20", "GET /orders") or {}).get("orders", [])
        if orders:
            self._get(f"/orders/{orders[0]['order_id']}", "GET /orders/{order_id}")

    def _place(self) -> str | None:
        products = (self._get("/products", "GET /products") or {}).get("products", [])
        available = [product for product in products if product["available"] > 10]
        if not available:
            return None
        body = {
            "items": [{"sku": random.choice(available)["sku"], "quantity": 1}],
            "payment_method": "pm_card_visa",
            "shipping_address": ADDRESS,
        }
        response = self._post("/orders", "POST /orders", {202}, body, {"Idempotency-Key": str(uuid.uuid4())})
        return str(response["order_id"]) if response else None

    def _follow(self, order_id: str, placed: float) -> None:
        status = None
        while status not in DECIDED and time.monotonic() - placed < MAX_WAIT_SECONDS:
            gevent.sleep(POLL_SECONDS)
            # 404: not projected yet.
            order = self._get(f"/orders/{order_id}", "GET /orders/{order_id}", {200, 404}) or {}
            status = order.get("status") if isinstance(order.get("status"), str) else None
        seconds = time.monotonic() - placed
        RECORD.write(self._step, "order decision", seconds * 1000, ok=status in DECIDED)

    def _get(self, path: str, name: str, good: frozenset[int] | set[int] = frozenset({200})) -> Json | None:
        return self._send("GET", path, name, good)

    def _post(self, path: str, name: str, good: set[int], body: Json | None = None, headers: Any = None) -> Json | None:
        return self._send("POST", path, name, good, json=body or {}, headers=headers or {})

    def _send(self, method: str, path: str, name: str, good: Any, headers: Any = None, **options: Any) -> Json | None:
        started = time.monotonic()
        headers = {**self._headers, **(headers or {})}
        with self._client.request(method, path, name=name, headers=headers, catch_response=True, **options) as response:
            ok = response.status_code in good
            milliseconds = (time.monotonic() - started) * 1000
            response.success() if ok else response.failure(f"{response.status_code}")
        RECORD.write(self._step, name, milliseconds, ok=ok, status=response.status_code)
        return response.json() if ok and response.text else None


class Record:
    """A file with one line of JSON for each finished request."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1)
        self._started = time.monotonic()

    def write(self, step: int, name: str, milliseconds: float, *, ok: bool, status: int | None = None) -> None:
        line = {
            "step": step,
            "name": name,
            "ms": round(milliseconds, 1),
            "ok": ok,
            "status": status,
            "second": round(time.monotonic() - self._started, 2),
        }
        if not self._file.closed:
            self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        self._file.close()


RECORD = Record(Path(PLAN["requests_file"]))


@events.quitting.add_listener
def _ignore_failed_requests(environment: Any, **_: Any) -> None:
    # A failed request is a figure of the report, not a failed run.
    environment.process_exit_code = 0
