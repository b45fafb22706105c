"""The queries of docs/queries.md, on the emulator's Athena, with the events of real orders."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.shop import Shop
from tests.support.waiting import wait_until
from tools.event_store.event_query import QueryRefused, ask, named_queries

pytestmark = pytest.mark.e2e

SKU = "FILTER-100"
Row = dict[str, str | None]


@pytest.fixture(scope="module")
def orders(shop: Shop) -> Iterator[dict[str, str]]:
    """Create decided orders of every kind, whose events are stored, some of them twice and among invalid lines."""
    customer = shop.customer()
    placed = {}
    # One after the other, because a busy machine can only start few functions at the same time.
    for name, status, options in (
        ("confirmed", "CONFIRMED", {"quantity": 2}),
        ("declined", "REJECTED", {"payment_method": "pm_card_declined"}),
        ("refused", "REJECTED", {"postal_code": "00000"}),
        ("attention", "NEEDS_ATTENTION", {"payment_method": "pm_capture_down"}),
    ):
        placed[name] = customer.place(SKU, **options)
        customer.wait_for(placed[name], status)
    for order_id in placed.values():
        count = customer.shop_events(order_id).total()
        wait_until(
            lambda order=order_id, n=count: len(shop.stored_events(order)) == n, description="all events in the store"
        )
    key = _store_invalid_lines(shop, placed["confirmed"])
    yield placed
    shop.aws.s3.delete_object(Bucket=shop.stack.outputs["EventStoreBucketName"], Key=key)


@pytest.fixture(scope="module")
def returned(shop: Shop) -> dict[str, str]:
    """Create an order of two pieces, of which one is returned and refunded, and wait until its events are stored."""
    customer = shop.customer()
    order_id = customer.place(SKU, quantity=2)
    customer.wait_for(order_id, "CONFIRMED")
    body = {"items": [{"sku": SKU, "quantity": 1}], "reason": "One is enough"}
    response = customer.post(f"/orders/{order_id}/returns", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert response.status_code == 202, response.text
    assert shop.decide(shop.task_of(order_id), "approve").status_code == 200
    needed = {"OrderPlaced", "PaymentCaptured", "PaymentRefunded", "ReturnCompleted"}
    wait_until(
        lambda: needed <= {event["type"] for event in shop.stored_events(order_id)},
        description="the events of the refund in the store",
    )
    return {"returned": order_id}


def _store_invalid_lines(shop: Shop, order_id: str) -> str:
    """Store an order's events again, among lines that are no events, and return the object's key."""
    events = [json.dumps(event) for event in shop.stored_events(order_id)]
    lines = [events[0][:90], 'no JSON at all, and a quote "', "[1]", '{"id": {}, "data": 7}', *events, "\x00"]
    hour = datetime.now(UTC).strftime("year=%Y/month=%m/day=%d/hour=%H")
    key = f"events/{hour}/{uuid4()}"
    bucket = shop.stack.outputs["EventStoreBucketName"]
    shop.aws.s3.put_object(Bucket=bucket, Key=key, Body="\n".join(lines).encode())
    return key


def run(shop: Shop, name: str, *replacement: str) -> list[Row]:
    sql = named_queries()[name]
    if replacement:
        assert replacement[0] in sql
        sql = sql.replace(*replacement)
    result = ask(shop.aws, shop.stack, sql)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def only_of(orders: dict[str, str], *names: str) -> tuple[str, str]:
    """Restrict a query to these orders, because other tests place orders, too."""
    year = "WHERE year = cast(year(current_date) AS varchar)"
    condition = " OR ".join(f"line LIKE '%{orders[name]}%'" for name in names or orders)
    return year, f"{year} AND ({condition})"


def day_of(shop: Shop, order_id: str) -> str:
    """Return the day (UTC) of the last event of the order."""
    return str(max(event["time"] for event in shop.stored_events(order_id))[:10])


def test_revenue_counts_each_captured_payment_once(shop: Shop, orders: dict[str, str]) -> None:
    (row,) = run(shop, "revenue-per-day", *only_of(orders))

    assert row == {"day": day_of(shop, orders["confirmed"]), "currency": "EUR", "payments": "1", "revenue": "1500"}


def test_rejections_are_counted_by_reason(shop: Shop, orders: dict[str, str]) -> None:
    assert run(shop, "rejection-reasons", *only_of(orders)) == [
        {"reason": "ADDRESS_REFUSED", "decided_by": "saga", "orders": "1"},
        {"reason": "PAYMENT_DECLINED", "decided_by": "saga", "orders": "1"},
    ]


def test_the_time_to_confirm_is_measured_for_confirmed_orders(shop: Shop, orders: dict[str, str]) -> None:
    (row,) = run(shop, "time-to-confirm", *only_of(orders))
    times = sorted(
        (at(shop, order, "OrderConfirmed") - at(shop, order, "OrderPlaced")).total_seconds()
        for order in (orders["confirmed"], orders["attention"])
    )

    assert row["orders"] == "2"
    assert [float(row[rank] or 0) for rank in ("p50", "p90", "p99")] == pytest.approx(
        [times[0], times[1], times[1]], abs=0.002
    )


def at(shop: Shop, order_id: str, event_type: str) -> datetime:
    """Return the time of an event from the service's table."""
    items = shop.table("Orders").query(
        KeyConditionExpression="order_id = :id", ExpressionAttributeValues={":id": order_id}
    )["Items"] + [shop.item("Inventory", subject=order_id)]
    (time,) = [event["time"] for item in items for event in item["events"] if event["type"] == event_type]
    return datetime.fromisoformat(time)


