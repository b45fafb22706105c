"""Two hundred orders at once for one product, on an emulator of its own; with -s it says how long that took."""

import time

from local.cloud import LocalCloud
from local.stack import Stack
from tests.e2e.conftest import running
from tests.e2e.rush import rush
from tests.e2e.shop import Shop

ORDERS, STOCK = 200, 150


def test_two_hundred_orders_at_once_for_one_product_are_all_decided() -> None:
    with running(LocalCloud.for_tests("hot-product", saga_type="EXPRESS")) as cloud:
        shop = Shop(Stack.read(cloud.stack_file))
        # Until every function is warm.
        rush(shop, shop.customer(), orders=3, stock=3, deadline_seconds=120)
        started = time.monotonic()
        done = rush(shop, shop.customer(), orders=ORDERS, stock=STOCK, deadline_seconds=600)
        seconds = time.monotonic() - started

    print(  # noqa: T201
        f"{ORDERS} orders for {STOCK} pieces: {dict(done.ends)} {dict(done.reasons)} in {seconds:.0f} s, "
        f"{done.retried} of them after a person's retry"
    )
    assert done.ends.total() == ORDERS
    assert 0 < done.ends["CONFIRMED"] <= STOCK
