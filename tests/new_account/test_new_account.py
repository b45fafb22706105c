"""A new AWS account, which may run ten functions at the same time. Overload delays its orders, and rejects none."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.e2e.conftest import running
from tests.e2e.rush import assert_only_refusals_reject, mixed_orders, rush
from tests.e2e.shop import Shop
from tools.local_cloud.cloud import LocalCloud
from tools.local_cloud.stack import Stack

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
CONCURRENCY_OF_NEW_ACCOUNT = 10


@pytest.fixture(scope="module")
def new_account_shop() -> Iterator[Shop]:
    cloud = LocalCloud.for_tests("new-account")
    with running(replace(cloud, account_concurrency=CONCURRENCY_OF_NEW_ACCOUNT)):
        yield Shop(Stack.read(cloud.stack_file))


def test_sixty_orders_are_decided_with_ten_concurrent_functions(new_account_shop: Shop) -> None:
    bodies = mixed_orders(new_account_shop, orders=60)

    done = rush(new_account_shop, new_account_shop.customer(), bodies)

    assert_only_refusals_reject(done, bodies)