def test_the_stock_changes_of_a_product_add_up_to_its_level(shop: Shop, orders: dict[str, str]) -> None:
    rows = run(shop, "stock-history")
    changes = [row["change"] for row in rows if row["because_of"] == orders["confirmed"]]
    total_change = sum(int(row["change"] or 0) for row in rows)

    assert rows[0]["type"] == "ProductStocked"
    assert changes == ["-2"]
    assert int(rows[0]["available"] or 0) + total_change == int(rows[-1]["available"] or 0) == shop.available(SKU)


def test_the_events_of_an_order_are_listed_once(shop: Shop, orders: dict[str, str]) -> None:
    sql = named_queries()["one-order"]
    inner = sql[sql.index("(\n  SELECT max_by") :].split("\n)")[0] + "\n)"
    rows = run(shop, "one-order", inner, f"'{orders['confirmed']}'")

    assert sorted(row["type"] or "" for row in rows) == [
        "OrderConfirmed",
        "OrderPlaced",
        "PaymentAuthorized",
        "PaymentCaptured",
        "ShipmentBooked",
        "StockLevelChanged",
        "StockReserved",
    ]
    assert [row["time"] for row in rows] == sorted(row["time"] or "" for row in rows)


def test_without_an_id_the_events_of_one_order_are_listed(shop: Shop, orders: dict[str, str]) -> None:
    assert [row["type"] for row in run(shop, "one-order")].count("OrderPlaced") == 1


def test_the_funnel_counts_the_orders_at_each_step_in_the_order_of_the_saga(shop: Shop, orders: dict[str, str]) -> None:
    steps = [(row["step"], row["orders"]) for row in run(shop, "funnel", *only_of(orders))]

    assert steps == [
        ("OrderPlaced", "4"),
        ("StockReserved", "4"),
        ("PaymentAuthorized", "3"),
        ("ShipmentBooked", "2"),
        ("OrderConfirmed", "2"),
        ("PaymentCaptured", "1"),
    ]


def test_the_duration_of_a_step_begins_at_the_previous_event(shop: Shop, orders: dict[str, str]) -> None:
    rows = {row["step"]: row for row in run(shop, "slowest-steps", *only_of(orders, "confirmed"))}
    reserved = at(shop, orders["confirmed"], "StockReserved") - at(shop, orders["confirmed"], "OrderPlaced")

    assert rows.keys() == {"StockReserved", "PaymentAuthorized", "ShipmentBooked", "OrderConfirmed", "PaymentCaptured"}
    assert rows["StockReserved"]["times"] == "1"
    assert float(rows["StockReserved"]["longest"] or 0) == pytest.approx(reserved.total_seconds(), abs=0.002)


