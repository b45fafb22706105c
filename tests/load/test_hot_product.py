"""Two hundred concurrent orders of one product, on a separate emulator. With -s it prints the duration."""

import time

from tests.e2e.conftest import running
from tests.e2e.rush import hot_product, rush
from tests.e2e.shop import Shop
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.stack import Stack

ORDERS, STOCK = 200, 150


def test_two_hundred_concurrent_orders_of_one_product_are_all_decided() -> None:
    with running(LocalCloud.for_tests("hot-product", saga_type="EXPRESS")) as cloud:
        shop = Shop(Stack.read(cloud.stack_file))
        # Warm up every function.
        rush(shop, shop.customer(), hot_product(shop, orders=3, stock=3))
        started = time.monotonic()
        done = rush(shop, shop.customer(), hot_product(shop, orders=ORDERS, stock=STOCK))
        seconds = time.monotonic() - started

    print(f"{ORDERS} orders for {STOCK} pieces: {dict(done.ends)} {dict(done.reasons)} in {seconds:.0f} s")  # noqa: T201
    assert done.ends == {"CONFIRMED": STOCK, "REJECTED": ORDERS - STOCK}
    assert done.reasons == {"OUT_OF_STOCK": ORDERS - STOCK}
