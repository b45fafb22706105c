"""Visits to the shop, for Locust: people arrive whether or not the shop keeps up (an open model).

A closed model, where so many users wait for their answers before they ask again, is gentle: a slow shop gets fewer
requests. Here a person arrives at random, does what they came for, and leaves; whoever is slow, the next one comes.

Run by `make load`, which says by LOAD_PLAN what to do, and reads the lines that are written.
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

# {"base_url", "id_token", "steps": [visitors a second], "step_seconds", "requests_file"}
PLAN = json.loads(os.environ["LOAD_PLAN"])
# What people come for, of a hundred.
MIX = {"browse": 60, "buy": 22, "watch": 13, "cancel": 5}
DECIDED = {"CONFIRMED", "REJECTED", "CANCELLED", "NEEDS_ATTENTION"}
# An order that is not decided by then counts as a failure.
PATIENCE_SECONDS = 60
WATCH_EVERY_SECONDS = 1.0
# So many visitors are in the shop at most. More would measure this machine; those turned away are counted.
MOST_AT_ONCE = 1000
ADDRESS = {"name": "Load Test", "line1": "1 Main Street", "city": "Berlin", "postal_code": "10115", "country": "DE"}

Json = dict[str, Any]


class Shoppers(FastHttpUser):
    """Stands at the door: lets visitors in as they arrive, each in a greenlet of its own."""

    host = PLAN["base_url"]
    concurrency = MOST_AT_ONCE
    connection_timeout = network_timeout = 30

    @task
    def open_the_doors(self) -> None:
        inside: list[Any] = []
        for number, rate in enumerate(PLAN["steps"]):
            self._let_in(number, rate, inside)
        gevent.joinall(inside, timeout=PATIENCE_SECONDS)
        RECORD.close()
        self.environment.runner.quit()

    def _let_in(self, step: int, rate: float, inside: list[Any]) -> None:
        ends = time.monotonic() + PLAN["step_seconds"]
        arrival = time.monotonic()
        while True:
            # Poisson arrivals: the next one comes after an exponential time, however long this one takes.
            arrival += random.expovariate(rate)
            if arrival > ends:
                gevent.sleep(max(0.0, ends - time.monotonic()))
                return
            gevent.sleep(max(0.0, arrival - time.monotonic()))
            inside[:] = [visit for visit in inside if not visit.ready()]
            if len(inside) < MOST_AT_ONCE:
                inside.append(gevent.spawn(Visit(self.client, step).run))
            else:
                RECORD.write(step, "turned away", 0, ok=False)


class Visit:
    """One person's visit. What they ask for counts for the step in which they came."""

    def __init__(self, client: Any, step: int) -> None:
        self._client = client
        self._step = step
        self._headers = {"Authorization": f"Bearer {PLAN['id_token']}"}

    def run(self) -> None:
        what = random.choices(list(MIX), list(MIX.values()))[0]
        RECORD.write(self._step, f"visit: {what}", 0, ok=True)
        actions: dict[str, Callable[[], None]] = {
            "browse": self._browse, "buy": self._buy, "watch": self._watch, "cancel": self._cancel,
        }  # fmt: skip
        actions[what]()

    def _browse(self) -> None:
        self._get("/products", "GET /products")

    def _buy(self) -> None:
        if order_id := self._place():
            self._follow(order_id, time.monotonic())

    def _cancel(self) -> None:
        if order_id := self._place():
            placed = time.monotonic()
            # 409: it was decided before, which is an answer.
            self._post(f"/orders/{order_id}/cancellation", "POST /orders/{order_id}/cancellation", {202, 409})
            self._follow(order_id, placed)

    def _watch(self) -> None:
        orders = (self._get("/orders?limit=20", "GET /orders") or {}).get("orders", [])
        if orders:
            self._get(f"/orders/{orders[0]['order_id']}", "GET /orders/{order_id}")

    def _place(self) -> str | None:
        products = (self._get("/products", "GET /products") or {}).get("products", [])
        there = [product for product in products if product["available"] > 10]
        if not there:
            return None
        body = {
            "items": [{"sku": random.choice(there)["sku"], "quantity": 1}],
            "payment_method": "pm_card_visa",
            "shipping_address": ADDRESS,
        }
        answer = self._post("/orders", "POST /orders", {202}, body, {"Idempotency-Key": str(uuid.uuid4())})
        return str(answer["order_id"]) if answer else None

    def _follow(self, order_id: str, placed: float) -> None:
        status = None
        while status not in DECIDED and time.monotonic() - placed < PATIENCE_SECONDS:
            gevent.sleep(WATCH_EVERY_SECONDS)
            # 404: not projected yet.
            answer = self._get(f"/orders/{order_id}", "GET /orders/{order_id}", {200, 404}) or {}
            status = answer.get("status") if isinstance(answer.get("status"), str) else None
        seconds = time.monotonic() - placed
        RECORD.write(self._step, "an order until it is decided", seconds * 1000, ok=status in DECIDED)

    def _get(self, path: str, name: str, good: frozenset[int] | set[int] = frozenset({200})) -> Json | None:
        return self._ask("GET", path, name, good)

    def _post(self, path: str, name: str, good: set[int], body: Json | None = None, headers: Any = None) -> Json | None:
        return self._ask("POST", path, name, good, json=body or {}, headers=headers or {})

    def _ask(self, method: str, path: str, name: str, good: Any, headers: Any = None, **options: Any) -> Json | None:
        started = time.monotonic()
        headers = {**self._headers, **(headers or {})}
        with self._client.request(method, path, name=name, headers=headers, catch_response=True, **options) as response:
            ok = response.status_code in good
            milliseconds = (time.monotonic() - started) * 1000
            response.success() if ok else response.failure(f"{response.status_code}")
        RECORD.write(self._step, name, milliseconds, ok=ok, status=response.status_code)
        return response.json() if ok and response.text else None


class Record:
    """A line of JSON for each request, written as it ends."""

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
def _leave(environment: Any, **_: Any) -> None:
    # A failed request is a figure of the report, not a failed run.
    environment.process_exit_code = 0
