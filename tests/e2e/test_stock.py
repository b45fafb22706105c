"""Stock through the API: operators receive and write off stock, and stale edits overwrite nothing."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx

from tests.e2e.shop import Caller, Shop

DETAILS = {"name": "Kettle", "unit_price": 1500, "currency": "EUR"}


def adjust(shop: Shop, sku: str, change: int, key: str | None = None) -> httpx.Response:
    """Adjust the stock, and retry with the same key while too many writers use the product (503)."""
    return shop.operator.post(
        f"/products/{sku}/stock-adjustments",
        retries_faults=True,
        json={"change": change, "reason": "delivery 17"},
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def test_an_outdated_edit_does_not_overwrite_the_stock(shop: Shop, customer: Caller) -> None:
    sku = shop.product(stock=10)
    customer.wait_for(customer.place(sku, 8), "CONFIRMED")

    edited = shop.operator.put(f"/products/{sku}", json=DETAILS | {"name": "Teapot"})
    blind = shop.operator.put(f"/products/{sku}", json=DETAILS | {"stock": 10})
    stale = shop.operator.put(f"/products/{sku}", json=DETAILS | {"stock": 10}, headers={"If-Match": '"1"'})

    assert (edited.status_code, edited.json()["available"], edited.headers["ETag"]) == (200, 2, '"3"')
    assert (blind.status_code, stale.status_code) == (428, 412)
    assert shop.available(sku) == 2
    counted = shop.operator.put(f"/products/{sku}", json=DETAILS | {"stock": 3}, headers={"If-Match": 'W/"3"'})
    assert (counted.status_code, counted.json()["version"], shop.available(sku)) == (200, 4, 3)


def test_a_repeated_stock_adjustment_is_applied_once(shop: Shop) -> None:
    sku, key = shop.product(stock=1), str(uuid4())

    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(lambda _: adjust(shop, sku, 5, key), range(4)))
    other = adjust(shop, sku, 6, key)
    too_many = adjust(shop, sku, -7)

    assert {response.status_code for response in responses} == {200}
    assert [response.json() for response in responses] == [{"sku": sku, "available": 6, "version": 2}] * 4
    assert (other.status_code, too_many.status_code) == (422, 409)
    assert shop.available(sku) == 6


def test_concurrent_adjustments_orders_and_edits_lose_no_update(shop: Shop) -> None:
    sku, customers = shop.product(stock=20), [shop.customer() for _ in range(4)]
    calls = [lambda customer=customer: customer.place(sku, 2) for customer in customers]
    calls += [lambda change=change: adjust(shop, sku, change).raise_for_status() for change in (5, -3, 4, -1)]
    calls += [lambda: shop.operator.put(f"/products/{sku}", retries_faults=True, json=DETAILS).raise_for_status()] * 2

    with ThreadPoolExecutor(len(calls)) as pool:
        results = [future.result() for future in [pool.submit(call) for call in calls]]

    for customer, order_id in zip(customers, results, strict=False):
        customer.wait_for(order_id, "CONFIRMED")
    assert shop.available(sku) == 20 - 4 * 2 + 5 - 3 + 4 - 1
