"""The trace of an order on the deployed stack: from CloudWatch Logs and the event store."""

from typing import Any

from tests.e2e.shop import Shop
from tests.support.waiting import wait_until

STEPS = ["ReserveStock", "AuthorizePayment", "BookShipment", "ConfirmOrder", "CapturePayment", "SettleOrder"]


def test_a_trace_has_the_attempts_the_log_lines_and_the_objects_of_the_order(shop: Shop) -> None:
    customer = shop.customer()
    order_id = customer.place(shop.product())

    def all_objects() -> dict[str, str] | None:
        """Return the objects when there is one for each event; a new order is a 404 at first."""
        objects: dict[str, str] = customer.get(f"/sandbox/orders/{order_id}/objects").json().get("objects", {})
        return objects if len(objects) == len(STEPS) else None

    def complete_trace() -> dict[str, Any] | None:
        trace: dict[str, Any] = customer.get(f"/sandbox/orders/{order_id}/trace").json()
        logged = {line.get("event") for line in trace["log_lines"]}
        return trace if objects.keys() <= logged and "SettleOrder" in steps_of(trace) else None

    def steps_of(trace: dict[str, Any]) -> list[str]:
        """Return the steps in the order of their first attempts."""
        return [step for step in dict.fromkeys(each["step"] for each in trace["attempts"]) if step in STEPS]

    objects = wait_until(all_objects, description=f"the objects of the order {order_id}") or {}
    trace = wait_until(complete_trace, description=f"the trace of the order {order_id}") or {}

    assert steps_of(trace) == STEPS
    stored = {event["id"] for event in shop.stored_events(order_id)}
    assert objects.keys() == stored
    assert all(key.startswith("events/year=") for key in objects.values())
    lines = trace["log_lines"]
    assert {"OrdersApiFunction", "RelayEventsFunction", "ProjectEventsFunction"} <= {line["function"] for line in lines}
