"""A product that everybody wants at once: nothing is sold twice, nobody waits for ever. The large one: tests/load."""

from tests.e2e.rush import rush
from tests.e2e.shop import Shop


def test_many_orders_at_once_for_one_product_are_all_decided(saga_shop: Shop) -> None:
    done = rush(saga_shop, saga_shop.customer(), orders=20, stock=12, deadline_seconds=180)

    assert done.ends == {"CONFIRMED": 12, "REJECTED": 8}
    assert done.reasons == {"OUT_OF_STOCK": 8}
    assert (done.repeated, done.retried) == (0, 0)