def test_orders_that_wait_for_an_operator_are_listed(shop: Shop, orders: dict[str, str]) -> None:
    (row,) = run(shop, "in-review", *only_of(orders))

    assert (row["order_id"], row["status"]) == (orders["attention"], "NEEDS_ATTENTION")
    assert int(row["minutes"] or -1) >= 0


def test_compensations_are_counted_by_day(shop: Shop, orders: dict[str, str]) -> None:
    assert run(shop, "compensations-per-day", *only_of(orders)) == [
        {"day": day_of(shop, orders["refused"]), "undone": "PaymentVoided", "times": "1"},
        {"day": day_of(shop, orders["refused"]), "undone": "StockReleased", "times": "2"},
    ]


def test_declines_are_counted_by_payment_method(shop: Shop, orders: dict[str, str]) -> None:
    assert run(shop, "declines-by-method", *only_of(orders)) == [
        {"payment_method": "pm_card_declined", "answers": "1", "declined": "1", "per_cent": "100.0"},
        {"payment_method": "pm_capture_down", "answers": "1", "declined": "0", "per_cent": "0.0"},
        {"payment_method": "pm_card_visa", "answers": "2", "declined": "0", "per_cent": "0.0"},
    ]


def test_refunds_are_counted_by_day(shop: Shop, returned: dict[str, str]) -> None:
    (row,) = run(shop, "refunds-per-day", *only_of(returned))

    assert row == {"day": day_of(shop, returned["returned"]), "currency": "EUR", "refunds": "1", "refunded": "750"}


def test_the_refund_rate_compares_returned_with_paid_pieces(shop: Shop, returned: dict[str, str]) -> None:
    (row,) = run(shop, "refund-rate-by-product", *only_of(returned))

    assert row == {"sku": SKU, "sold": "2", "refunded": "1", "per_cent": "50.0"}


def test_events_per_hour_count_each_event_of_every_service_once(shop: Shop, orders: dict[str, str]) -> None:
    rows = run(shop, "events-per-hour", *only_of(orders, "confirmed"))
    counts = {row["source"]: 0 for row in rows}
    for row in rows:
        counts[row["source"]] += int(row["events"] or 0)

    # The reservation, and the level of the product that it changed.
    assert counts == {"orders": 2, "inventory": 2, "payments": 2, "shipping": 1}


def test_duplicate_events_are_listed(shop: Shop, orders: dict[str, str]) -> None:
    rows = {row["id"]: row for row in run(shop, "duplicates")}

    assert rows[f"orders:{orders['confirmed']}:1"] == {
        "id": f"orders:{orders['confirmed']}:1",
        "type": "OrderPlaced",
        "copies": "2",
    }
    assert f"orders:{orders['declined']}:1" not in rows


def test_invalid_lines_are_counted(shop: Shop, orders: dict[str, str]) -> None:
    counts = {row["line"]: int(row["lines"] or 0) for row in run(shop, "unreadable-lines")}

    assert counts["an event"] > 20
    assert counts["something else"] >= 4


def test_a_query_reads_only_the_named_partitions(shop: Shop, orders: dict[str, str]) -> None:
    count = "SELECT count(*) AS lines FROM events WHERE year = '{}'"

    assert ask(shop.aws, shop.stack, count.format("2020")).rows == (("0",),)
    assert ask(shop.aws, shop.stack, count.format(day_of(shop, orders["confirmed"])[:4])).rows != (("0",),)


def test_an_invalid_query_fails_with_athenas_error_message(shop: Shop) -> None:
    with pytest.raises(QueryRefused, match="nonsense"):
        ask(shop.aws, shop.stack, "SELECT nonsense FROM events")


def test_every_query_of_the_document_is_tested_here() -> None:
    tests = Path(__file__).read_text()

    assert [name for name in named_queries() if f'run(shop, "{name}"' not in tests] == []
